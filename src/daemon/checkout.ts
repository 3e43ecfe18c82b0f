import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { CallContext } from '../schema/operation.ts';
import type { Workspace } from '../schema/records.ts';
import { locate } from './repository.ts';
import type { Workspaces } from './workspaces.ts';

/** Root of the checkout that a call is about; null where that is not of this workspace: its files say nothing about it. */
export async function checkoutOf(
  { registry }: Pick<Workspaces, 'registry'>,
  workspace: string,
  cwd: string | undefined,
): Promise<string | null> {
  if (cwd === undefined) return null;
  const bound = await registry.boundTo(cwd);
  return bound?.id === workspace ? (await locate(cwd)).root : null;
}

/**
 * Where a call looks from. The page in the browser stands in no directory: it looks from the first repository of the
 * workspace that is on this machine, as far as it has files (a bare one has none).
 */
export async function directoryOf(
  { door }: Pick<CallContext, 'door'>,
  { repositories }: Workspace,
  cwd: string | undefined,
): Promise<string | undefined> {
  if (cwd !== undefined || door !== 'web') return cwd;
  for (const { directory, git } of repositories) {
    const root = git && basename(directory) === '.git' ? dirname(directory) : directory;
    if (git && root === directory) continue;
    if ((await stat(root).catch(() => null))?.isDirectory() === true) return root;
  }
  return undefined;
}
