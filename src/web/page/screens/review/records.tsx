import { useState } from 'react';
import { plural } from '../../../../core/amount-text.ts';
import { Nothing } from '../../parts/answer.tsx';
import { BeforeAfter } from '../../parts/before-after.tsx';
import { Mark } from '../../parts/mark.tsx';
import { fieldText, lineOf } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { moveFocus, useKeys } from '../../use-keys.ts';
import { Talk } from './comment.tsx';
import { CommentForm } from './comment-form.tsx';
import { type FieldChange, useReview } from './in-review.ts';
import { type ChangedRecord, recordsOf, writesOf } from './numbers.ts';
import { StepPeek } from './step-peek.tsx';
import { threadsAt } from './threads.ts';

const kinds: Partial<Record<ChangedRecord['kind'], string>> = {
  plan: 'Plan item',
  decision: 'Decision',
  convention: 'Convention',
};

/** So many are shown at first, and with each wish for more. */
const shownRecords = 100;

/** Plan items, decisions and conventions as the merge would leave them, field by field. */
export function Records() {
  const { review } = useReview();
  const [most, setMost] = useState(shownRecords);
  const records = recordsOf(review.changes);
  useKeys({
    j: () => moveFocus('.record', 1),
    k: () => moveFocus('.record', -1),
    c: () => document.activeElement?.querySelector<HTMLElement>('[data-comment]')?.click(),
  });
  if (records.length === 0)
    return (
      <Nothing>
        No plan item, decision or convention would change. What would come is in the sessions.
      </Nothing>
    );
  return (
    <>
      {records.slice(0, most).map((record) => (
        <RecordCard key={record.id} record={record} />
      ))}
      {records.length > most && (
        <button type="button" onClick={() => setMost(most + shownRecords)}>
          {plural(records.length - most, 'more record')}
        </button>
      )}
    </>
  );
}

function RecordCard({ record }: { record: ChangedRecord }) {
  const { threads } = useReview();
  const [isCommenting, setIsCommenting] = useState(false);
  const place = { record: record.id.slice(0, 500) };
  const title = lineOf(record.title, 200);
  return (
    <article className="record" tabIndex={-1} aria-label={`${kinds[record.kind] ?? record.kind} ${title}`}>
      <header>
        <span className="quiet">{kinds[record.kind] ?? record.kind}</span>{' '}
        <strong>
          <bdi>{title}</bdi>
        </strong>{' '}
        {record.isNew && <span className="chip good">new</span>}
        <button type="button" className="plain" data-comment onClick={() => setIsCommenting(true)}>
          <Mark name="talk" /> Comment<span className="unseen"> on {title}</span>
        </button>
      </header>
      {writesOf(record).map((changes) => (
        <Write key={changes[0]?.event} changes={changes} />
      ))}
      {threadsAt(threads, place).map((thread) => (
        <Talk key={thread.root.event} thread={thread} />
      ))}
      {isCommenting && <CommentForm place={place} onDone={() => setIsCommenting(false)} />}
    </article>
  );
}

/** The fields that one step wrote, and that step. */
function Write({ changes }: { changes: readonly FieldChange[] }) {
  const { reviewed, threads } = useReview();
  const [isOpen, setIsOpen] = useState(false);
  const [isCommenting, setIsCommenting] = useState(false);
  const [first] = changes;
  if (first === undefined) return null;
  const { agent, by, at, event } = first;
  const place = { event };
  return (
    <div className="write">
      <dl>
        {changes.map(({ field, before, after }) => (
          <div key={field} className="record-field">
            <dt>{fieldText(field)}</dt>
            <dd>
              <BeforeAfter field={field} before={before} after={after} />
            </dd>
          </div>
        ))}
      </dl>
      <p className="quiet by">
        <bdi>{lineOf(agent === by ? by : `${by} (${agent})`, 80)}</bdi> · <When at={at} /> ·{' '}
        <button type="button" className="plain" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? 'Hide step' : 'Step'}
          <span className="unseen"> that wrote {fieldText(first.field)}</span>
        </button>
      </p>
      {isOpen && (
        <>
          <StepPeek workspace={reviewed.workspace} branch={reviewed.name} event={event} />
          {isCommenting ? (
            <CommentForm place={place} onDone={() => setIsCommenting(false)} />
          ) : (
            <button type="button" className="plain" onClick={() => setIsCommenting(true)}>
              Comment on this step
            </button>
          )}
        </>
      )}
      {threadsAt(threads, place).map((thread) => (
        <Talk key={thread.root.event} thread={thread} />
      ))}
    </div>
  );
}
