import type { DecisionText, FindOpposed } from './merge.ts';
import { compareChoices } from './opposed/contradiction.ts';
import { type PreparedDecision, prepareDecision } from './opposed/features.ts';
import { compareSubjects, mayMeet } from './opposed/similarity.ts';

export { type PreparedDecision, prepareDecision };

export interface Judgement {
  opposed: boolean;
  /** How surely both answer the same question, 0 to 1. */
  sameSubject: number;
  /** How surely the choices exclude each other, 0 to 1. */
  contradiction: number;
  /** In a few words, for people. */
  why: string;
}

/** Set on the dev half of test/fixtures/decisions/pairs.json, for few false alarms. */
const LEAST_SAME = 0.4;
const LEAST_PRODUCT = 0.36;

/** Judges two prepared decisions; symmetric. */
export function judgePrepared(a: PreparedDecision, b: PreparedDecision): Judgement {
  const apart: Judgement = {
    opposed: false,
    sameSubject: 0,
    contradiction: 0,
    why: 'about different things',
  };
  if (!mayMeet(a, b)) return apart;
  const sameSubject = compareSubjects(a, b);
  if (sameSubject < LEAST_SAME) return { ...apart, sameSubject };
  const { strength, why } = compareChoices(a, b, sameSubject);
  const opposed = strength * sameSubject >= LEAST_PRODUCT;
  return { opposed, sameSubject, contradiction: strength, why: why === '' ? 'they go together' : why };
}

/** Whether two prepared decisions contradict each other; symmetric. */
export const opposesPrepared = (a: PreparedDecision, b: PreparedDecision): boolean =>
  judgePrepared(a, b).opposed;

/** Judges two decisions from their words alone, without a language model; symmetric, never throws. */
export const judgeOpposed = (a: DecisionText, b: DecisionText): Judgement =>
  judgePrepared(prepareDecision(a), prepareDecision(b));

/** Whether two decisions contradict each other, though their subjects may be worded differently. */
export const opposes = (a: DecisionText, b: DecisionText): boolean => judgeOpposed(a, b).opposed;

export const findOpposed: FindOpposed = (ours, theirs) => {
  const [left, right] = [ours.map(prepareDecision), theirs.map(prepareDecision)];
  return left.flatMap((our, ourAt) =>
    right.flatMap((their, theirAt): [number, number][] =>
      opposesPrepared(our, their) ? [[ourAt, theirAt]] : [],
    ),
  );
};
