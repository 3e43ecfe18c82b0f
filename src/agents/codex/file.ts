import { type Fields, fieldsAt, wordAt } from '../fields.ts';
import { draftOf, identityOf, programActor, type Scene, sessionsOf } from '../scene.ts';
import { createQueue, type Slot, type SlotQueue } from '../slots.ts';
import { compactedDraft, firstStart, promptedDraft, startedDraft } from '../turn.ts';
import { createUnknownLines, type UnknownLines } from '../unknown-lines.ts';
import { agentName } from './home.ts';
import { directoryIn, tokensOf, wordsOf } from './rollout.ts';
import { countUp, createThread, endResponse, type Thread, takeReply, takeTokens } from './thread.ts';

/** What is remembered of a rollout between its lines. */
export interface File {
  queue: SlotQueue;
  thread: Thread;
  /** Thread that the rollout is of. */
  threadId: string;
  /** Thread at the root of its tree. */
  rootId: string;
  isStarted: boolean;
  isChild: boolean;
  start: Slot | null;
  /** Directory of the session, and that of the turn. */
  base: string | null;
  cwd: string | null;
  model: string | null;
  turn: string | null;
  /** Turns that were counted, where the rollout does not name them. */
  turns: number;
  /** How many prompts each turn has had, how many compactions, how often each page was searched for. */
  prompts: Map<string, number>;
  compactions: Map<string, number>;
  searches: Map<string, number>;
  /** Prompts among what the model read, until it is known whether events tell them better. */
  typed: Slot[];
  hasPromptEvents: boolean;
  hasUsageRecords: boolean;
  totalTokens: string | null;
  isCopy: boolean;
  title: string | null;
  unknown: UnknownLines;
  at: number | undefined;
}

export function createFile(name: string): File {
  const stem = name.replace(/\.jsonl$/, '');
  const id = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.exec(stem)?.[0] ?? stem;
  const queue = createQueue();
  return {
    queue,
    thread: createThread(queue),
    threadId: id || 'unknown',
    rootId: id || 'unknown',
    isStarted: false,
    isChild: false,
    start: null,
    base: null,
    cwd: null,
    model: null,
    turn: null,
    turns: 0,
    prompts: new Map(),
    compactions: new Map(),
    searches: new Map(),
    typed: [],
    hasPromptEvents: false,
    hasUsageRecords: false,
    totalTokens: null,
    isCopy: false,
    title: null,
    unknown: createUnknownLines(),
    at: undefined,
  };
}

/** Begins the session with what its first line says; the start waits for the model. */
export function startFile(file: File, meta: Fields): void {
  file.isStarted = true;
  file.threadId = wordAt(meta, 'id') ?? file.threadId;
  const spawn = fieldsAt(fieldsAt(fieldsAt(meta, 'source'), 'subagent'), 'thread_spawn');
  const parent = wordAt(meta, 'parent_thread_id') ?? wordAt(spawn, 'parent_thread_id');
  const session = wordAt(meta, 'session_id');
  file.isChild = parent !== null && parent !== file.threadId;
  file.rootId = file.isChild
    ? session !== null && session !== file.threadId
      ? session
      : (parent ?? '')
    : file.threadId;
  file.base = wordAt(meta, 'cwd');
  file.cwd = file.base;
  const scene = sceneOf(file, null);
  const body: Fields = {
    cwd: file.base,
    agentVersion: wordAt(meta, 'cli_version'),
    gitBranch: wordAt(fieldsAt(meta, 'git'), 'branch'),
    role: file.isChild ? (wordAt(meta, 'agent_role') ?? wordAt(spawn, 'agent_role')) : null,
    parentSession: file.isChild && parent !== file.rootId ? parentOf(file, parent ?? '') : null,
  };
  for (const key of Object.keys(body)) if (body[key] === null) delete body[key];
  file.start = file.queue.hold(
    startedDraft(scene, { source: file.isChild ? 'subagent' : 'import', identity: firstStart(scene), body }),
  );
}

const parentOf = (file: File, parent: string): string => sessionsOf(agentName, file.rootId, parent).session;

/** The scene of a line; `turn` null: that of the turn that is under way. */
export function sceneOf(file: File, turn: string | null): Scene {
  const agentId = file.isChild ? file.threadId : null;
  return {
    agent: agentName,
    nativeId: file.rootId,
    agentId,
    ...sessionsOf(agentName, file.rootId, agentId),
    promptId: turn ?? file.turn,
    model: file.model,
    base: file.base,
    at: file.at,
  };
}

/** Settings of a turn: its directory, and the model, which the start was waiting for. */
export function takeContext(file: File, payload: Fields): boolean {
  file.turn = wordAt(payload, 'turn_id') ?? file.turn;
  file.cwd = wordAt(payload, 'cwd') ?? file.cwd;
  takeDirectory(file, file.cwd);
  file.model = wordAt(payload, 'model') ?? file.model;
  settleStart(file);
  return true;
}

function takeDirectory(file: File, directory: string | null): void {
  if (file.base !== null || directory === null) return;
  file.base = directory;
  file.cwd ??= directory;
  if (file.start !== null) addToStart(file.start, { cwd: directory });
}

function addToStart(start: Slot, more: Fields): void {
  start.draft = { ...start.draft, body: { ...start.draft.body, ...more } };
}

export function settleStart(file: File): void {
  const { start, model } = file;
  if (start === null) return;
  file.start = null;
  if (model !== null) {
    const name = model.slice(0, 200);
    start.draft = { ...start.draft, actor: { ...start.draft.actor, model: name } };
    addToStart(start, { model: name });
  }
  start.settled = true;
}

/** Old versions say the directory only to the model. */
export function takeEnvironment(file: File, content: readonly unknown[]): void {
  if (file.base === null) takeDirectory(file, directoryIn(wordsOf(content).slice(0, 20_000)));
}

/** A prompt as the model read it. It counts where no event tells it, which shows at the model's answer. */
export function takeTyped(file: File, words: string, scene: Scene): boolean {
  if (file.hasPromptEvents) return false;
  file.typed.push(file.queue.hold(prompted(file, words, scene)));
  return true;
}

/** The model answers, or its turn ends: nothing more will be said of what came before. */
export function settleBefore(file: File): void {
  settleStart(file);
  settleTyped(file);
}

/** What the model read and no event told was the prompt. */
export function settleTyped(file: File): void {
  for (const slot of file.typed) slot.settled = true;
  file.typed = [];
}

/** A prompt as Codex took it from a person. */
export function takePrompt(file: File, words: string, scene: Scene): boolean {
  if (!file.hasPromptEvents) {
    file.hasPromptEvents = true;
    for (const slot of file.typed) {
      slot.dropped = true;
      slot.settled = true;
      uncount(file, slot);
    }
    file.typed = [];
  }
  endResponse(file.thread);
  file.queue.push(prompted(file, words, scene));
  return true;
}

/** A prompt that turned out to be none gives its number in the turn back. */
function uncount(file: File, { draft }: Slot): void {
  const turn = draft.turn ?? '';
  file.prompts.set(turn, Math.max(0, (file.prompts.get(turn) ?? 1) - 1));
  if (file.turn?.startsWith('turn-')) file.turns = Math.max(0, file.turns - 1);
}

function prompted(file: File, prompt: string, at: Scene): ReturnType<typeof promptedDraft> {
  // Hooks and newer rollouts name the turn; elsewhere each prompt begins one.
  const isNamed = at.promptId !== null && !at.promptId.startsWith('turn-');
  if (!isNamed) {
    file.turns += 1;
    file.turn = `turn-${file.turns}`;
  }
  const scene = isNamed ? at : { ...at, promptId: file.turn };
  const turn =
    promptedDraft(scene, { prompt, source: '', human: true, identity: { content: '' } }).turn ?? '';
  const nth = countUp(file.prompts, turn);
  // The hook of a turn's first prompt knows its turn only; what is typed into a turn comes from here alone.
  const identity =
    nth === 0
      ? identityOf(scene.promptId, 'prompt', prompt)
      : { content: `prompt\n${scene.promptId}\n${nth}\n${prompt}` };
  return promptedDraft(scene, {
    prompt,
    source: file.isChild ? 'subagent' : 'human',
    human: !file.isChild,
    identity,
  });
}

export function takeMessage(file: File, scene: Scene, content: readonly unknown[]): boolean {
  const message = wordsOf(content);
  if (message === '') return false;
  takeReply(file.thread, scene, message);
  return true;
}

/** Tokens of one answer. Where a record stands behind each answer, the counts that are shown to people say them again. */
export function takeUsage(file: File, payload: Fields, from: 'record' | 'count'): boolean {
  if (from === 'record') file.hasUsageRecords = true;
  else if (file.hasUsageRecords) return false;
  const info = from === 'record' ? payload : fieldsAt(payload, 'info');
  const total = JSON.stringify(
    fieldsAt(info, from === 'record' ? 'thread_token_usage' : 'total_token_usage'),
  );
  const tokens = tokensOf(fieldsAt(info, from === 'record' ? 'usage' : 'last_token_usage'));
  // A count is shown again whenever something else about it changes.
  if (tokens === null || (from === 'count' && total === file.totalTokens)) return false;
  file.totalTokens = total;
  takeTokens(file.thread, tokens);
  return true;
}

/** Where the summary begins that a compaction leaves behind. */
const beforeSummary = /^Another language model started to solve this problem[\s\S]{0,600}?analysis:\s*/;

export function takeCompaction(file: File, payload: Fields): boolean {
  const scene = sceneOf(file, null);
  const key = scene.promptId ?? file.threadId;
  const nth = countUp(file.compactions, key) + 1;
  const { turn } = promptedDraft(scene, { prompt: '', source: '', human: true, identity: { content: '' } });
  const trigger = (file.prompts.get(turn ?? '') ?? 0) > 0 ? 'auto' : 'manual';
  const summary = (wordAt(payload, 'message') ?? '').replace(beforeSummary, '').trim();
  file.queue.push(compactedDraft(scene, { trigger, summary: summary || null, nth, key }));
  return true;
}

export function takeTitle(file: File, title: string | null): boolean {
  if (title === null || title === file.title) return false;
  file.title = title;
  const ordinal = countUp(file.searches, `titled:${title}`);
  const scene = { ...sceneOf(file, null), promptId: null };
  const identity = { content: `titled:${title}`, ...(ordinal > 0 ? { ordinal } : {}) };
  file.queue.push(
    draftOf(scene, {
      type: 'session.titled',
      identity,
      actor: programActor(scene),
      text: title,
      body: { title },
    }),
  );
  return true;
}
