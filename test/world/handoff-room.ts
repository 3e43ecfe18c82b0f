import { afterEach, beforeEach } from 'vitest';
import type { LiveWorkspace } from '../../src/daemon/live-workspace.ts';
import type { CallContext, InputOf, OutputOf } from '../../src/schema/operation.ts';
import { type EngineRoom, openEngineRoom } from './engine-room.ts';
import { asAgent, asPerson, claude, codex, start, work } from './handoffs.ts';

export const day = 86_400_000;
export const workspace = 'w';
export const task = { task: 'move sessions to redis', next: 'write the expiry test' };

/** A workspace in which Claude Code has worked and Codex has begun, anew for each test. */
export interface HandoffRoom {
  room: EngineRoom;
  live: LiveWorkspace;
  nowMs: number;
  /** As Claude Code. */
  offer(input?: InputOf<'handoff.offer'>): Promise<OutputOf<'handoff.offer'>>;
  idOf(input?: InputOf<'handoff.offer'>): Promise<string>;
  /** As Codex, in its session. */
  accept(
    handoff: string,
    input?: Partial<InputOf<'handoff.accept'>>,
    context?: Partial<CallContext>,
  ): Promise<OutputOf<'handoff.accept'>>;
  show(handoff: string, input?: Partial<InputOf<'handoff.show'>>): Promise<OutputOf<'handoff.show'>>;
  stateOf(handoff: string): Promise<string>;
}

export function giveHandoffRoom(): HandoffRoom {
  const given = { nowMs: 0 } as HandoffRoom;
  Object.assign(given, {
    offer: (input) =>
      given.room.call(
        'handoff.offer',
        { workspace, caller: claude, ...task, ...input },
        asAgent('claude-code'),
      ),
    idOf: async (input) => (await given.offer(input)).handoff.posting.id,
    accept: (handoff, input, context = asAgent('codex')) =>
      given.room.call('handoff.accept', { workspace, caller: codex, handoff, ...input }, context),
    show: (handoff, input) => given.room.call('handoff.show', { workspace, handoff, ...input }, asPerson()),
    stateOf: async (handoff) => (await given.show(handoff)).handoff.posting.state,
  } satisfies Partial<HandoffRoom>);
  beforeEach(async () => {
    given.nowMs = Date.UTC(2026, 5, 1);
    given.room = await openEngineRoom(undefined, undefined, () => given.nowMs);
    given.live = await given.room.workspaces.live(await given.room.workspaces.create(workspace));
    await given.room.call('event.append', { workspace, events: work('claude-code', claude) });
    await given.room.call('event.append', { workspace, events: [start('codex', codex)] });
  });
  afterEach(() => given.room.remove());
  return given;
}
