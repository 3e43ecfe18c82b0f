import { join } from 'node:path';
import { AppError } from '../../schema/app-error.ts';
import { callerFor, flagTrailers, installHooks, uninstallHooks } from '../git/install.ts';
import { type Layout, layoutOf } from '../git/layout.ts';
import { hookStates } from '../git/state.ts';
import type { Engine, Handler } from './handler.ts';

export const installGit: Handler<'git.install'> = async (input, _context, engine) => {
  const workspace = await engine.workspaces.which(input);
  const layout = await layoutOf(directoryOf(input.cwd));
  await checkBound(layout, workspace.id, engine);
  if (layout.isShared && !input.shared) throw sharedHooks(layout);
  const { open } = await engine.workspaces.live(workspace);
  const { commits } = open.settings.current;
  const done = await installHooks(layout, await optionsFor(engine, input['dry-run']));
  if (!input['dry-run']) await flagTrailers(layout.common, commits);
  return { workspace: workspace.name, ...shown(layout), dryRun: input['dry-run'], ...done, commits };
};

export const uninstallGit: Handler<'git.uninstall'> = async (input, _context, engine) => {
  const layout = await layoutOf(directoryOf(input.cwd));
  const done = await uninstallHooks(layout, await optionsFor(engine, input['dry-run']));
  const isNothing = done.hooks.length + done.files.length === 0;
  const notes = isNothing ? ['no hook of ours was there', ...done.notes] : done.notes;
  return { ...shown(layout), dryRun: input['dry-run'], ...done, notes };
};

export const showGit: Handler<'git.status'> = async (input, _context, engine) => {
  const layout = await layoutOf(directoryOf(input.cwd));
  const bound =
    input.workspace === undefined
      ? await engine.workspaces.registry.boundTo(layout.root)
      : engine.workspaces.registry.named(input.workspace);
  const hooks = await hookStates(layout, await callerFor(engine.entry));
  const live = bound === null ? null : await engine.workspaces.live(bound);
  return {
    workspace: bound?.name ?? null,
    ...shown(layout),
    installed: hooks.every(({ state }) => state === 'installed'),
    hooks,
    commits: live?.open.settings.current.commits ?? null,
  };
};

const shown = ({ root, hooksDir, manager }: Layout) => ({ repository: root, hooksDir, manager });

const optionsFor = async ({ entry, daemon }: Engine, dryRun: boolean) => ({
  caller: await callerFor(entry),
  dryRun,
  backupDir: join(daemon.home, 'backups'),
});

function directoryOf(cwd: string | undefined): string {
  if (cwd !== undefined) return cwd;
  throw new AppError('INVALID_ARGUMENT', 'cwd: it is not said in which repository');
}

/** Hooks report to the workspace of the checkout, whatever is named here. */
async function checkBound({ root }: Layout, workspace: string, { workspaces }: Engine): Promise<void> {
  const bound = await workspaces.registry.boundTo(root);
  if (bound?.id === workspace) return;
  throw new AppError(
    'FAILED_PRECONDITION',
    bound === null
      ? `${root} belongs to no workspace: what its hooks say would not be captured`
      : `${root} belongs to the workspace "${bound.name}"`,
    { hint: 'hivemind connect --workspace NAME binds this checkout' },
  );
}

const sharedHooks = ({ hooksDir }: Layout): AppError =>
  new AppError('FAILED_PRECONDITION', `core.hooksPath is ${hooksDir}: other repositories use it as well`, {
    hint: 'hivemind git install --shared writes there all the same; git config --local core.hooksPath .git/hooks gives this repository hooks of its own',
  });
