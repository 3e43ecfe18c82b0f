import type { ReviewNews } from '../../core/brief/input.ts';
import { reviewKey } from '../../core/records/review.ts';
import { standingOf } from '../../core/review/standing.ts';
import { branchName } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { reviewRows } from './rows.ts';
import { reviewHead } from './standing.ts';

/** More than these nobody takes in at once. */
const mostTold = 3;

/**
 * What was asked for before a branch may be merged, the latest first. It stands on the branch that would take it in, and
 * whoever works on this one does not see that: it is told all the same, for it was written to him.
 */
export async function requestsFor(open: OpenWorkspace, branch: string): Promise<ReviewNews[]> {
  const prefix = reviewKey(branch, '');
  const news: (ReviewNews & { at: number })[] = [];
  let head: string | null = null;
  for (const [key, records] of open.reviews) {
    if (!key.startsWith(prefix)) continue;
    head ??= reviewHead(open, branch);
    const standing = standingOf(records, head);
    const asked = records.filter(
      ({ event, verdict }) => verdict === 'changes-requested' && standing.counting.has(event),
    );
    const into = key.slice(prefix.length);
    for (const review of await reviewRows(open, asked.slice(-mostTold), { into, head, standing }))
      news.push({ ...review, into: branchName(open, into), branch: branchName(open, branch) });
  }
  return news.sort((a, b) => b.at - a.at).slice(0, mostTold);
}
