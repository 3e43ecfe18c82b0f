import { lineOf } from '../../parts/said.tsx';
import { type Place, useReview } from './in-review.ts';
import { isSameCommit } from './threads.ts';

/** What a comment is about, in words. */
export function placeText({ commit, path, line, event, record }: Place): string {
  if (path !== undefined) return `${lineOf(path, 120)}${line === undefined ? '' : `:${line}`}`;
  if (commit !== undefined) return `commit ${commit.slice(0, 10)}`;
  if (event !== undefined) return `step …${event.slice(-8)}`;
  if (record !== undefined) return lineOf(record.replace(':', ' '), 120);
  return 'the whole';
}

/** What a comment is about, as a link to it. */
export function PlaceChip({ place }: { place: Place }) {
  const { review, reviewed } = useReview();
  const { commit, path, event, record } = place;
  const go = (): void => {
    const known = review.commits.find(({ sha }) => isSameCommit(sha, commit));
    if (record !== undefined) reviewed.ask({ tab: 'records', commit: null, event: null });
    else if (event !== undefined) reviewed.ask({ tab: 'talk', event });
    else if (commit !== undefined || path !== undefined)
      reviewed.ask({ tab: 'commits', commit: known?.sha ?? commit ?? null });
  };
  return (
    <button type="button" className="chip place" onClick={go} title="Show what it is about">
      <bdi>{placeText(place)}</bdi>
    </button>
  );
}
