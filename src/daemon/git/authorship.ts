import { basename } from 'node:path';
import { addedLines, linesShared } from '../../core/git/edited-lines.ts';
import { unite } from '../../core/git/session-lines.ts';
import type { SessionLink } from '../../schema/bodies/git.ts';
import type { Event } from '../../schema/event.ts';
import { sessionId } from '../../schema/ids.ts';
import type { Span } from '../../schema/view.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { locate } from '../repository.ts';

/** A change whose authors are wanted: a commit, or what is about to become one. */
export interface Change {
  /** Root of the worktree. */
  root: string;
  /** Files that it changes, below the root. */
  paths: readonly string[];
  /** Unified diff of it; null when it is too large to look at. */
  diff: string | null;
  /** Epoch milliseconds: when it was made, and when the commit before it was. */
  at: number;
  since: number;
}

/** An edit may wait so long for its commit. */
const patienceMs = 30 * 24 * 60 * 60_000;
/** An agent's report of an edit may come from a clock that is a little ahead. */
const slackMs = 60_000;
/** Most edits that are looked at, the newest. */
const mostEdits = 2_000;
/** More files than this are not asked for by name. */
const mostGlobs = 100;

/** Sessions whose agents ran git, by what the environment of git said; those that were never captured are left out. */
export const sessionsOfCallers = (
  { owners }: Pick<OpenWorkspace, 'owners'>,
  callers: ReadonlyMap<string, string>,
): SessionLink[] =>
  [...callers]
    .map(([agent, native]) => ({ session: sessionId(agent, native), by: 'command' as const }))
    .filter(({ session }) => owners.has(session));

/** Sessions whose captured edits are in the change. Those that work in this worktree go before those of others. */
export async function sessionsOfEdits(
  open: OpenWorkspace,
  spans: readonly Span[],
  change: Change,
): Promise<SessionLink[]> {
  const { paths, at } = change;
  const edits = await editsOf(open, spans, { paths, since: at - patienceMs, until: at + slackMs });
  if (edits.length === 0) return [];
  const added = change.diff === null ? new Set<string>() : addedLines(change.diff);
  const shared = edits.filter((edit) => linesShared(edit, added) > 0);
  // Nothing of it is there word for word (it was formatted, or only takes away): then whoever touched the files since.
  const counted = shared.length > 0 ? shared : edits.filter(({ at }) => at >= change.since);
  const sessions = [...new Set(counted.map(({ session }) => session))];
  const here = await thoseIn(open, sessions, change.root);
  return unite((here.length > 0 ? here : sessions).map((session) => ({ session, by: 'edits' as const })));
}

/** The captured edits of some files, newest last; by their names, for an agent that began in a folder names its files from there. */
export async function editsOf(
  { store }: OpenWorkspace,
  spans: readonly Span[],
  { paths, since, until }: { paths: readonly string[]; since?: number; until: number },
): Promise<Event[]> {
  if (paths.length === 0) return [];
  const names = [...new Set(paths.map((path) => basename(path)))];
  const filter = {
    spans,
    types: ['file.edited'],
    statuses: ['ok'],
    until,
    ...(since === undefined ? {} : { since }),
    ...(names.length > mostGlobs ? {} : { paths: { globs: names.map((name) => `**/${name}`) } }),
  };
  const positions = await store.positions(filter);
  const edits = await store.at(filter, positions.slice(-mostEdits));
  return edits.filter((edit) => edit.paths.some((path) => paths.some((one) => isSameFile(path, one))));
}

/** Whether two ways to name a file may mean the same one: one of them may be from a folder, or absolute. */
export const isSameFile = (a: string, b: string): boolean =>
  a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`);

/** Those of the sessions that run in the worktree at `root`. */
async function thoseIn(open: OpenWorkspace, sessions: readonly string[], root: string): Promise<string[]> {
  const wanted = new Set(sessions);
  const cwds = new Map<string, string>();
  for (const { id, cwd } of open.sessions.values()) if (wanted.has(id) && cwd !== null) cwds.set(id, cwd);
  const found: string[] = [];
  for (const [session, cwd] of cwds) if ((await locate(cwd)).root === root) found.push(session);
  return found;
}
