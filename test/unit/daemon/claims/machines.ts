import { openClaimBook } from '../../../../src/daemon/claims/book.ts';
import { createConfirmer } from '../../../../src/daemon/claims/confirming.ts';
import type { Claiming } from '../../../../src/daemon/claims/take.ts';
import { AppError } from '../../../../src/schema/app-error.ts';
import { openLocalObjects } from '../../../../src/store/objects/local.ts';
import type { Objects } from '../../../../src/store/objects/objects.ts';
import { type EngineRoom, openEngineRoom } from '../../../world/engine-room.ts';

/** How a machine's line to the shared objects is: well, cut, or so that answers are lost and what was asked is done. */
export type Line = 'well' | 'cut' | 'deaf';

/** A machine with a store, a clock and a line of its own, which has its claims confirmed in objects that it shares. */
export interface ClaimMachine {
  live: Claiming & { confirmer: NonNullable<Claiming['confirmer']> };
  room: EngineRoom;
  /** How far its clock is ahead, in milliseconds. */
  aheadMs: number;
  line: Line;
}

/** Time as it is, which nobody but the place of the objects knows. */
export interface World {
  nowMs: number;
}

export async function makeMachine(world: World, directory: string, aheadMs: number): Promise<ClaimMachine> {
  const made = { aheadMs, line: 'well' as Line };
  const now = (): number => world.nowMs + made.aheadMs;
  const room = await openEngineRoom(undefined, undefined, now);
  const { open, appender } = await room.workspaces.live(await room.workspaces.create('w'));
  const objects = overLine(openLocalObjects(directory), made);
  // The place's own clock, through the same line; like that of a bucket it knows whole seconds only.
  const placeNow = async (): Promise<number> => {
    await objects.list('probe/');
    return Math.floor(world.nowMs / 1_000) * 1_000;
  };
  const book = openClaimBook(objects, placeNow);
  const confirmer = createConfirmer({ open, appender, now }, book, room.log, { isPatient: true });
  return Object.assign(made, { live: { open, appender, now, confirmer }, room });
}

/** The same objects, as far as the line lets through. */
function overLine(objects: Objects, made: { line: Line }): Objects {
  const through = async <T>(request: () => Promise<T>): Promise<T> => {
    if (made.line === 'cut') throw new AppError('UNAVAILABLE', 'the line is cut');
    const answer = await request();
    if (made.line === 'deaf') throw new AppError('UNAVAILABLE', 'the answer was lost');
    return answer;
  };
  return {
    ...objects,
    get: (key) => through(() => objects.get(key)),
    putIfAbsent: (key, content) => through(() => objects.putIfAbsent(key, content)),
    list: (prefix) => through(() => objects.list(prefix)),
    inspect: (prefix) => through(() => objects.inspect(prefix)),
    delete: (key) => through(() => objects.delete(key)),
  };
}
