import type { SessionLink } from '../../schema/bodies/git.ts';

/** Key of the trailer, and of the lines of a note. */
export const trailerKey = 'Hivemind-Session';

const LINE = /^Hivemind-Session:[ \t]*(ses_[0-9a-f]{32})[ \t]*$/gm;
/** A commit of so many sessions was not made by hand: what is beyond is somebody's joke. */
const mostSessions = 200;

/** Sessions that a message or a note names, wherever in it: a squash puts whole messages one below the other. */
export function sessionsIn(text: string): string[] {
  const found = new Set<string>();
  for (const [, session = ''] of text.matchAll(LINE)) {
    found.add(session);
    if (found.size >= mostSessions) break;
  }
  return [...found];
}

/** A note that names these sessions; sorted, so that `git notes merge -s cat_sort_uniq` makes the same of two. */
export const noteOf = (sessions: readonly string[]): string =>
  [...new Set(sessions)]
    .sort()
    .map((session) => `${trailerKey}: ${session}\n`)
    .join('');

/** Each session once, with what was known of it first. */
export function unite(...lists: readonly (readonly SessionLink[])[]): SessionLink[] {
  const known = new Map<string, SessionLink>();
  for (const link of lists.flat()) if (!known.has(link.session)) known.set(link.session, link);
  return [...known.values()].slice(0, mostSessions);
}
