import { hash128 } from '../../schema/ids.ts';
import { type Fields, fieldsAt, listAt, stringAt, wordAt } from '../fields.ts';
import { draftOf, humanActor, identityOf, type Scene } from '../scene.ts';
import type { Slot, SlotQueue } from '../slots.ts';
import { blocksText } from '../tool-text.ts';
import { measured, promptedDraft, repliedDraft, replyKey } from '../turn.ts';
import { sourceOf } from './prompt-source.ts';
import { denialOf, errorText, type ToolFact, toolDraft } from './tool.ts';
import { blocksOf, type TokenCount, tokensOf } from './transcript-line.ts';

/** One model answer, which the transcript spreads over several lines with the same usage on each. */
interface Message {
  id: string | null;
  tokens: TokenCount | null;
  /** The reply that will carry the tokens; null until one is seen. */
  slot: Slot | null;
  isCounted: boolean;
}

interface Call {
  scene: Scene;
  tool: string;
  input: unknown;
  message: Message;
}

/** What is remembered of one session between its lines. */
export interface Thread {
  queue: SlotQueue;
  promptId: string | null;
  model: string | null;
  /** The last prompt, which may turn out to be a copy that a fork made. */
  prompt: { slot: Slot; promptId: string | null } | null;
  prompts: Set<string>;
  message: Message | null;
  calls: Map<string, Call>;
  /** How often each reply was said. */
  replies: Map<string, number>;
  /** How many compactions each prompt had. */
  compactions: Map<string, number>;
  command: string | null;
}

export const createThread = (queue: SlotQueue): Thread => ({
  queue,
  promptId: null,
  model: null,
  prompt: null,
  prompts: new Set(),
  message: null,
  calls: new Map(),
  replies: new Map(),
  compactions: new Map(),
  command: null,
});

/** Counts one more of `key`; answers how many there were before. */
export function countUp(counts: Map<string, number>, key: string): number {
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  return before;
}

export function settlePrompt(thread: Thread): void {
  if (thread.prompt !== null) thread.prompt.slot.settled = true;
  thread.prompt = null;
}

/** Nothing more will come of the message: its tokens go to its last reply. */
export function settleMessage(thread: Thread): void {
  const { message } = thread;
  if (message?.slot) {
    if (message.tokens !== null && !message.isCounted) {
      message.slot.draft = {
        ...message.slot.draft,
        body: { ...message.slot.draft.body, tokens: message.tokens },
        otherwise: measured({ tokens: message.tokens }),
      };
      message.isCounted = true;
    }
    message.slot.settled = true;
    message.slot = null;
  }
}

/**
 * A prompt. It waits for the next line of its session: when a fork copies a session, it gives the copied prompts the
 * id of the fork's own first prompt, so that of several prompts with one id only the last is real.
 */
export function takePrompt(
  thread: Thread,
  at: Scene,
  line: Fields,
  words: string,
  promptSource: string | null,
): void {
  settleMessage(thread);
  const uuid = wordAt(line, 'uuid');
  // Lines of older versions have no prompt id; their own id does as well.
  const scene = { ...at, promptId: wordAt(line, 'promptId') ?? uuid };
  thread.promptId = scene.promptId;
  const { prompt } = thread;
  const { promptId } = scene;
  const isCopy = prompt !== null && promptId !== null && prompt.promptId === promptId;
  if (prompt !== null && isCopy) {
    prompt.slot.dropped = true;
    prompt.slot.settled = true;
    thread.prompts.delete(promptId ?? '');
  }
  settlePrompt(thread);
  // Hooks tell no prompt of a subagent, and one prompt id may hold several.
  const isOwnId = scene.agentId === null && promptId !== null && !thread.prompts.has(promptId);
  if (isOwnId) thread.prompts.add(promptId);
  const identity = identityOf(isOwnId ? promptId : uuid, 'prompt', words);
  const origin = wordAt(fieldsAt(line, 'origin'), 'kind');
  const asked =
    scene.agentId === null ? sourceOf(words, promptSource, origin) : { human: false, source: 'subagent' };
  thread.prompt = {
    slot: thread.queue.hold(promptedDraft(scene, { prompt: words, ...asked, identity })),
    promptId,
  };
}

/** One line of a model's answer: text, or tool calls, which wait for their results. */
export function takeAnswer(thread: Thread, scene: Scene, line: Fields): boolean {
  const answer = fieldsAt(line, 'message');
  const id = wordAt(answer, 'id');
  if (thread.message === null || id === null || thread.message.id !== id) {
    settleMessage(thread);
    thread.message = { id, tokens: null, slot: null, isCounted: false };
  }
  const { message } = thread;
  message.tokens = tokensOf(answer) ?? message.tokens;
  const blocks =
    typeof answer?.content === 'string' ? [{ type: 'text', text: answer.content }] : blocksOf(line);
  let isKept = false;
  for (const block of blocks) isKept = takeBlock(thread, scene, line, block, message) || isKept;
  return isKept;
}

function takeBlock(thread: Thread, scene: Scene, line: Fields, block: Fields, message: Message): boolean {
  const type = stringAt(block, 'type');
  if (type === 'tool_use') {
    const callId = wordAt(block, 'id');
    const tool = wordAt(block, 'name');
    if (callId === null || tool === null) return false;
    thread.calls.set(callId, { scene, tool, input: block.input, message });
    return true;
  }
  const text = type === 'text' ? stringAt(block, 'text')?.trim() : '';
  // Claude Code's own stand-in for an answer that was not asked for.
  if (!text || (scene.model === '<synthetic>' && text === 'No response requested.')) return false;
  if (message.slot !== null) message.slot.settled = true;
  const final = ['end_turn', 'stop_sequence', 'max_tokens', 'refusal'].includes(
    stringAt(fieldsAt(line, 'message'), 'stop_reason') ?? '',
  );
  const ordinal = countUp(thread.replies, hash128(replyKey(scene, text)));
  const reply = { message: text, final, ordinal, failed: line.isApiErrorMessage === true };
  message.slot = thread.queue.hold(repliedDraft(scene, reply));
  return true;
}

/** A tool's result: with its call it is one event. */
export function takeResult(thread: Thread, scene: Scene, line: Fields, block: Fields): boolean {
  const callId = wordAt(block, 'tool_use_id');
  const call = callId === null ? undefined : thread.calls.get(callId);
  if (callId === null || call === undefined) return false;
  thread.calls.delete(callId);
  settleMessage(thread);
  const content = stringAt(block, 'content') ?? blocksText(listAt(block, 'content') ?? []);
  const isError = block.is_error === true;
  const error = isError ? errorText(content) : null;
  const fact: ToolFact = {
    tool: call.tool,
    callId,
    input: call.input,
    response: isError ? undefined : line.toolUseResult,
    answer: content,
    error,
    denied: error === null ? null : denialIn(line, error),
    interrupted: error?.startsWith('[Request interrupted by user') === true,
    extra: tokensFor(call),
  };
  const draft = toolDraft({ ...call.scene, at: scene.at ?? call.scene.at }, fact);
  const { tokens } = fact.extra ?? {};
  thread.queue.push(tokens === undefined ? draft : { ...draft, otherwise: measured({ tokens }) });
  return true;
}

function denialIn(line: Fields, error: string): ToolFact['denied'] {
  const said = denialOf(error);
  const isDenied =
    wordAt(line, 'toolDenialKind') !== null ||
    wordAt(fieldsAt(line, 'permissionDecision'), 'decision') === 'reject';
  return said ?? (isDenied ? { reason: error, by: 'person' } : null);
}

/** Tokens of a message that said nothing go to the first of its calls. */
function tokensFor({ message }: Call): Fields {
  if (message.isCounted || message.tokens === null) return {};
  message.isCounted = true;
  return { tokens: message.tokens };
}

/** Calls whose result never came, with an identity of their own: the hook may have seen the real end. */
export function endThread(thread: Thread): void {
  settlePrompt(thread);
  settleMessage(thread);
  for (const [callId, call] of thread.calls) {
    const { scene, tool, input } = call;
    const error = 'no result: the transcript ends before it';
    const fact: ToolFact = { tool, callId, input, response: undefined, answer: null, error, denied: null };
    thread.queue.push(
      toolDraft(scene, { ...fact, phase: 'unanswered', extra: { unanswered: true, ...tokensFor(call) } }),
    );
  }
  thread.calls.clear();
}

/** A command that the person ran with "!": a tool call of theirs. */
export function takeTypedOutput(thread: Thread, scene: Scene, line: Fields, output: string): void {
  const command = thread.command ?? '';
  thread.command = null;
  thread.queue.push(
    draftOf(scene, {
      type: 'tool.called',
      identity: identityOf(wordAt(line, 'uuid'), 'call', `${command}\n${output}`),
      actor: humanActor,
      text: `${command}\n${output}`.trim(),
      body: { tool: 'Bash', input: { command }, output },
    }),
  );
}

/** A person stopped the agent. */
export function takeInterruption(thread: Thread, scene: Scene, line: Fields, words: string): void {
  settlePrompt(thread);
  settleMessage(thread);
  const identity = identityOf(wordAt(line, 'uuid'), 'interrupted', words);
  thread.queue.push(
    draftOf(scene, { type: 'turn.interrupted', identity, actor: humanActor, text: words, body: {} }),
  );
}
