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
  /** Events of the reviews whose signature is another's: as if they had not been said. */
  copied: ReadonlySet<string>;
}

export const isStale = ({ head }: Pick<ReviewRecord, 'head'>, now: string): boolean => head !== now;

/** Events of the reviews (in fold order) with a nonce that came before: the signature is that other one's. */
function copiesIn(reviews: readonly ReviewRecord[]): Set<string> {
  const seen = new Set<string>();
  const copies = new Set<string>();
  for (const { event, nonce } of reviews) {
    if (nonce !== null && seen.has(nonce)) copies.add(event);
    else if (nonce !== null) seen.add(nonce);
  }
  return copies;
}

/**
 * Where a branch stands by its reviews (in fold order) and its head: of each the last word about that head counts, one
 * who asks for changes outweighs all who approve. Who signs is known by his key, all others by their name. An agent's
 * yes never counts, and what an agent asks for holds until a person has said yes after it.
 */
export function standingOf(all: readonly ReviewRecord[], head: string): Standing {
  const copied = copiesIn(all);
  const reviews = all.filter(({ event }) => !copied.has(event));
  const { words, agentsYes } = lastWords(reviews, head);
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
    approvedBy: namesOf(approvals, words),
    askedBy: namesOf(requests, words),
    approvedByAgents: namesOf(agentsYes, agentsYes),
    approvedBefore: namesOf(before, before),
    counting: new Set([...approvals, ...requests].map(({ event }) => event)),
    copied,
  };
}

/** What each said last about `head`, in that order, and what agents say yes to. */
function lastWords(reviews: readonly ReviewRecord[], head: string) {
  const last = new Map<string, ReviewRecord>();
  const agentsYes: ReviewRecord[] = [];
  for (const review of reviews) {
    if (review.verdict === 'commented' || isStale(review, head)) continue;
    // It takes no request back: all sessions of an agent have one name.
    if (review.verdict === 'approved' && review.kind !== 'human') {
      agentsYes.push(review);
      continue;
    }
    // Deleted first: the map keeps the order of the last words. What has no signature may be of anybody with the name.
    last.delete(speakerOf({ ...review, key: null }));
    last.delete(speakerOf(review));
    last.set(speakerOf(review), review);
  }
  return { words: [...last.values()], agentsYes };
}

const speakerOf = ({ kind, by, key }: Pick<ReviewRecord, 'kind' | 'by' | 'key'>): string =>
  JSON.stringify(key === null ? [kind, by] : [kind, null, key]);

/** So much of a fingerprint tells keys apart: `SHA256:` and twelve characters. */
const shownOfKey = 19;

/** Names of those who speak; where `among` has several of one name, with the key of those who signed. */
function namesOf(speaking: readonly ReviewRecord[], among: readonly ReviewRecord[]): string[] {
  const names = speaking.map((review) => {
    const { by, key } = review;
    const isAlone = among.every((one) => one.by !== by || speakerOf(one) === speakerOf(review));
    return key === null || isAlone ? by : `${by} (${key.slice(0, shownOfKey)}…)`;
  });
  return [...new Set(names)];
}
