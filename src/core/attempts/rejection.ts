import { type Attempt, attempt } from './attempt.ts';
import type { Step } from './step.ts';

/** Words of clients that refuse without a reason of anybody's. */
const NO_REASON = /^(?:rejected$|The user doesn't want to|\[Request interrupted by user)/;

/** A call that a person refused, with the reason that the person gave. */
export function rejections(steps: readonly Step[]): Attempt[] {
  return steps.filter(isRefusal).map((step) =>
    attempt('rejection', step, [step], {
      approach: step.said,
      outcome: 'abandoned',
      reason: reasonOf(step),
    }),
  );
}

/** Whether a person refused it: rules of permission and hooks do so as well, and say nothing about the approach. */
export const isRefusal = (step: Step): boolean =>
  step.kind === 'call' &&
  step.status === 'rejected' &&
  (step.refusedBy === '' || step.refusedBy === 'person');

export const reasonOf = ({ answer }: Step): string => (NO_REASON.test(answer) ? '' : answer);
