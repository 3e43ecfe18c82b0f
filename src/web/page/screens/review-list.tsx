import { useState } from 'react';
import { Link } from 'wouter';
import { plural } from '../../../core/amount-text.ts';
import type { OutputOf } from '../../../schema/operation.ts';
import { Answer, Nothing } from '../parts/answer.tsx';
import { Heading } from '../parts/heading.tsx';
import { Mark } from '../parts/mark.tsx';
import { reviewAddress } from '../parts/review-address.ts';
import { ReviewStateBadge } from '../parts/review-state.tsx';
import { lineOf } from '../parts/said.tsx';
import { When } from '../parts/when.tsx';
import { useCall } from '../use-call.ts';
import { moveFocus, useKeys } from '../use-keys.ts';
import { useNews } from '../use-news.ts';
import { useWhere } from '../where.tsx';
import '../style/parts.css';
import '../style/review-list.css';

type Row = OutputOf<'review.list'>['rows'][number];

const pageRows = 50;

/** Branches that wait for somebody to say yes or no. */
export default function ReviewList() {
  const where = useWhere();
  const into = where.branch ?? 'main';
  const [limit, setLimit] = useState(pageRows);
  const called = useCall('review.list', { workspace: where.workspace, into, limit });
  // Conflicts are worked out when a branch is opened; of merges that stopped they are known.
  const { data: waiting, refresh: askAgain } = useCall('merge.status', { workspace: where.workspace });
  const stopped = new Map(
    (waiting?.stopped ?? []).map((one) => [JSON.stringify([one.source, one.into]), one]),
  );
  const [hasNews, setHasNews] = useState(false);
  useNews({ workspace: where.workspace, branch: into }, /^(branch|merge)\./, () => setHasNews(true));
  const refresh = (): void => {
    setHasNews(false);
    called.refresh();
    askAgain();
  };
  useKeys({
    j: () => moveFocus('.review-row a', 1),
    k: () => moveFocus('.review-row a', -1),
    r: refresh,
  });
  return (
    <>
      <Heading title="Review">
        <span className="quiet">
          into {lineOf(into, 60)} · <kbd>j</kbd> <kbd>k</kbd> <kbd>Enter</kbd>
        </span>
      </Heading>
      <div aria-live="polite">
        {hasNews && (
          <div className="notice">
            <p>Branches have come, gone or been looked at.</p>
            <button type="button" onClick={refresh}>
              Show <kbd>r</kbd>
            </button>
          </div>
        )}
      </div>
      <Answer called={called}>
        {({ rows, total }) =>
          rows.length === 0 ? (
            <NoBranches into={into} />
          ) : (
            <>
              <Rows
                rows={rows.map((row) => ({
                  ...row,
                  conflicts:
                    row.conflicts ??
                    stopped.get(JSON.stringify([row.branch.name, row.into]))?.conflicts ??
                    null,
                }))}
                workspace={where.workspace}
              />
              {total > rows.length && (
                <button type="button" onClick={() => setLimit((before) => Math.min(1000, before * 2))}>
                  {(total - rows.length).toLocaleString()} more
                </button>
              )}
            </>
          )
        }
      </Answer>
    </>
  );
}

function Rows({ rows, workspace }: { rows: readonly Row[]; workspace: string }) {
  return (
    <ul className="review-rows">
      {rows.map((row) => (
        <ReviewRow key={row.branch.id} row={row} workspace={workspace} />
      ))}
    </ul>
  );
}

function ReviewRow({ row, workspace }: { row: Row; workspace: string }) {
  const { branch, into, state, reviews, conflicts } = row;
  const { name, agent, createdBy, ahead, behind, lastAt } = branch;
  return (
    <li className="review-row">
      <ReviewStateBadge state={state} />
      <div className="review-row-name">
        <Link href={reviewAddress(workspace, { name, into })}>
          <bdi>{lineOf(name, 200)}</bdi>
        </Link>
        <span className="quiet">
          by <bdi>{lineOf(agent ?? createdBy, 60)}</bdi>
        </span>
      </div>
      <span className="review-row-count">
        <strong>{ahead.toLocaleString()}</strong> <span className="quiet">ahead</span>
        {behind > 0 && (
          <>
            {' '}
            · {behind.toLocaleString()} <span className="quiet">behind</span>
          </>
        )}
      </span>
      <span className="review-row-marks">
        {conflicts !== null && conflicts > 0 && (
          <span className="bad">
            <Mark name="conflict" /> {plural(conflicts, 'conflict')}
          </span>
        )}
        {reviews > 0 && (
          <span className="quiet">
            <Mark name="talk" /> {reviews.toLocaleString()}
            <span className="unseen"> {reviews === 1 ? 'review' : 'reviews'} and comments</span>
          </span>
        )}
      </span>
      <span className="quiet review-row-when">
        <When at={lastAt} />
      </span>
    </li>
  );
}

function NoBranches({ into }: { into: string }) {
  return (
    <Nothing>
      <p>No branch has anything that {lineOf(into, 60)} does not see.</p>
      <p>
        Work comes here when it is done on a branch of its own: <code>hivemind branch create NAME</code>, or
        one for each session: <code>hivemind workspace set branching session</code>
      </p>
    </Nothing>
  );
}
