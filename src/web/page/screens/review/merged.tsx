import { Link } from 'wouter';
import { plural } from '../../../../core/amount-text.ts';
import { Mark } from '../../parts/mark.tsx';
import { lineOf } from '../../parts/said.tsx';
import { addressOf } from '../../where.tsx';
import type { ReviewData } from './in-review.ts';
import type { MergeResult } from './merge-dialog.tsx';
import { recordsOf } from './numbers.ts';

const shown = 12;

/** What became visible by a merge that was just made, with the ways to it. */
export function Merged({
  workspace,
  result,
  sessions,
}: {
  workspace: string;
  result: MergeResult;
  /** Whose work it was. */
  sessions: ReviewData['sessions'];
}) {
  const { source, into, events, changes } = result;
  const where = { workspace, ...(into === 'main' ? {} : { branch: into }) };
  const records = recordsOf(changes);
  return (
    <section className="merged" aria-live="polite" aria-label="Merged">
      <h2>
        <span className="good">
          <Mark name="merged" />
        </span>{' '}
        Merged {lineOf(source, 120)} into {lineOf(into, 80)}: {plural(events, 'event')} became visible
      </h2>
      {records.length > 0 && (
        <ul>
          {records.slice(0, shown).map(({ id, kind, title, fields, isNew }) => (
            <li key={id}>
              <Link href={addressOf(where, kind === 'plan' ? 'plan' : 'memory')}>
                <bdi>{lineOf(title, 160)}</bdi>
              </Link>{' '}
              <span className="quiet">
                {kind}, {isNew ? 'new' : `${plural(fields.length, 'field')} changed`}
              </span>
            </li>
          ))}
          {records.length > shown && (
            <li className="quiet">{plural(records.length - shown, 'more record')}</li>
          )}
        </ul>
      )}
      {sessions.length > 0 && (
        <p>
          Sessions:{' '}
          {sessions.slice(0, shown).map(({ id, title }, index) => (
            <span key={id}>
              {index > 0 && ', '}
              <Link href={addressOf(where, `sessions/${id}`)}>
                <bdi>{title === '' ? `…${id.slice(-8)}` : lineOf(title, 80)}</bdi>
              </Link>
            </span>
          ))}
        </p>
      )}
    </section>
  );
}
