import type { HandoffPosting } from '../../schema/records.ts';
import type { FieldState, FieldValue, RecordState } from './registers.ts';

type State = HandoffPosting['state'];

/** Of answers that were given without knowing of each other: who took it has it, and what somebody said outweighs time. */
const precedence: readonly State[] = ['accepted', 'withdrawn', 'declined', 'expired', 'offered'];

/**
 * The answer that stands: of several that did not know of each other the strongest, and of two that took it the first in
 * fold order whose claim was not lost; null for a handoff of which no state is known.
 */
export function answerOf(record: RecordState, isLost: (claim: string) => boolean): FieldValue | null {
  const alive = record.fields.state?.alive ?? [];
  const isHeld = (answer: FieldValue): boolean => {
    const { claim } = answerFields(record, answer);
    return claim === null || !isLost(claim);
  };
  for (const state of precedence) {
    const said = alive.filter(({ value }) => value === state);
    const [first] = said;
    if (first !== undefined) return said.find(isHeld) ?? first;
  }
  return record.fields.state?.shown ?? null;
}

/** How many took it without knowing of each other. */
export const takers = ({ fields }: RecordState): FieldValue[] =>
  (fields.state?.alive ?? []).filter(({ value }) => value === 'accepted');

/** Who gave an answer, in which session, by which claim. */
export function answerFields(
  { fields }: RecordState,
  answer: FieldValue | null,
): Record<'by' | 'bySession' | 'claim', string | null> {
  const said = (field: FieldState | undefined): string | null => {
    const value = (field?.alive.find(({ event }) => event === answer?.event) ?? field?.shown)?.value;
    return typeof value === 'string' ? value : null;
  };
  return { by: said(fields.by), bySession: said(fields.bySession), claim: said(fields.claim) };
}
