import type { ReviewRecord } from '../records/review.ts';

/** What was said of a branch, as far as it holds for what the branch is now. */
export interface Standing {
  state: 'open' | 'approved' | 'changes-requested';
  /** People who say yes. */
  approvedBy: string[];
  /** Who asks for changes. */
  askedBy: string[];
  /** Agents that say yes: shown, and no more. */
  approvedByAgents: string[];
  /** People who said yes to what it was before. */
  approvedBefore: string[];
  /** Events of the reviews that stand. */
  counting: ReadonlySet<string>;
}

export const isStale = ({ head }: Pick<ReviewRecord, 'head'>, now: string): boolean => head !== now;

/**
 * Where a branch stands by its reviews (in fold order) and its head: of each the last word about that head counts, one
 * who asks for changes outweighs all who approve. An agent's yes never counts, and what an agent asks for holds until a
 * person has said yes after it.
 */
export function standingOf(reviews: readonly ReviewRecord[], head: string): Standing {
  const last = new Map<string, ReviewRecord>();
  const agentsYes: ReviewRecord[] = [];
  for (const review of reviews) {
    if (review.verdict === 'commented' || isStale(review, head)) continue;
    // It takes no request back: all sessions of an agent have one name.
    if (review.verdict === 'approved' && review.kind !== 'human') {
      agentsYes.push(review);
      continue;
    }
    const who = `${review.kind} ${review.by}`;
    // Deleted first: the map keeps the order of the last words.
    last.delete(who);
    last.set(who, review);
  }
  const words = [...last.values()];
  const approvals = words.filter(({ verdict, kind }) => verdict === 'approved' && kind === 'human');
  const lastApproval = words.findLastIndex((word) => approvals.includes(word));
  const requests = words.filter(
    ({ verdict, kind }, at) => verdict === 'changes-requested' && (kind === 'human' || at > lastApproval),
  );
  const before = reviews.filter(
    (review) => review.verdict === 'approved' && review.kind === 'human' && isStale(review, head),
  );
  return {
    state: requests.length > 0 ? 'changes-requested' : approvals.length > 0 ? 'approved' : 'open',
    approvedBy: namesOf(approvals),
    askedBy: namesOf(requests),
    approvedByAgents: namesOf(agentsYes),
    approvedBefore: namesOf(before),
    counting: new Set([...approvals, ...requests].map(({ event }) => event)),
  };
}

const namesOf = (reviews: readonly ReviewRecord[]): string[] => [...new Set(reviews.map(({ by }) => by))];
