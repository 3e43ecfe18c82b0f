import { AppError } from '../../schema/app-error.ts';
import { summarize } from '../branch-summary.ts';
import { branchToRead, branchToWrite } from '../branching.ts';
import { namedLine } from '../lines.ts';
import { locate } from '../repository.ts';
import type { Handler } from './handler.ts';

export const switchBranch: Handler<'branch.switch'> = async (input, _context, { workspaces }) => {
  const { name, auto, cwd } = input;
  if (cwd === undefined) throw new AppError('INVALID_ARGUMENT', 'cwd: which worktree is it about?');
  if ((name === undefined) !== auto)
    throw new AppError('INVALID_ARGUMENT', 'name a branch, or --auto', { hint: 'hivemind branch list' });
  const live = await workspaces.resolve(input);
  const { open } = live;
  const { root } = await locate(cwd);
  const { [root]: _, ...others } = open.settings.current.worktrees;
  const line = name === undefined ? null : namedLine(open, name);
  await open.settings.change({ worktrees: line === null ? others : { ...others, [root]: line.id } });
  return {
    workspace: open.workspace.name,
    worktree: root,
    branch: summarize(open, line ?? (await branchToRead(live, { cwd }))),
  };
};

export const chooseBranch: Handler<'branch.choose'> = async (
  { agent, ...wanted },
  _context,
  { workspaces },
) => {
  const live = await workspaces.resolve(wanted);
  const line = await branchToWrite(live, wanted, agent ?? null);
  return { workspace: live.open.workspace.name, branch: summarize(live.open, line) };
};
