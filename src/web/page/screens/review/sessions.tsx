import { Link } from 'wouter';
import { plural } from '../../../../core/amount-text.ts';
import { Nothing } from '../../parts/answer.tsx';
import { Mark } from '../../parts/mark.tsx';
import { lineOf } from '../../parts/said.tsx';
import { branchAddress, compareBranchesAddress } from '../../parts/step-address.ts';
import { When } from '../../parts/when.tsx';
import { moveFocus, useKeys } from '../../use-keys.ts';
import { addressOf } from '../../where.tsx';
import { useReview } from './in-review.ts';
import { kindTexts, spanText } from './numbers.ts';

/** Whose work would become visible, with the way into each replay. */
export function Sessions() {
  const { review, reviewed } = useReview();
  const { workspace, name, into } = reviewed;
  useKeys({ j: () => moveFocus('.session-row a', 1), k: () => moveFocus('.session-row a', -1) });
  if (review.sessions.length === 0) return <Nothing>No session has done anything on this branch.</Nothing>;
  return (
    <>
      <p>
        <Link href={branchAddress({ workspace, branch: name })}>Replay the whole branch</Link>
        {' · '}
        <Link href={compareBranchesAddress({ workspace, branch: name }, into)}>
          beside {lineOf(into, 60)}
        </Link>
      </p>
      <ul className="session-rows">
        {review.sessions.map(({ id, agent, role, title, startedAt, lastAt, events, failures, counts }) => (
          <li key={id} className="session-row">
            <div>
              <Link href={addressOf({ workspace, branch: name }, `sessions/${id}`)}>
                <bdi>{title === '' ? `session …${id.slice(-8)}` : lineOf(title, 240)}</bdi>
              </Link>
            </div>
            <p className="quiet">
              <bdi>{lineOf(role === null ? agent : `${agent} · ${role}`, 80)}</bdi> ·{' '}
              {spanText(lastAt - startedAt)} · {kindTexts(counts, 3).join(', ') || plural(events, 'event')}
              {failures > 0 && (
                <span className="bad">
                  {' '}
                  · <Mark name="warn" /> {plural(failures, 'failure')}
                </span>
              )}{' '}
              · <When at={lastAt} />
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
