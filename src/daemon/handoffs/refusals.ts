import { isoTime } from '../../core/cards.ts';
import { quote } from '../../core/quote.ts';
import { AppError } from '../../schema/app-error.ts';
import type { HandoffPosting } from '../../schema/records.ts';
import type { Answerer } from './asker.ts';

/** FAILED_PRECONDITION for a handoff that is not on offer: who has it, or what became of it. */
export function checkOpen(posting: HandoffPosting, { session }: Pick<Answerer, 'session'>): void {
  const { id, state, takenIn, updatedAt, until } = posting;
  if (state === 'offered') return;
  const who = posting.takenBy ?? 'somebody';
  if (state === 'accepted') {
    if (takenIn === null || takenIn !== session) throw takenBy(id, who, updatedAt, takenIn);
    throw new AppError('FAILED_PRECONDITION', 'you have taken it already', {
      hint: `hivemind handoff show ${id}`,
    });
  }
  const what =
    state === 'expired'
      ? `it expired ${until === null ? '' : isoTime(until)}`.trim()
      : `it was ${state} by ${quote(who, 60)}`;
  throw new AppError('FAILED_PRECONDITION', what, { hint: `hivemind handoff offer --again ${id}` });
}

/** What the loser is told. */
export const takenBy = (id: string, who: string, at: number, session: string | null = null): AppError =>
  new AppError(
    'FAILED_PRECONDITION',
    `it was taken by ${quote(who, 60)}${session === null ? '' : ` (${quote(session, 60)})`} at ${isoTime(at)}`,
    { hint: `hivemind handoff show ${id}`, details: { handoff: id, takenBy: who, session, at } },
  );
