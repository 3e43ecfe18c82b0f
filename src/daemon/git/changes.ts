import { unite } from '../../core/git/session-lines.ts';
import type { SessionLink } from '../../schema/bodies/git.ts';
import type { Span } from '../../schema/view.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { sessionsOfCallers, sessionsOfEdits } from './authorship.ts';
import { runGit } from './command.ts';
import { type Commit, readCommits } from './commits.ts';
import { diffFlags } from './patches.ts';

export interface Where {
  open: OpenWorkspace;
  spans: readonly Span[];
  root: string;
}

/** Sessions that a commit is the work of, by who ran git and by what is in it. `paths` are those that may be looked at. */
export async function authorsOfCommit(
  { open, spans, root }: Where,
  commit: Commit,
  paths: readonly string[],
  callers: ReadonlyMap<string, string>,
): Promise<SessionLink[]> {
  const ran = sessionsOfCallers(open, callers);
  // What a merge brings is the work of others, who are linked with their own commits.
  if (commit.parents.length > 1) return ran;
  const diff = await runGit(root, ['diff-tree', '--root', '--no-commit-id', '-r', ...diffFlags, commit.sha]);
  const [parent] = await readCommits(root, commit.parents.slice(0, 1));
  const change = { root, paths, diff, at: commit.committedAt, since: parent?.committedAt ?? 0 };
  return unite(ran, await sessionsOfEdits(open, spans, change));
}

/** The same of what is about to be committed from `index`. */
export async function authorsOfStaged(
  { open, spans, root }: Where,
  index: string | null,
  isKept: (path: string) => boolean,
  now: number,
): Promise<SessionLink[]> {
  const env: Record<string, string> = index === null ? {} : { GIT_INDEX_FILE: index };
  const names = await runGit(root, ['diff', '--cached', '--name-only', '-z', '--no-renames'], { env });
  const paths = (names ?? '').split('\0').filter((path) => path !== '' && isKept(path));
  if (paths.length === 0) return [];
  const diff = await runGit(root, ['diff', '--cached', ...diffFlags], { env });
  const head = await runGit(root, ['log', '-1', '--format=%ct']);
  return sessionsOfEdits(open, spans, { root, paths, diff, at: now, since: Number(head ?? 0) * 1000 });
}
