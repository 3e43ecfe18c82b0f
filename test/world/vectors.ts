import type { EmbeddedEvent } from '../../src/store/embeddings.ts';
import type { Ranges } from '../../src/store/ranges.ts';
import { makeEvent } from './events.ts';
import type { Random } from './random.ts';

const hex = (letter: string): string => letter.repeat(32);

export const branchesOf = ['a', 'b', 'c', 'd'].map((letter) => `br_${hex(letter)}`);
export const writersOf = ['1', '2'].map((letter) => `wr_${hex(letter)}`);
export const sessionsOf = ['e', 'f'].map((letter) => `ses_${hex(letter)}`);
export const typesOf = ['turn.prompted', 'turn.replied', 'tool.called'];

/** A vector of length 1 near one of a few directions, as texts about a few subjects have. */
export function randomVector(random: Random, dims: number): Float32Array {
  const subject = random.int(0, 7);
  const vector = Float32Array.from(
    { length: dims },
    (_, at) => random.unit() - 0.5 + (at % 8 === subject ? 1 : 0),
  );
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** An event of one of the writers, somewhere, with a vector. */
export function embedded(random: Random, writer: string, seq: number, dims: number): EmbeddedEvent {
  const at = writersOf.indexOf(writer) * 1_000_000 + seq;
  const event = makeEvent({
    seq,
    writer,
    id: `evt_${at.toString(16).padStart(32, '0')}`,
    branch: random.pick(branchesOf),
    session: random.pick(sessionsOf),
    type: random.pick(typesOf),
  });
  return { event, vector: randomVector(random, dims) };
}

/** So many events with vectors, of the writers in turn. */
export const rowsBy = (random: Random, count: number, dims: number): EmbeddedEvent[] =>
  Array.from({ length: count }, (_, at) =>
    embedded(random, writersOf[at % 2] ?? '', Math.floor(at / 2) + 1, dims),
  );

/** From the first to the last of events that one writer has written in a row. */
export function placesOf(rows: readonly EmbeddedEvent[]): Ranges {
  const [first, last] = [rows[0]?.event, rows.at(-1)?.event];
  return first === undefined || last === undefined ? {} : { [first.writer]: [[first.seq, last.seq]] };
}

export function cosineOf(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
