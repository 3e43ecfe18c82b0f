import { quote } from '../quote.ts';
import type { Step } from './step.ts';

export type Derived = 'rejection' | 'correction' | 'revert' | 'retries';

/** An approach that was tried, told by the trace itself: every word of it is quoted. */
export interface Attempt {
  derived: Derived;
  approach: string;
  outcome: 'worked' | 'failed' | 'abandoned';
  /** Quoted; empty where the trace does not say why. */
  reason: string;
  /** What was done in its place, quoted; empty when that is not known. */
  instead: string;
  /** Quoted approaches that failed before. */
  failed: string[];
  /** Ids of the events that it rests on, in order. */
  evidence: string[];
  paths: string[];
  /** The event by which it was known; an attempt is one for each of these. */
  anchor: Step;
}

const saidChars = 900;
const reasonChars = 700;
const stepChars = 300;
const mostEvidence = 12;
const mostPaths = 20;

export function attempt(
  derived: Derived,
  anchor: Step,
  about: readonly Step[],
  told: Pick<Attempt, 'approach' | 'outcome' | 'reason'> & Partial<Pick<Attempt, 'instead' | 'failed'>>,
): Attempt {
  const { approach, outcome, reason, instead = '', failed = [] } = told;
  return {
    approach: quote(approach, saidChars),
    outcome,
    reason: quote(reason, reasonChars),
    instead: quote(instead, saidChars),
    failed: failed.map((one) => quote(one, saidChars)),
    derived,
    anchor,
    evidence: [...new Set(about.map(({ id }) => id))].slice(-mostEvidence),
    paths: [...new Set(about.flatMap(({ paths }) => paths))].slice(0, mostPaths),
  };
}

/** Several steps told as one, the first ones giving way. */
export const quoteSteps = (steps: readonly Step[], most = 3): string =>
  steps
    .slice(-most)
    .map(({ said }) => quote(said, stepChars))
    .join(' ; ');
