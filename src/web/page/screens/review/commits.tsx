import { plural } from '../../../../core/amount-text.ts';
import { Nothing } from '../../parts/answer.tsx';
import { lineOf } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { moveFocus, useKeys } from '../../use-keys.ts';
import { CommitView } from './commit-view.tsx';
import { type ReviewData, useReview } from './in-review.ts';
import { isSameCommit } from './threads.ts';

/** Git commits that the sessions made; one is open, with its changes. */
export function Commits() {
  const { review, reviewed } = useReview();
  const { commits } = review;
  const open = reviewed.query.get('commit');
  useKeys({
    j: () => moveFocus('.commit > button', 1),
    k: () => moveFocus('.commit > button', -1),
  });
  if (commits.length === 0)
    return (
      <Nothing>
        <p>No git commit is known that these sessions made.</p>
        <p>
          Commits find their sessions by git hooks: <code>hivemind git install</code>
        </p>
      </Nothing>
    );
  return (
    <ol className="commits">
      {commits.map((commit) => (
        <CommitItem
          key={commit.sha}
          commit={commit}
          isOpen={open === commit.sha}
          toggle={() => reviewed.ask({ commit: open === commit.sha ? null : commit.sha })}
        />
      ))}
    </ol>
  );
}

function CommitItem({
  commit,
  isOpen,
  toggle,
}: {
  commit: ReviewData['commits'][number];
  isOpen: boolean;
  toggle: () => void;
}) {
  const { threads } = useReview();
  const { sha, subject, author, at, sessions } = commit;
  const said = threads.filter(
    ({ root }) => root.place?.commit !== undefined && isSameCommit(root.place.commit, sha),
  ).length;
  return (
    <li className="commit">
      <button type="button" aria-expanded={isOpen} onClick={toggle}>
        <code>{sha.slice(0, 10)}</code>
        <bdi className="commit-subject">{lineOf(subject, 200)}</bdi>
        <span className="quiet">
          <bdi>{lineOf(author, 60)}</bdi> · <When at={at} />
          {sessions.length > 0 &&
            ` · ${[...new Set(sessions.map(({ agent }) => lineOf(agent ?? 'unknown', 40)))].join(', ')}`}
          {said > 0 && ` · ${plural(said, 'comment')}`}
        </span>
      </button>
      {isOpen && <CommitView sha={sha} />}
    </li>
  );
}
