import type { DraftInput } from '../../schema/event.ts';
import { asFields, countAt, type Fields, fieldsAt, listAt, wordAt } from '../fields.ts';
import { draftOf, humanActor, identityOf, type Scene, timeOf } from '../scene.ts';
import { promptedDraft, repliedDraft } from '../turn.ts';
import { answerIn, type ToolFact, toolDraft } from './tool.ts';
import { answersOf, isContext, isOwnPrompt, textOf, typedCommand, withoutInjections } from './words.ts';

/** What is remembered of the messages of one session. */
export interface Messages {
  /** Drafts of a message, or of what is new in one that comes again; null for a type that is not known. */
  take(scene: Scene, type: string, message: Fields): DraftInput[] | null;
  /** A reply whose tokens have not come, and may not. */
  rest(): DraftInput[];
  /** All that still waits, with calls whose answer never came. */
  end(): DraftInput[];
  promptId(): string | null;
}

interface State {
  promptId: string | null;
  /** Messages and calls that were told. */
  told: Set<string>;
  /** Messages whose tokens were told. */
  counted: Set<string>;
  /** The reply that waits for its tokens. */
  waiting: { id: string; draft: DraftInput } | null;
  /** Calls that wait for their answer. */
  calls: Map<string, { scene: Scene; fact: ToolFact }>;
}

export function createMessages(): Messages {
  const state: State = {
    promptId: null,
    told: new Set(),
    counted: new Set(),
    waiting: null,
    calls: new Map(),
  };
  const rest = (): DraftInput[] => {
    const { waiting } = state;
    state.waiting = null;
    return waiting === null ? [] : [waiting.draft];
  };
  return {
    take: (scene, type, message) => {
      const id = wordAt(message, 'id');
      if (id === null) return null;
      const before = state.waiting?.id === id ? [] : rest();
      const told = takeKnown(state, scene, type, { id, message });
      return told === null ? (before.length > 0 ? before : null) : [...before, ...told];
    },
    rest,
    end: () => {
      const unanswered = [...state.calls.values()].map(({ scene, fact }) =>
        toolDraft(scene, neverAnswered(fact)),
      );
      state.calls.clear();
      return [...rest(), ...unanswered];
    },
    promptId: () => state.promptId,
  };
}

interface Message {
  id: string;
  message: Fields;
}

function takeKnown(state: State, scene: Scene, type: string, found: Message): DraftInput[] | null {
  if (type === 'user') return takeUser(state, scene, found);
  if (type === 'gemini') return takeAnswer(state, scene, found);
  return type === 'error' ? takeError(state, scene, found) : null;
}

function takeUser(state: State, scene: Scene, { id, message }: Message): DraftInput[] {
  const answered = answersOf(message.content).flatMap(({ callId, part }) => {
    const call = state.calls.get(callId);
    return call === undefined
      ? []
      : finishCall(state, call.scene, { ...call.fact, ...answerIn(part) }, scene.at);
  });
  const words =
    withoutInjections(textOf(message.displayContent)) || withoutInjections(textOf(message.content));
  if (words === '' || state.told.has(id) || isContext(words)) return answered;
  state.told.add(id);
  const typed = scene.agentId === null ? typedCommand(words) : null;
  if (typed !== null) return [...answered, typedDraft({ ...scene, promptId: state.promptId }, id, typed)];
  const isChild = scene.agentId !== null;
  const isOwn = isOwnPrompt(words);
  if (!isOwn) state.promptId = id;
  const prompt = promptedDraft(
    { ...scene, promptId: state.promptId },
    {
      prompt: words,
      source: isChild ? 'subagent' : isOwn ? 'system' : 'human',
      human: !isChild && !isOwn,
      identity: identityOf(id, 'prompt', words),
    },
  );
  return [...answered, prompt];
}

/** A command that the person ran: a tool call of theirs. */
function typedDraft(
  scene: Scene,
  id: string,
  { command, output }: { command: string; output: string },
): DraftInput {
  return draftOf(scene, {
    type: 'tool.called',
    identity: identityOf(id, 'call', command),
    actor: humanActor,
    text: `${command}\n${output}`.trim(),
    body: { tool: 'Bash', input: { command }, output },
  });
}

function takeAnswer(state: State, at: Scene, { id, message }: Message): DraftInput[] {
  const scene = { ...at, promptId: state.promptId, model: wordAt(message, 'model') };
  const tokens = tokensOf(fieldsAt(message, 'tokens'));
  const calls = (listAt(message, 'toolCalls') ?? []).map(asFields);
  return [
    ...takeReply(state, scene, { id, message }, tokens, calls.length > 0),
    ...takeCalls(state, scene, id, calls, tokens),
  ];
}

/** A reply waits for its tokens, which may come with the same message again. */
function takeReply(
  state: State,
  scene: Scene,
  { id, message }: Message,
  tokens: Fields | null,
  isWhole: boolean,
): DraftInput[] {
  const words = textOf(message.content).trim();
  if (words === '' || (state.told.has(id) && state.waiting?.id !== id)) return [];
  state.told.add(id);
  const extra = tokens === null ? {} : { tokens };
  const identity = identityOf(id, 'reply', words);
  const draft = repliedDraft(scene, { message: words, final: false, identity, extra });
  state.waiting = tokens === null && !isWhole ? { id, draft } : null;
  if (state.waiting !== null) return [];
  if (tokens !== null) state.counted.add(id);
  return [draft];
}

/** Calls of a message, each told once, with its answer. Tokens of a message that said nothing go to its first call. */
function takeCalls(
  state: State,
  scene: Scene,
  id: string,
  calls: readonly (Fields | null)[],
  tokens: Fields | null,
): DraftInput[] {
  return calls.flatMap((call) => {
    const name = wordAt(call, 'name');
    const callId = wordAt(call, 'id');
    if (name === null || state.told.has(callKey(callId, id, name))) return [];
    const isFree = tokens !== null && !state.counted.has(id);
    const fact = factOf(call, name, callId, isFree ? { tokens } : {});
    if (isFree) state.counted.add(id);
    const status = wordAt(call, 'status');
    const isOver = status === 'success' || status === 'error' || status === 'cancelled';
    if (isOver)
      return finishCall(
        state,
        scene,
        fact,
        timeOf(wordAt(call, 'timestamp')) ?? scene.at,
        callKey(callId, id, name),
      );
    if (callId !== null) state.calls.set(callId, { scene, fact });
    return [];
  });
}

const callKey = (callId: string | null, id: string, name: string): string => callId ?? `${id} ${name}`;

function factOf(call: Fields | null, name: string, callId: string | null, extra: Fields): ToolFact {
  const [result] = answersOf(call?.result).filter((answer) => callId === null || answer.callId === callId);
  const { answer, error } = answerIn(result?.part ?? null);
  const status = wordAt(call, 'status');
  const isFailed = status === 'error' || status === 'cancelled';
  const shown = typeof call?.resultDisplay === 'string' ? call.resultDisplay : null;
  return {
    name,
    displayName: wordAt(call, 'displayName'),
    callId,
    args: call?.args,
    answer: answer === null ? shown : withoutInjections(answer),
    error: error ?? (isFailed ? (shown ?? answer ?? 'failed') : null),
    isCancelled: status === 'cancelled',
    display: call?.resultDisplay,
    agentId: wordAt(call, 'agentId'),
    extra,
  };
}

function finishCall(
  state: State,
  scene: Scene,
  fact: ToolFact,
  at: number | undefined,
  key: string = fact.callId ?? '',
): DraftInput[] {
  state.told.add(key);
  if (fact.callId !== null) state.calls.delete(fact.callId);
  const then = { ...scene, at };
  const draft = toolDraft(then, fact);
  if (draft.body?.interrupted !== true) return [draft];
  const identity = identityOf(fact.callId, 'interrupted', fact.name);
  const text = fact.error ?? 'cancelled';
  return [draft, draftOf(then, { type: 'turn.interrupted', identity, actor: humanActor, text, body: {} })];
}

const neverAnswered = (fact: ToolFact): ToolFact => ({
  ...fact,
  error: 'no result: the transcript ends before it',
  phase: 'unanswered',
  extra: { ...fact.extra, unanswered: true },
});

/** What Gemini showed when the model could not be asked. */
function takeError(state: State, scene: Scene, { id, message }: Message): DraftInput[] {
  const words = textOf(message.content).trim();
  if (words === '' || state.told.has(id)) return [];
  state.told.add(id);
  const identity = identityOf(id, 'reply', words);
  return [
    repliedDraft(
      { ...scene, promptId: state.promptId },
      { message: words, final: true, failed: true, identity },
    ),
  ];
}

/** Gemini counts what it read from its cache among the input, and thoughts beside the output; we do neither. */
function tokensOf(tokens: Fields | null): Fields | null {
  const [input, output] = [countAt(tokens, 'input'), countAt(tokens, 'output')];
  if (input === null && output === null) return null;
  const cacheRead = Math.trunc(countAt(tokens, 'cached') ?? 0);
  const more = (key: string): number => Math.trunc(countAt(tokens, key) ?? 0);
  return {
    input: Math.max(0, Math.trunc(input ?? 0) + more('tool') - cacheRead),
    output: Math.trunc(output ?? 0) + more('thoughts'),
    cacheRead,
  };
}
