import type { OutputOf } from '../../../schema/operation.ts';
import { Mark, type MarkName } from './mark.tsx';

export type ReviewStateName = OutputOf<'review.show'>['state'];

const said: Record<ReviewStateName, { text: string; mark: MarkName; tone: string }> = {
  open: { text: 'Open', mark: 'open', tone: '' },
  approved: { text: 'Approved', mark: 'yes', tone: 'good' },
  'changes-requested': { text: 'Changes asked for', mark: 'no', tone: 'bad' },
  merged: { text: 'Merged', mark: 'merged', tone: 'quiet' },
};

/** Where a branch stands, by a word and a picture. */
export function ReviewStateBadge({ state }: { state: ReviewStateName }) {
  const { text, mark, tone } = said[state];
  return (
    <span className={`badge ${tone}`}>
      <Mark name={mark} />
      {text}
    </span>
  );
}
