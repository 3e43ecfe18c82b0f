import { maskOf } from './step-kinds.ts';
import { countOf, placeOf, type Steps } from './steps.ts';
import { numberIn } from './track.ts';

/** What one session did, by time. */
export interface Lane {
  session: string;
  agent: string;
  first: number;
  steps: number[];
  failures: number[];
  edits: number[];
}

export interface Lanes {
  from: number;
  to: number;
  bucketMs: number;
  first: number[];
  lanes: Lane[];
  /** Lanes in all. */
  total: number;
}

const failure = maskOf(['failure']);
const edit = maskOf(['edit']);

/** A lane for each session, in the order in which they begin and `most` at the most, and where in the steps each bucket of time begins. */
export function lanesOf(steps: Steps, { buckets, most }: { buckets: number; most: number }): Lanes {
  const { track } = steps;
  const total = countOf(steps);
  const [from, to] = timesOf(steps, total);
  const bucketMs = Math.max(1, Math.ceil((to - from + 1) / buckets));
  const count = Math.max(1, Math.ceil((to - from + 1) / bucketMs));
  /** Null: one too many. */
  const lanes = new Map<number, Lane | null>();
  const first = new Array<number>(count).fill(total);
  for (let number = 0; number < total; number += 1) {
    const place = placeOf(steps, number);
    const bucket = Math.floor((numberIn(track.at, place) - from) / bucketMs);
    first[bucket] = Math.min(numberIn(first, bucket), number);
    const session = numberIn(track.session, place);
    let lane = lanes.get(session);
    if (lane === undefined) {
      lane = lanes.size < most ? emptyLane(steps, number, count) : null;
      lanes.set(session, lane);
    }
    if (lane !== null) note(lane, bucket, numberIn(track.kinds, place));
  }
  for (let bucket = count - 2; bucket >= 0; bucket -= 1)
    first[bucket] = Math.min(numberIn(first, bucket), numberIn(first, bucket + 1));
  const shown = [...lanes.values()].filter((lane) => lane !== null);
  return { from, to, bucketMs, first, lanes: shown, total: lanes.size };
}

function emptyLane(steps: Steps, first: number, count: number): Lane {
  const { track } = steps;
  const place = placeOf(steps, first);
  const zeros = (): number[] => new Array<number>(count).fill(0);
  return {
    session: track.sessions.list[numberIn(track.session, place)] ?? '',
    agent: track.agents.list[numberIn(track.agent, place)] ?? '',
    first,
    steps: zeros(),
    failures: zeros(),
    edits: zeros(),
  };
}

function note(lane: Lane, bucket: number, kinds: number): void {
  grow(lane.steps, bucket);
  if ((kinds & failure) !== 0) grow(lane.failures, bucket);
  if ((kinds & edit) !== 0) grow(lane.edits, bucket);
}

function grow(counts: number[], bucket: number): void {
  counts[bucket] = numberIn(counts, bucket) + 1;
}

function timesOf(steps: Steps, total: number): [from: number, to: number] {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let number = 0; number < total; number += 1) {
    const at = numberIn(steps.track.at, placeOf(steps, number));
    from = Math.min(from, at);
    to = Math.max(to, at);
  }
  return total === 0 ? [0, 0] : [from, to];
}
