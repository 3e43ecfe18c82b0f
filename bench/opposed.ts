import { readFileSync } from 'node:fs';
import type { DecisionText } from '../src/core/merge.ts';
import { opposes, opposesPrepared, prepareDecision } from '../src/core/opposed.ts';
import { isSame, subjectKey } from '../src/core/records/kinds.ts';
import { type Ratio, type Report, type Score, toRow } from './lib/measure.ts';

interface Pair {
  split: 'dev' | 'test';
  paraphrased: boolean;
  opposed: boolean;
  a: DecisionText;
  b: DecisionText;
}

/** What a keyed comparison finds: the same words for the subject, another choice. */
type Detect = (a: DecisionText, b: DecisionText) => boolean;

const keyed: Detect = (a, b) =>
  subjectKey(a.subject) === subjectKey(b.subject) && !isSame('decision', 'choice', a.choice, b.choice);

/** Others that each decision is paired with to count false alarms. */
const STRANGERS = 50;

/**
 * How many of the labelled pairs in test/fixtures/decisions the detector of opposed decisions gets right, beside a
 * keyed comparison; how often it takes two random decisions for opposed; and the time of a comparison.
 */
export async function benchOpposed(rounds: number): Promise<Report> {
  const file = new URL('../test/fixtures/decisions/pairs.json', import.meta.url);
  const pairs: Pair[] = JSON.parse(readFileSync(file, 'utf8'));
  const dev = pairs.filter(({ split }) => split === 'dev');
  const test = pairs.filter(({ split }) => split === 'test');
  const scores = [dev, test].flatMap((split) => [
    ...scoreGroups('words', opposes, split),
    ...scoreGroups('keyed', keyed, split),
  ]);
  const random = toRow('compare_random', timeComparing(pairs, rounds));
  return {
    bench: 'opposed',
    rows: [{ ...random, unit: 'µs' }],
    ratios: [
      atMost('false_alarms_dev', falseAlarms(dev), 0.01),
      atMost('false_alarms_test', falseAlarms(test), 0.01),
    ],
    scores,
  };
}

function scoreGroups(name: string, detect: Detect, pairs: readonly Pair[]): Score[] {
  const split = pairs[0]?.split ?? '';
  return [
    score(
      `${split}_paraphrased_${name}`,
      detect,
      pairs.filter(({ paraphrased }) => paraphrased),
    ),
    score(
      `${split}_same_subject_${name}`,
      detect,
      pairs.filter(({ paraphrased }) => !paraphrased),
    ),
    score(`${split}_all_${name}`, detect, pairs),
  ];
}

function score(name: string, detect: Detect, pairs: readonly Pair[]): Score {
  const found = pairs.filter(({ a, b }) => detect(a, b));
  const right = found.filter(({ opposed }) => opposed).length;
  const precision = found.length === 0 ? 0 : right / found.length;
  const recall = right / pairs.filter(({ opposed }) => opposed).length;
  const f1 = right === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { name, n: pairs.length, precision: round(precision), recall: round(recall), f1: round(f1) };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
const atMost = (name: string, value: number, target: number): Ratio => ({
  name,
  value: Math.round(value * 1e5) / 1e5,
  target,
  ok: value <= target,
});

/** The share of random pairs of decisions of different labelled pairs that are taken for opposed; the same each time. */
function falseAlarms(pairs: readonly Pair[]): number {
  const decisions = pairs.flatMap(({ a, b }, pair) =>
    [a, b].map((text) => ({ pair, prepared: prepareDecision(text) })),
  );
  let state = 7;
  let alarms = 0;
  for (const { pair, prepared } of decisions)
    for (let done = 0; done < STRANGERS; ) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const other = decisions[Math.floor((state / 2 ** 32) * decisions.length)];
      if (other === undefined || other.pair === pair) continue;
      if (opposesPrepared(prepared, other.prepared)) alarms += 1;
      done += 1;
    }
  return alarms / (decisions.length * STRANGERS);
}

/** Microseconds for one comparison of prepared decisions: each with each, once a round. */
function timeComparing(pairs: readonly Pair[], rounds: number): number[] {
  const decisions = pairs.flatMap(({ a, b }) => [prepareDecision(a), prepareDecision(b)]);
  return Array.from({ length: rounds }, () => {
    const start = performance.now();
    for (const a of decisions) for (const b of decisions) opposesPrepared(a, b);
    return ((performance.now() - start) * 1000) / decisions.length ** 2;
  });
}
