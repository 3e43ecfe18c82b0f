import type { Attempt } from './attempt.ts';
import { corrections } from './correction.ts';
import { rejections } from './rejection.ts';
import { retries } from './retries.ts';
import { type EarlierEdits, reverts } from './revert.ts';
import { inOrder, type Step } from './step.ts';

/** What was tried in a session and how it ended, from some of its steps in any order; `others` finds edits of other sessions. */
export function attemptsOf(steps: Iterable<Step>, others: EarlierEdits = () => []): Attempt[] {
  const ordered = inOrder(steps);
  return [...rejections(ordered), ...corrections(ordered), ...reverts(ordered, others), ...retries(ordered)];
}

/** The attempt as it is searched and shown. */
export function attemptText({ approach, outcome, reason, instead, failed, derived }: Attempt): string {
  return [
    approach,
    `${outcome} (${derived})${reason === '' ? '' : `\nbecause ${reason}`}`,
    ...(instead === '' ? [] : [`instead: ${instead}`]),
    ...failed.map((one) => `failed before: ${one}`),
  ].join('\n');
}
