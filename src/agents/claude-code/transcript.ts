import { basename } from 'node:path';
import type { TranscriptReader } from '../agent.ts';
import { asFields, type Fields, fieldsAt, stringAt, wordAt } from '../fields.ts';
import { draftOf, programActor, type Scene, sessionsOf, timeOf } from '../scene.ts';
import { createQueue, type Slot } from '../slots.ts';
import { compactedDraft, firstStart, startedDraft } from '../turn.ts';
import { createUnknownLines, type UnknownLines } from '../unknown-lines.ts';
import { agentName } from './home.ts';
import {
  countUp,
  createThread,
  endThread,
  settleMessage,
  settlePrompt,
  type Thread,
  takeAnswer,
  takeInterruption,
  takePrompt,
  takeResult,
  takeTypedOutput,
} from './thread.ts';
import * as lines from './transcript-line.ts';

/** What is remembered of a file beyond its sessions. */
interface File {
  /** Ids that the file's name says, for lines that carry none. */
  nativeId: string;
  agentId: string | null;
  base: string | null;
  queue: ReturnType<typeof createQueue>;
  threads: Map<string, { thread: Thread; start: Slot; isKnown: boolean }>;
  /** Lines that were read: a session that is resumed may write some again. */
  uuids: Set<string>;
  /** Line of a subagent → the subagent's first line: old files hold subagents inline, without an id. */
  roots: Map<string, string>;
  title: { title: string; custom: boolean } | null;
  /** A name that stands before the first line of its session. */
  early: File['title'];
  titles: Map<string, number>;
  /** Names of sessions by the line that they end with, in old files. */
  summaries: Map<string, string>;
  boundary: { trigger: string; scene: Scene } | null;
  at: number | undefined;
  unknown: UnknownLines;
}

/** Reads one transcript of Claude Code, main or subagent's. */
export function createReader(path: string): TranscriptReader {
  const file = openFile(path);
  return {
    unknown: file.unknown.counts,
    line: (text) => {
      if (text.trim() === '') return null;
      const line = asFields(JSON.parse(text));
      const isKept = line !== null && takeLine(file, line);
      const drafts = file.queue.take();
      return isKept || drafts.length > 0 ? drafts : null;
    },
    rest: () => {
      for (const { thread } of file.threads.values()) {
        settlePrompt(thread);
        settleMessage(thread);
      }
      return file.queue.take();
    },
    end: () => {
      settleBoundary(file);
      for (const { thread } of file.threads.values()) endThread(thread);
      return file.queue.takeAll();
    },
  };
}

function openFile(path: string): File {
  const name = basename(path.replaceAll('\\', '/')).replace(/\.jsonl$/, '');
  const agentId = /^agent-(.+)$/.exec(name)?.[1] ?? null;
  const parent = /([^\\/]+)[\\/]subagents[\\/]/.exec(path)?.[1];
  return {
    nativeId: agentId === null ? name : (parent ?? name),
    agentId,
    base: null,
    queue: createQueue(),
    threads: new Map(),
    uuids: new Set(),
    roots: new Map(),
    title: null,
    early: null,
    titles: new Map(),
    summaries: new Map(),
    boundary: null,
    at: undefined,
    unknown: createUnknownLines(),
  };
}

/** Whether the line carries something to keep. */
function takeLine(file: File, line: Fields): boolean {
  const uuid = wordAt(line, 'uuid');
  if (uuid !== null && file.uuids.has(uuid)) return false;
  if (uuid !== null) file.uuids.add(uuid);
  file.base ??= wordAt(line, 'cwd');
  const at = timeOf(wordAt(line, 'timestamp'));
  file.at = at ?? file.at;
  const type =
    stringAt(line, 'type') ??
    (fieldsAt(line, 'message') === null ? null : stringAt(fieldsAt(line, 'message'), 'role'));
  if (type === 'summary') return rememberSummary(file, line);
  const isTitle = type === 'custom-title' || type === 'ai-title';
  if (isTitle) return takeTitle(file, lines.titleOf(line), sceneOf(file, line, null));
  if (type !== null && !lines.isKnownType(type)) file.unknown.count(type);
  return lines.isConversation(type, line) && takeConversation(file, line, type, uuid);
}

function takeConversation(file: File, line: Fields, type: string, uuid: string | null): boolean {
  const model = type === 'assistant' ? wordAt(fieldsAt(line, 'message'), 'model') : null;
  const thread = threadOf(file, line, model);
  const promptId = wordAt(line, 'promptId');
  if (promptId !== null && line.isMeta !== true) thread.promptId = promptId;
  if (model !== null) thread.model = model;
  const scene = { ...sceneOf(file, line, thread.promptId), model: thread.model };
  const summary = uuid === null ? undefined : file.summaries.get(uuid);
  if (summary !== undefined) takeTitle(file, { title: summary, custom: false }, scene);
  if (type === 'assistant') return takeAssistant(thread, scene, line);
  if (type === 'user') return takeUser(file, thread, scene, line);
  return type === 'system' ? takeSystem(file, scene, line) : takeAttachment(thread, scene, line);
}

function takeAssistant(thread: Thread, scene: Scene, line: Fields): boolean {
  // A fork begins with the lines of the session that it was made from; they are that session's.
  const made = wordAt(line, 'requestSessionId');
  if (made !== null && made !== scene.nativeId) {
    if (thread.prompt !== null) thread.prompt.slot.dropped = true;
    settlePrompt(thread);
    return false;
  }
  settlePrompt(thread);
  return takeAnswer(thread, scene, line);
}

function takeUser(file: File, thread: Thread, scene: Scene, line: Fields): boolean {
  const results = lines.blocksOf(line).filter((block) => block.type === 'tool_result');
  let isKept = false;
  for (const block of results) isKept = takeResult(thread, scene, line, block) || isKept;
  if (line.isMeta === true) return isKept;
  const words = lines.wordsOf(line);
  if (words === null) return isKept;
  if (line.isCompactSummary === true) return takeCompaction(file, thread, scene, lines.summaryOf(words));
  if (lines.isInterruption(words)) {
    takeInterruption(thread, scene, line, words);
    return true;
  }
  if (lines.isLocalCommand(words)) return isKept;
  const typed = lines.typedCommand(words);
  if (typed !== null) {
    thread.command = typed;
    return true;
  }
  const output = lines.typedCommandOutput(words);
  if (output !== null) takeTypedOutput(thread, scene, line, output);
  else takePrompt(thread, scene, line, lines.commandOf(words) ?? words, wordAt(line, 'promptSource'));
  return true;
}

function takeSystem(file: File, scene: Scene, line: Fields): boolean {
  settleBoundary(file);
  file.boundary = { trigger: wordAt(fieldsAt(line, 'compactMetadata'), 'trigger') ?? 'auto', scene };
  return true;
}

function takeCompaction(file: File, thread: Thread, scene: Scene, summary: string): boolean {
  const trigger = file.boundary?.trigger ?? 'auto';
  file.boundary = null;
  settleMessage(thread);
  const nth = countUp(thread.compactions, scene.promptId ?? '') + 1;
  thread.queue.push(compactedDraft(scene, { trigger, summary: summary || null, nth, key: scene.promptId }));
  return true;
}

/** A compaction whose summary the file does not have. */
function settleBoundary(file: File): void {
  if (file.boundary === null) return;
  const { trigger, scene } = file.boundary;
  file.boundary = null;
  file.queue.push(compactedDraft(scene, { trigger, summary: null, nth: 1, key: scene.promptId }));
}

/** Something that was typed, or reported, while the agent was at work. */
function takeAttachment(thread: Thread, scene: Scene, line: Fields): boolean {
  const attachment = fieldsAt(line, 'attachment');
  const words = lines.withoutInjections(stringAt(attachment, 'prompt') ?? '');
  if (words === '') return false;
  const isTyped = (wordAt(attachment, 'commandMode') ?? 'prompt') === 'prompt';
  const { promptId } = thread;
  takePrompt(thread, { ...scene, promptId: null }, line, words, isTyped ? null : 'system');
  settlePrompt(thread);
  // What follows is still the answer to the prompt before.
  thread.promptId = promptId;
  return true;
}

function rememberSummary(file: File, line: Fields): boolean {
  const leaf = wordAt(line, 'leafUuid');
  const summary = wordAt(line, 'summary');
  // A summary may be of another session; only the line that it names tells.
  if (leaf !== null && summary !== null) file.summaries.set(leaf, summary);
  return false;
}

/** A session's name. The same line stands in the file many times: only a change is told. */
function takeTitle(file: File, title: File['title'], scene: Scene): boolean {
  if (!file.threads.has(scene.session)) {
    file.early = title ?? file.early;
    return title !== null;
  }
  if (title === null || title.title === file.title?.title || (file.title?.custom && !title.custom))
    return false;
  file.title = title;
  const ordinal = countUp(file.titles, title.title);
  const identity = { content: `titled:${title.title}`, ...(ordinal > 0 ? { ordinal } : {}) };
  const body = { title: title.title };
  file.queue.push(
    draftOf(
      { ...scene, promptId: null },
      { type: 'session.titled', identity, actor: programActor(scene), text: title.title, body },
    ),
  );
  return true;
}

function sceneOf(file: File, line: Fields, promptId: string | null): Scene {
  const nativeId = wordAt(line, 'sessionId') ?? file.nativeId;
  const agentId = wordAt(line, 'agentId') ?? file.agentId ?? inlineAgent(file, line);
  return {
    agent: agentName,
    nativeId,
    agentId,
    ...sessionsOf(agentName, nativeId, agentId),
    promptId,
    model: null,
    base: file.base,
    at: file.at,
  };
}

function inlineAgent(file: File, line: Fields): string | null {
  if (line.isSidechain !== true) return null;
  const uuid = wordAt(line, 'uuid') ?? 'sidechain';
  const root = file.roots.get(wordAt(line, 'parentUuid') ?? '') ?? uuid;
  file.roots.set(uuid, root);
  return root;
}

/** The session that a line belongs to; its first line starts it. */
function threadOf(file: File, line: Fields, model: string | null): Thread {
  const scene = sceneOf(file, line, null);
  const known = file.threads.get(scene.session);
  if (known !== undefined) {
    settleStart(known, line, model);
    return known.thread;
  }
  const body: Fields = {
    cwd: wordAt(line, 'cwd'),
    agentVersion: wordAt(line, 'version'),
    gitBranch: wordAt(line, 'gitBranch'),
  };
  for (const key of Object.keys(body)) if (body[key] === null) delete body[key];
  const start = file.queue.hold(startedDraft(scene, { source: 'import', identity: firstStart(scene), body }));
  const opened = { thread: createThread(file.queue), start, isKnown: false };
  file.threads.set(scene.session, opened);
  settleStart(opened, line, model);
  const { early } = file;
  file.early = null;
  takeTitle(file, early, scene);
  return opened.thread;
}

/** The start waits for the first answer, which tells the model and the subagent's role. */
function settleStart(opened: { start: Slot; isKnown: boolean }, line: Fields, model: string | null): void {
  if (opened.isKnown || model === null || model === '<synthetic>') return;
  opened.isKnown = true;
  const role = wordAt(line, 'attributionAgent');
  const { draft } = opened.start;
  opened.start.draft = {
    ...draft,
    actor: { ...draft.actor, model: model.slice(0, 200) },
    body: { ...draft.body, model: model.slice(0, 200), ...(role === null ? {} : { role }) },
  };
  opened.start.settled = true;
}
