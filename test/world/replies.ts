import type { Event } from '../../src/schema/event.ts';
import { type Drafts, session } from './drafts.ts';
import { eventually, type Home } from './home.ts';

/** Answers that the agent numbers, in the session of test/world/drafts.ts: the same number is the same fact. */
export const replies = (from: number, count: number, given: object = {}): Drafts =>
  Array.from({ length: count }, (_, index) => ({
    type: 'turn.replied',
    agent: 'claude-code',
    session,
    identity: { nativeId: `reply-${from + index}`, phase: 'done' },
    actor: { kind: 'agent', name: 'claude-code' },
    text: `answer number ${from + index} of größe 日本 🦀`,
    ...given,
  }));

/** Starts the daemon with a workspace named w. */
export async function startWorkspace({ json, call }: Home): Promise<void> {
  await json(['daemon', 'start']);
  await call('workspace.create', { name: 'w', bind: false });
}

/** Appends so many of these answers to w; returns their ids. */
export async function appendReplies(
  { call }: Home,
  from: number,
  count: number,
  given: object = {},
): Promise<string[]> {
  const ids: string[] = [];
  for (let at = from; at < from + count; at += 1000) {
    const events = replies(at, Math.min(1000, from + count - at), given);
    ids.push(...(await call('event.append', { workspace: 'w', events })).appended);
  }
  return ids;
}

/** The answers in w, in order. */
export const repliesIn = async ({ call }: Home): Promise<Event[]> =>
  (await call('session.show', { workspace: 'w', session, limit: 100_000 })).events;

export const idsIn = async (home: Home): Promise<string[]> => (await repliesIn(home)).map(({ id }) => id);

/** Waits until all of w is in LanceDB. */
export async function flushed({ call }: Home): Promise<void> {
  await eventually(async () => (await call('status.show', { workspace: 'w' })).tail === 0, 'an empty tail');
}

/** What a command says with --json, whatever its exit code. */
export async function outcomeOf<T>(
  { hivemind }: Home,
  args: string[],
): Promise<{ exitCode: number; output: T }> {
  const { exitCode, stdout } = await hivemind([...args, '--json']);
  return { exitCode, output: JSON.parse(stdout) as T };
}
