import { access, chmod, lstat, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SettingsFile } from '../../agents/agent.ts';
import { applySettings, type FileChange } from '../../agents/config-files.ts';
import { type Caller, keptSuffix } from '../../core/git/hook-text.ts';
import { type GitHook, gitHooks } from '../../core/git/report.ts';
import { AppError } from '../../schema/app-error.ts';
import type { WorkspaceSettings } from '../../schema/records.ts';
import { runGit } from './command.ts';
import { installSlot, removeEmpty, type SlotChange, uninstallSlot } from './hook-slots.ts';
import { ignorePattern, type Layout, readHook } from './layout.ts';
import { isOnlyOurs, lefthookFile, lefthookLocal } from './lefthook.ts';
import { excludeFile, huskyFile, isOnlyBlock } from './shared-files.ts';

/** The way in which a hook is told to us. */
export type Way = 'file' | 'husky' | 'lefthook' | 'pre-commit';

export interface HookChange extends SlotChange {
  hook: GitHook;
  way: Way;
}

export interface InstallOptions {
  caller: Caller;
  dryRun: boolean;
  /** Where the original bytes of what is edited are kept. */
  backupDir: string;
}

export interface Installed {
  hooks: HookChange[];
  files: FileChange[];
  notes: string[];
}

/** The file of a hook that is ours alone, and how it is reached; null where a manager's settings call us. */
export function slotOf(layout: Layout, hook: GitHook): { path: string; way: Way } | null {
  if (layout.huskyDir !== null || layout.byLefthook.has(hook)) return null;
  const path = join(layout.hooksDir, hook);
  // pre-commit runs what was there before it under this name, and leaves it alone when it writes its own anew.
  return layout.byPreCommit.has(hook) ? { path: `${path}.legacy`, way: 'pre-commit' } : { path, way: 'file' };
}

/** Puts our hooks where git, or the manager of its hooks, runs them. Nothing of others is lost; the same again changes nothing. */
export async function installHooks(layout: Layout, options: InstallOptions): Promise<Installed> {
  const { dryRun, backupDir, caller } = options;
  const shared = await sharedFiles(layout, caller);
  const exclude = await excluded(layout, shared);
  const hooks: HookChange[] = [];
  // A hook that cannot be kept refuses all of it, before anything is written.
  if (!dryRun) await installHooks(layout, { ...options, dryRun: true });
  const edited = exclude === null ? shared : [...shared, exclude];
  const files = await applySettings(edited, 'connect', { dryRun, backupDir });
  for (const hook of gitHooks) {
    const slot = slotOf(layout, hook);
    if (slot === null) continue;
    const isBesideFlag = layout.hooksDir === join(layout.common, 'hooks');
    const done = await installSlot({ hook, path: slot.path }, { ...caller, isBesideFlag }, dryRun);
    hooks.push({ hook, way: slot.way, ...done });
  }
  if (!dryRun) for (const { path } of shared) await makeExecutable(layout, path);
  return { hooks, files: changed(files), notes: await notesOf(layout, files) };
}

/** Files that others write as well, in which we are a block. */
async function sharedFiles(layout: Layout, caller: Caller): Promise<SettingsFile[]> {
  const { huskyDir, manager, root } = layout;
  if (huskyDir !== null) return gitHooks.map((hook) => huskyFile(huskyDir, hook, caller));
  return manager === 'lefthook' ? [lefthookFile(await lefthookLocal(root), caller)] : [];
}

/** What we have put into the worktree, and nobody has committed, is not to be seen by git; null: there is nothing such. */
async function excluded(layout: Layout, shared: readonly SettingsFile[]): Promise<SettingsFile | null> {
  const paths = gitHooks.flatMap((hook) => {
    const slot = slotOf(layout, hook);
    return slot === null ? [] : [slot.path, join(dirname(slot.path), hook + keptSuffix)];
  });
  for (const { path } of shared) if (await isOurs(path)) paths.push(path);
  const patterns: string[] = [];
  for (const path of paths) {
    const pattern = ignorePattern(path, layout);
    if (pattern !== null && !(await isTracked(layout, path))) patterns.push(pattern);
  }
  const file = excludeFile(layout.common, patterns);
  // There is nothing to say, and nobody to take it back from.
  return patterns.length === 0 && !(await isThere(file.path)) ? null : file;
}

/** Whether a file is not there yet, or has nothing of others in it. */
async function isOurs(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null || isOnlyBlock(text) || (/\.ya?ml$/.test(path) && isOnlyOurs(text));
}

const isTracked = async ({ root }: Layout, path: string): Promise<boolean> =>
  (await runGit(root, ['ls-files', '--error-unmatch', '--', path])) !== null;

/** Scripts that we made for husky before its version 9, which git runs by itself. */
async function makeExecutable({ huskyDir }: Layout, path: string): Promise<void> {
  if (huskyDir === null) return;
  const text = await readHook(path);
  if (text !== null && isOnlyBlock(text)) await chmod(path, 0o755);
}

const changed = (files: readonly FileChange[]): FileChange[] =>
  files.filter(({ action }) => action !== 'unchanged');

async function notesOf(layout: Layout, files: readonly FileChange[]): Promise<string[]> {
  const notes: string[] = [];
  const { hooksDir, isShared, manager, root, huskyDir } = layout;
  if (isShared)
    notes.push(`${hooksDir} is used by other repositories as well: those of no workspace are not captured`);
  for (const { path, action } of files)
    if (action === 'updated' && (await isTracked(layout, path)))
      notes.push(
        `${path} is part of the repository: git shows the change; on machines without Hivemind the line does nothing`,
      );
  if (manager === 'none' && (await isThere(join(root, '.husky'))))
    notes.push('.husky is there, and git does not use it; once it does: hivemind git install');
  const isOfWorktree = huskyDir !== null || ignorePattern(join(hooksDir, 'post-commit'), layout) !== null;
  if (isOfWorktree)
    notes.push('each worktree has such hooks of its own: hivemind git install in each of them');
  return notes;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Takes out what `installHooks` put in: byte for byte as it was, where nobody has touched it since. */
export async function uninstallHooks(layout: Layout, options: InstallOptions): Promise<Installed> {
  const { dryRun, backupDir, caller } = options;
  const hooks: HookChange[] = [];
  for (const slot of everySlot(layout)) {
    const change = await uninstallSlot(slot, dryRun);
    if (change !== null) hooks.push({ hook: slot.hook, way: slot.way, ...change });
  }
  const shared = [...(await sharedFiles(layout, caller)), excludeFile(layout.common, [])];
  const files = await applySettings(shared, 'disconnect', { dryRun, backupDir });
  if (!dryRun) {
    await rm(trailersFlag(layout.common), { force: true });
    for (const directory of hookDirs(layout)) await removeEmpty(directory);
  }
  const notes = hooks
    .filter(({ action }) => action === 'updated')
    .map(({ path }) => `${path} has lines of others: only our call was taken out`);
  return { hooks, files: changed(files), notes };
}

/** Where our hooks may be: git may have been told meanwhile to look elsewhere. */
const hookDirs = ({ hooksDir, common }: Layout): string[] => [...new Set([hooksDir, join(common, 'hooks')])];

/** Our hooks, and under which names managers put away what they find: pre-commit, lefthook. */
const everySlot = (layout: Layout): { hook: GitHook; path: string; way: Way }[] =>
  hookDirs(layout).flatMap((directory) =>
    gitHooks.flatMap((hook) =>
      ['', '.legacy', '.old'].map((suffix) => ({
        hook,
        path: join(directory, hook + suffix),
        way: suffix === '.legacy' ? ('pre-commit' as const) : ('file' as const),
      })),
    ),
  );

/** The file by which bin/git-hook.sh knows that a commit is to wait for its trailers. */
export const trailersFlag = (common: string): string => join(common, 'hivemind-trailers');

/** Makes or removes that file as the setting says; in a directory that is no repository any more nothing is made. */
export async function flagTrailers(common: string, commits: WorkspaceSettings['commits']): Promise<void> {
  if (commits !== 'trailer') return rm(trailersFlag(common), { force: true });
  if (await lstat(join(common, 'HEAD')).catch(() => null)) await writeFile(trailersFlag(common), '');
}

/** The shim of hooks, beside that of agents. FAILED_PRECONDITION where it is not. */
export async function callerFor(entry: { hookPath: string; env: Record<string, string> }): Promise<Caller> {
  const shim = join(dirname(entry.hookPath), 'git-hook.sh');
  if ((await isThere(shim)) && !shim.includes('\n')) return { shim, home: entry.env.HIVEMIND_HOME ?? null };
  throw new AppError('FAILED_PRECONDITION', `${shim} is not there: this installation is incomplete`, {
    hint: 'install Hivemind again, then: hivemind git install',
  });
}
