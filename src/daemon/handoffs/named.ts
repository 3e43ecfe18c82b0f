import { postingAt } from '../../core/handoff.ts';
import { quote } from '../../core/quote.ts';
import type { Scope } from '../../core/scope.ts';
import { AppError } from '../../schema/app-error.ts';
import type { HandoffPosting } from '../../schema/records.ts';
import { isHandoffId, postingOf, postingsIn } from '../handoffs.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** The handoff that somebody names: by its id, or the end of it (4 digits or more). */
export function handoffNamed(
  open: OpenWorkspace,
  scope: Scope,
  wanted: string,
  nowMs: number,
): HandoffPosting {
  const whole = isHandoffId(wanted) ? open.registers.get('handoff', wanted, scope) : null;
  if (whole !== null) return postingAt(postingOf(open, whole), nowMs);
  const tail = wanted.replace(/^hof_/, '');
  const found = postingsIn(open, scope, nowMs).filter(({ id }) => tail.length >= 4 && id.endsWith(tail));
  const [posting, another] = found;
  if (posting === undefined)
    throw new AppError('NOT_FOUND', `there is no handoff "${quote(wanted, 60)}"`, {
      hint: 'hivemind handoff list',
    });
  if (another !== undefined)
    throw new AppError('FAILED_PRECONDITION', `several handoffs end in "${quote(wanted, 60)}"`, {
      hint: `name it by its id: ${posting.id} or ${another.id}`,
    });
  return posting;
}
