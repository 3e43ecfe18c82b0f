import { placeOf, type Steps } from './steps.ts';
import { numberIn } from './track.ts';

/**
 * A number of 32 bits for the order of steps: of the same steps in the same order the same, of others nearly certainly
 * another. It goes on from `sum`, that of the first `from` steps, as far as step `to`.
 */
export function orderSum(steps: Steps, { from, to, sum }: { from: number; to: number; sum: number }): number {
  const { track } = steps;
  const writers = track.writers.list.map(sumOfName);
  let mixed = sum;
  for (let number = from; number < to; number += 1) {
    const place = placeOf(steps, number);
    mixed = mix(mixed, numberIn(writers, numberIn(track.writer, place)));
    mixed = mix(mixed, numberIn(track.seq, place));
  }
  return mixed;
}

function sumOfName(name: string): number {
  let sum = name.length;
  for (let at = 0; at < name.length; at += 1) sum = mix(sum, name.charCodeAt(at));
  return sum;
}

const turned = (bits: number, by: number): number => (bits << by) | (bits >>> (32 - by));

/** A round of MurmurHash3, which is quick and spreads small differences. */
const mix = (sum: number, value: number): number =>
  (Math.imul(turned(sum ^ Math.imul(turned(Math.imul(value, 0xcc9e2d51), 15), 0x1b873593), 13), 5) +
    0xe6546b64) |
  0;
