import { resolve } from 'node:path';
import { shellWord } from '../../core/shell-word.ts';
import { AppError } from '../../schema/app-error.ts';
import { diffOfCommit } from '../git/commit-diff.ts';
import { commitNamed, messageOf, readCommits } from '../git/commits.ts';
import { checkoutOfWorkspace } from '../git/of-workspace.ts';
import { rowsOf } from '../git/rows.ts';
import { inTurn } from '../turns.ts';
import { pathBelow, viewerOf } from './git-log.ts';
import type { Handler } from './handler.ts';

export const showCommit: Handler<'git.show'> = async (input, _context, engine) => {
  const live = await engine.workspaces.resolve(input);
  const root = await checkoutOfWorkspace(live, input.cwd);
  const path = input.path === undefined ? null : pathBelow(root, resolve(input.cwd ?? root, input.path));
  const sha = await commitNamed(root, input.commit);
  const [commit] = sha === null ? [] : await readCommits(root, [sha]);
  if (commit === undefined) throw unknownCommit(input.commit);
  const viewer = await viewerOf(live, input, engine.now());
  const [[row], message, diff] = await Promise.all([
    inTurn(() => rowsOf(viewer, root, [commit])),
    messageOf(root, commit.sha),
    diffOfCommit(root, commit, path),
  ]);
  if (row === undefined) throw new AppError('INTERNAL', 'a commit without a row');
  return { workspace: live.open.workspace.name, commit: row, message, parents: commit.parents, ...diff };
};

const unknownCommit = (name: string): AppError =>
  new AppError('NOT_FOUND', `git knows no commit "${name.slice(0, 200)}"`, {
    hint: `git log --oneline ${shellWord(name.slice(0, 200))}`,
  });
