import type { Limit } from '../schema/operations/status.ts';
import { defaultSegmentBytes } from '../store/journal/journal.ts';
import { freshLimit, freshLimitBytes, queueLimit, queueLimitBytes } from './append.ts';
import { crowdedRows } from './workers/flusher.ts';

type Name = Limit['name'];

/** A figure that is kept within bounds, and what happens at each of them. Without a bound: null. */
export interface LimitRule {
  unit: Limit['unit'];
  /** What is counted. */
  what: string;
  soft: number | null;
  hard: number | null;
  atSoft: string;
  atHard: string;
  /** The bounds are passed from above: it is what is left of something. */
  isRest?: boolean;
}

const refused =
  'events are refused with `RESOURCE_EXHAUSTED` and the time to come back after; hooks keep theirs in the spool, which has a bound of its own';

export const limitRules: Readonly<Record<Name, LimitRule>> = {
  queue: {
    unit: 'events',
    what: 'events of this workspace that wait for the disk',
    soft: queueLimit / 2,
    hard: queueLimit,
    atSoft: 'status says so',
    atHard: refused,
  },
  queueBytes: {
    unit: 'bytes',
    what: 'what these events take',
    soft: queueLimitBytes / 2,
    hard: queueLimitBytes,
    atSoft: 'status says so',
    atHard: refused,
  },
  memory: {
    unit: 'events',
    what: 'events of this workspace in memory: acknowledged, and in no indexed table yet',
    soft: crowdedRows,
    hard: freshLimit,
    atSoft: 'upkeep takes no rest until they are indexed',
    atHard: refused,
  },
  memoryBytes: {
    unit: 'bytes',
    what: 'about what these events take',
    soft: freshLimitBytes / 2,
    hard: freshLimitBytes,
    atSoft: 'status says so',
    atHard: refused,
  },
  lag: {
    unit: 'ms',
    what: 'how long the oldest event waits to get into LanceDB; it is safe in the journal and can be recalled meanwhile',
    soft: 60_000,
    hard: null,
    atSoft: 'status says so, and why',
    atHard: 'the bounds of memory hold',
  },
  rss: {
    unit: 'bytes',
    what: 'memory of the daemon, with all workspaces that it has open',
    soft: 1 << 30,
    hard: null,
    atSoft: 'status says so',
    atHard: 'the bounds of queue and memory hold',
  },
  diskFree: {
    unit: 'bytes',
    what: 'room that is left on the disk of the Hivemind home',
    soft: 1 << 30,
    hard: 2 * defaultSegmentBytes,
    atSoft:
      'status says so; upkeep may lack the room to make one table of several. The bound is the size of the tables where that is more',
    atHard:
      'the journal cannot begin another segment: events are refused with `RESOURCE_EXHAUSTED`, hooks keep theirs in the spool; it goes on by itself once there is room',
    isRest: true,
  },
};

/** How a figure stands to its bounds; `soft` takes the place of the rule's own. */
export function limitOf(name: Name, value: number, soft: number | null = limitRules[name].soft): Limit {
  const { unit, hard, isRest = false } = limitRules[name];
  const isPassed = (bound: number | null): boolean =>
    bound !== null && (isRest ? value < bound : value > bound);
  const state = isPassed(hard) ? 'hard' : isPassed(soft) ? 'soft' : 'ok';
  return { name, value, unit, soft, hard, state };
}
