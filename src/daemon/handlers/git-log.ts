import { relative, resolve } from 'node:path';
import { shellWord } from '../../core/shell-word.ts';
import { AppError } from '../../schema/app-error.ts';
import { branchToRead } from '../branching.ts';
import { logCommits } from '../git/commits.ts';
import { isInside } from '../git/layout.ts';
import { checkoutOfWorkspace } from '../git/of-workspace.ts';
import { rowsOf, type Viewer } from '../git/rows.ts';
import { scopeOf, spansOf } from '../lines.ts';
import { headOf } from '../repository.ts';
import { inTurn } from '../turns.ts';
import { visibleSessions } from '../visible-sessions.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

export const logGit: Handler<'git.log'> = async (input, _context, engine) => {
  const live = await engine.workspaces.resolve(input);
  const root = await checkoutOfWorkspace(live, input.cwd);
  const { range, limit, skip } = input;
  const path = input.path === undefined ? null : pathBelow(root, resolve(input.cwd ?? root, input.path));
  const query = { range, limit: limit + 1, skip, ...(path === null ? {} : { path }) };
  const found = await logCommits(root, query);
  if (found === null && (await headOf(root)) !== null) throw unknownRange(range);
  const commits = found ?? [];
  const viewer = await viewerOf(live, input, engine.now());
  return {
    workspace: live.open.workspace.name,
    range,
    path,
    commits: await inTurn(() => rowsOf(viewer, root, commits.slice(0, limit))),
    next: commits.length > limit ? skip + limit : null,
  };
};

type Wanted = Parameters<typeof branchToRead>[1];

/** What is seen from the branch that a call is for. */
export async function viewerOf(live: LiveWorkspace, wanted: Wanted, now: number): Promise<Viewer> {
  const { open } = live;
  const branch = await branchToRead(live, wanted);
  const scope = scopeOf(open, branch.id);
  return { open, scope, spans: spansOf(open, scope), sessions: await visibleSessions(open, scope), now };
}

/** A path as git names it in the checkout at `root`. */
export function pathBelow(root: string, path: string): string {
  if (isInside(path, root)) return relative(root, path) || '.';
  throw new AppError('INVALID_ARGUMENT', `path: ${path.slice(0, 300)} is not in ${root}`);
}

const unknownRange = (range: string): AppError =>
  new AppError('NOT_FOUND', `git knows no revisions "${range.slice(0, 200)}"`, {
    hint: `git log --oneline ${shellWord(range.slice(0, 200))}`,
  });
