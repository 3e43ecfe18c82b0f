import type { DraftInput } from '../../schema/event.ts';
import { hash128 } from '../../schema/ids.ts';
import type { Fields } from '../fields.ts';
import type { Scene } from '../scene.ts';
import type { Slot, SlotQueue } from '../slots.ts';
import { repliedDraft, replyKey } from '../turn.ts';
import { type Answer, answerOf } from './answer.ts';
import { type Effect, finishedCall, type MadeCall, unansweredCall } from './call.ts';
import type { Tool } from './tool.ts';

export interface TokenCount {
  input: number;
  output: number;
  cacheRead?: number;
  cacheWrite?: number;
}

/**
 * One answer of the model: texts and calls that share a count of tokens, which newer rollouts write right behind it
 * and older ones behind the calls' outputs. The count goes to its last text, or to its first call.
 */
interface Response {
  reply: Slot | null;
  first: WaitingCall | null;
  /** The first call's event, where its tokens are not known yet. */
  firstSlot: Slot | null;
  tokens: TokenCount | null;
  isCounted: boolean;
  hasCalls: boolean;
  hasOutputs: boolean;
}

interface WaitingCall extends MadeCall {
  effect: Effect | null;
  response: Response;
}

/** What is remembered of the turns of a thread between its lines. */
export interface Thread {
  queue: SlotQueue;
  response: Response | null;
  calls: Map<string, WaitingCall>;
  /** Calls that were told. */
  done: Set<string>;
  /** Commands that still run, by the session in which input reaches them. */
  running: Map<string, Tool>;
  /** How often each reply was said. */
  replies: Map<string, number>;
}

export const createThread = (queue: SlotQueue): Thread => ({
  queue,
  response: null,
  calls: new Map(),
  done: new Set(),
  running: new Map(),
  replies: new Map(),
});

/** Counts one more of `key`; answers how many there were before. */
export function countUp(counts: Map<string, number>, key: string): number {
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  return before;
}

function openResponse(thread: Thread): Response {
  if (thread.response !== null && !thread.response.hasOutputs) return thread.response;
  endResponse(thread);
  thread.response = {
    reply: null,
    first: null,
    firstSlot: null,
    tokens: null,
    isCounted: false,
    hasCalls: false,
    hasOutputs: false,
  };
  return thread.response;
}

/** Nothing more will be said of the last answer. */
export function endResponse(thread: Thread): void {
  settleResponse(thread);
  thread.response = null;
}

/** What is known of the last answer is told now. */
export function settleResponse({ response }: Thread): void {
  if (response?.reply) response.reply.settled = true;
  if (response?.firstSlot) response.firstSlot.settled = true;
}

export function takeReply(thread: Thread, scene: Scene, message: string, failed = false): void {
  const response = openResponse(thread);
  if (response.reply !== null) response.reply.settled = true;
  const ordinal = countUp(thread.replies, hash128(replyKey(scene, message)));
  response.reply = thread.queue.hold(repliedDraft(scene, { message, final: false, ordinal, failed }));
}

/** The turn has ended with what was said last. */
export function endTurn(thread: Thread, isComplete: boolean): void {
  const { response } = thread;
  if (isComplete && response?.reply && !response.hasCalls) addToBody(response.reply, { final: true });
  endResponse(thread);
}

export function takeTokens(thread: Thread, tokens: TokenCount): void {
  const { response } = thread;
  if (response === null || response.isCounted) return;
  response.tokens = tokens;
  const slot = response.reply ?? response.firstSlot;
  if (slot === null) return;
  addToBody(slot, { tokens });
  response.isCounted = true;
  if (response.firstSlot !== null) response.firstSlot.settled = true;
  if (response.reply !== null && response.hasCalls) response.reply.settled = true;
}

function addToBody(slot: Slot, more: Fields): void {
  slot.draft = { ...slot.draft, body: { ...slot.draft.body, ...more } };
}

export function takeCall(thread: Thread, made: MadeCall): void {
  const response = openResponse(thread);
  const call: WaitingCall = { ...made, effect: null, response };
  response.first ??= call;
  response.hasCalls = true;
  if (response.isCounted && response.reply !== null) response.reply.settled = true;
  if (made.callId !== null && !thread.done.has(made.callId)) thread.calls.set(made.callId, call);
}

/** What Codex itself tells of a call: one that waits for its output, or one that has no items of its own. */
export function takeEffect(thread: Thread, made: MadeCall & { callId: string }, effect: Effect): boolean {
  const call = thread.calls.get(made.callId);
  if (call !== undefined) {
    call.effect = effect;
    return true;
  }
  if (thread.done.has(made.callId)) return false;
  thread.done.add(made.callId);
  for (const draft of finishedCall(made, answerOf(''), effect, {})) thread.queue.push(draft);
  return true;
}

/** The output of a call: with the call it is one event, or one for each file that it changed. */
export function takeOutput(
  thread: Thread,
  callId: string | null,
  output: unknown,
  at: number | undefined,
): boolean {
  const call = callId === null ? undefined : thread.calls.get(callId);
  if (callId === null || call === undefined) return false;
  thread.calls.delete(callId);
  thread.done.add(callId);
  const { response } = call;
  response.hasOutputs = true;
  const answer = answerOf(output);
  const told = {
    ...call,
    tool: continued(thread, call.tool, answer),
    scene: { ...call.scene, at: at ?? call.scene.at },
  };
  const [first, ...others] = finishedCall(told, answer, call.effect, tokensFor(call));
  if (first !== undefined) pushFirst(thread, call, first);
  for (const draft of others) thread.queue.push(draft);
  return true;
}

/** The first call of an answer without words waits for the tokens that older rollouts write behind its output. */
function pushFirst(thread: Thread, call: WaitingCall, draft: DraftInput): void {
  const { response } = call;
  const waits =
    response.first === call && response.reply === null && !response.isCounted && thread.response === response;
  if (waits) response.firstSlot = thread.queue.hold(draft);
  else thread.queue.push(draft);
}

/** Tokens of an answer that said nothing go to the first of its calls. */
function tokensFor(call: WaitingCall): Fields {
  const { response } = call;
  if (response.first !== call || response.isCounted || response.tokens === null) return {};
  response.isCounted = true;
  return { tokens: response.tokens };
}

/**
 * A command that is still running answers later, to a call that sends it input. That its end is found by what was
 * run, the last of these stands as the command.
 */
function continued(thread: Thread, tool: Tool, answer: Answer): Tool {
  if (tool.tool === 'Bash' && answer.running !== null) thread.running.set(answer.running, tool);
  if (tool.tool !== 'write_stdin') return tool;
  const session = String((tool.input as Fields | null)?.session_id ?? '');
  const command = thread.running.get(session);
  if (command === undefined || answer.exitCode === null) return tool;
  thread.running.delete(session);
  return { ...command, nativeTool: tool.nativeTool };
}

/** Calls of a turn that was stopped: no output of theirs will come. */
export function endCalls(thread: Thread, reason: string): void {
  for (const callId of [...thread.calls.keys()]) takeOutput(thread, callId, reason, undefined);
  endResponse(thread);
}

/** Calls whose output never came. */
export function endThread(thread: Thread): void {
  endResponse(thread);
  for (const call of thread.calls.values()) thread.queue.push(unansweredCall(call, tokensFor(call)));
  thread.calls.clear();
}
