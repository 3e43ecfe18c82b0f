import type { Place, ReviewEntry } from './in-review.ts';

/** A verdict or comment, and what answers it, oldest first. */
export interface Thread {
  root: ReviewEntry;
  replies: ReviewEntry[];
}

/** Entries with what answers them, whatever the depth; an answer to something that is not here stands alone. */
export function threadsOf(entries: readonly ReviewEntry[]): Thread[] {
  const roots = new Map<string, Thread>();
  const threads: Thread[] = [];
  // Oldest first: what is answered comes before its answers.
  for (const entry of entries) {
    const above = entry.replyTo === null ? undefined : roots.get(entry.replyTo);
    const thread = above ?? { root: entry, replies: [] };
    if (above === undefined) threads.push(thread);
    else above.replies.push(entry);
    roots.set(entry.event, thread);
  }
  return threads;
}

/** The threads about one place. */
export const threadsAt = (threads: readonly Thread[], at: Place): Thread[] =>
  threads.filter(({ root }) => root.place !== null && isSamePlace(root.place, at));

/** Whether two hashes name one commit: on the command line the beginning of one is enough. */
export const isSameCommit = (a: string | undefined, b: string | undefined): boolean =>
  a === undefined || b === undefined
    ? a === b
    : a.toLowerCase().startsWith(b.toLowerCase()) || b.toLowerCase().startsWith(a.toLowerCase());

export const isSamePlace = (a: Place, b: Place): boolean =>
  isSameCommit(a.commit, b.commit) &&
  a.path === b.path &&
  a.line === b.line &&
  a.event === b.event &&
  a.record === b.record;

/** What each person has said last of what the branch is, the latest first; comments say neither yes nor no. */
export function standingVerdicts(entries: readonly ReviewEntry[]): ReviewEntry[] {
  const last = new Map<string, ReviewEntry>();
  for (const entry of entries) if (entry.verdict !== 'commented') last.set(entry.by, entry);
  return [...last.values()].sort((a, b) => b.at - a.at);
}
