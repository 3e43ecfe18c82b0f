import { plural } from '../../../../core/amount-text.ts';
import { Heading } from '../../parts/heading.tsx';
import { Mark } from '../../parts/mark.tsx';
import type { Reviewed } from '../../parts/review-address.ts';
import { ReviewStateBadge } from '../../parts/review-state.tsx';
import { lineOf } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { useReview } from './in-review.ts';
import { kindTexts, recordsOf, spanText, workedMs } from './numbers.ts';

/** What is on the way into what, who did it, and what it would bring; and the three things that one can do. */
export function Head({ open }: { open: (dialog: 'approve' | 'ask' | 'merge') => void }) {
  const { review, reviewed } = useReview();
  const { state, ahead } = review;
  return (
    <>
      <Heading title={titleOf(reviewed)}>
        <ReviewStateBadge state={state} />
        {ahead > 0 && (
          <>
            <button type="button" onClick={() => open('approve')}>
              Approve <kbd>a</kbd>
            </button>
            <button type="button" onClick={() => open('ask')}>
              Ask for changes <kbd>x</kbd>
            </button>
            <button type="button" className="main" onClick={() => open('merge')}>
              Merge… <kbd>m</kbd>
            </button>
          </>
        )}
      </Heading>
      <Who />
      <Brings />
    </>
  );
}

/** What is on the way into what. */
export const titleOf = ({ name, into }: Pick<Reviewed, 'name' | 'into'>): string =>
  `${lineOf(name, 160)} → ${lineOf(into, 80)}`;

function Who() {
  const { sessions } = useReview().review;
  if (sessions.length === 0) return null;
  const agents = [...new Set(sessions.map(({ agent }) => lineOf(agent, 40)))];
  const lastAt = Math.max(...sessions.map((session) => session.lastAt));
  return (
    <p className="review-who">
      <strong>
        <bdi>{agents.slice(0, 6).join(', ')}</bdi>
      </strong>
      {agents.length > 6 && ` and ${agents.length - 6} others`} worked{' '}
      <strong>{spanText(workedMs(sessions))}</strong> in {plural(sessions.length, 'session')}, last{' '}
      <When at={lastAt} />
    </p>
  );
}

function Brings() {
  const { review } = useReview();
  const { ahead, behind, kinds, changes, conflicts, commits } = review;
  const records = recordsOf(changes).length;
  return (
    <ul className="brings" aria-label="What it would bring">
      <li>
        <strong>{ahead.toLocaleString('en')}</strong> {ahead === 1 ? 'event' : 'events'}
      </li>
      {records > 0 && (
        <li>
          <strong>{records.toLocaleString('en')}</strong>{' '}
          {records === 1 ? 'record changes' : 'records change'}
        </li>
      )}
      {commits.length > 0 && (
        <li>
          <strong>{commits.length.toLocaleString('en')}</strong> {commits.length === 1 ? 'commit' : 'commits'}
        </li>
      )}
      {conflicts.length > 0 && (
        <li className="bad">
          <Mark name="conflict" /> <strong>{conflicts.length.toLocaleString('en')}</strong>{' '}
          {conflicts.length === 1 ? 'conflict' : 'conflicts'}
        </li>
      )}
      {behind > 0 && (
        <li className="quiet">
          has not seen {plural(behind, 'event')} of {lineOf(review.into, 60)}
        </li>
      )}
      <li className="quiet">{kindTexts(kinds, 4).join(' · ')}</li>
    </ul>
  );
}
