import type { StepKind } from '../../schema/operations/replay.ts';
import { maskOf } from './step-kinds.ts';
import { numberIn, type Track } from './track.ts';

/** Which steps of a track have numbers. */
export interface Steps {
  track: Track;
  /** Places in the track, ascending; null: all of it. */
  places: Uint32Array | null;
}

export interface Choice {
  /** Kinds of which a step is one; none: all steps. */
  only: readonly StepKind[];
  agents: readonly string[];
  /** Of the board only what sessions did that have other steps as well. */
  isOwnBoard: boolean;
}

export function chooseSteps(track: Track, { only, agents, isOwnBoard }: Choice): Steps {
  if (only.length === 0 && agents.length === 0 && !isOwnBoard) return { track, places: null };
  const mask = maskOf(only);
  const wanted = new Set(agents.map((agent) => track.agents.find(agent)));
  const own = isOwnBoard ? sessionsAtWork(track) : null;
  const places: number[] = [];
  for (let place = 0; place < track.size; place += 1) {
    if (own !== null && numberIn(own, numberIn(track.session, place)) === 0) continue;
    if (mask !== 0 && (numberIn(track.kinds, place) & mask) === 0) continue;
    if (agents.length === 0 || wanted.has(track.agent[place])) places.push(place);
  }
  return { track, places: Uint32Array.from(places) };
}

/** 1 for each session that has steps beside those on the board. */
function sessionsAtWork(track: Track): Uint8Array {
  const own = new Uint8Array(track.sessions.list.length);
  for (let place = 0; place < track.size; place += 1)
    if (track.shared[place] === 0) own[numberIn(track.session, place)] = 1;
  return own;
}

/** The agents of the chosen steps, first come first. */
export function agentsOf(steps: Steps): string[] {
  const seen = new Set<number>();
  for (let number = 0, total = countOf(steps); number < total; number += 1)
    seen.add(numberIn(steps.track.agent, placeOf(steps, number)));
  return [...seen].map((agent) => steps.track.agents.list[agent] ?? '');
}

export const countOf = ({ track, places }: Steps): number => places?.length ?? track.size;

/** The place in the track of step `number`. */
export const placeOf = ({ places }: Steps, number: number): number =>
  places === null ? number : numberIn(places, number);

/** The number of the first step at or behind a place in the track. */
export function numberAt({ track, places }: Steps, place: number): number {
  if (places === null) return Math.min(place, track.size);
  let [from, to] = [0, places.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (numberIn(places, middle) < place) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The place of an event in the track; null: it is none of its steps. */
export function findEvent(track: Track, { writer, seq }: { writer: string; seq: number }): number | null {
  const by = track.writers.find(writer);
  for (let place = 0; place < track.size; place += 1)
    if (track.seq[place] === seq && track.writer[place] === by) return place;
  return null;
}

export interface StepWanted {
  /** -1: from the beginning, or from the end. */
  from: number;
  direction: 'next' | 'previous';
  kind?: StepKind | undefined;
  agent?: string | undefined;
  /** Epoch milliseconds. */
  since?: number | undefined;
}

/** The numbers of the steps that are wanted, the nearest first, as they are asked for. */
export function* findSteps(steps: Steps, wanted: StepWanted): Generator<number> {
  const { track } = steps;
  const { kind, agent, since = Number.NEGATIVE_INFINITY } = wanted;
  const mask = kind === undefined ? 0xff : maskOf([kind]);
  const by = agent === undefined ? null : track.agents.find(agent);
  if (by === undefined) return;
  const total = countOf(steps);
  const step = wanted.direction === 'next' ? 1 : -1;
  const first = step === 1 ? wanted.from + 1 : (wanted.from === -1 ? total : wanted.from) - 1;
  for (
    let number = Math.min(first, total - 1 + (step === 1 ? 1 : 0));
    number >= 0 && number < total;
    number += step
  ) {
    const place = placeOf(steps, number);
    if (kind !== undefined && (numberIn(track.kinds, place) & mask) === 0) continue;
    if (by !== null && track.agent[place] !== by) continue;
    if (numberIn(track.at, place) >= since) yield number;
  }
}

/** Writers and seqs of steps, as the store reads them. */
export function eventsAt(steps: Steps, numbers: readonly number[]): { writer: string; seqs: number[] }[] {
  const { track } = steps;
  const seqs = new Map<string, number[]>();
  for (const number of numbers) {
    const place = placeOf(steps, number);
    const writer = track.writers.list[numberIn(track.writer, place)] ?? '';
    const list = seqs.get(writer);
    if (list === undefined) seqs.set(writer, [numberIn(track.seq, place)]);
    else list.push(numberIn(track.seq, place));
  }
  return [...seqs].map(([writer, list]) => ({ writer, seqs: list }));
}
