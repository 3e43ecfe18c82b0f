import { type Attempt, attempt, quoteSteps } from './attempt.ts';
import type { Step } from './step.ts';

/** So many failures of one command are no slip. */
const leastFailures = 3;

/** A command that failed three times or more and then went well after something was changed. */
export function retries(steps: readonly Step[]): Attempt[] {
  const failing = new Map<string, number[]>();
  return steps.flatMap((step, at) => {
    if (step.kind !== 'call' || step.command === null || step.status === 'rejected') return [];
    if (step.status === 'failed') {
      failing.set(step.key, [...(failing.get(step.key) ?? []), at]);
      return [];
    }
    const failures = failing.get(step.key) ?? [];
    failing.delete(step.key);
    return failures.length < leastFailures ? [] : told(steps, failures, at);
  });
}

function told(steps: readonly Step[], failures: readonly number[], at: number): Attempt[] {
  const [first, last] = [failures[0] ?? at, failures.at(-1) ?? at];
  const passed = steps[at];
  const failure = steps[last];
  const worked = edits(steps, last, at);
  // It passed by itself: nobody knows why.
  if (passed === undefined || failure === undefined || worked.length === 0) return [];
  const failed = failures.slice(1).map((to, nth) => edits(steps, failures[nth] ?? first, to));
  const about = [...failures.flatMap((one) => steps[one] ?? []).slice(-4), ...worked.slice(-4), passed];
  return [
    attempt('retries', passed, about, {
      approach: quoteSteps(worked),
      outcome: 'worked',
      reason: `${failures.length} × ${passed.said}: ${failure.answer}`,
      failed: failed
        .filter((some) => some.length > 0)
        .map((some) => quoteSteps(some, 2))
        .slice(-5),
    }),
  ];
}

const edits = (steps: readonly Step[], from: number, to: number): Step[] =>
  steps.slice(from + 1, to).filter(({ kind, status }) => kind === 'edit' && status === 'ok');
