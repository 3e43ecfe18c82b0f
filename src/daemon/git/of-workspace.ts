import { basename, dirname } from 'node:path';
import { AppError } from '../../schema/app-error.ts';
import { locate, type Place } from '../repository.ts';
import type { LiveWorkspace } from '../workspaces.ts';

/**
 * Root of the checkout in which git is asked: the one of `cwd`; for a call from no directory (the page in the browser)
 * the first of the workspace's repositories that is on this machine. FAILED_PRECONDITION where there is none.
 */
export async function checkoutOfWorkspace(
  { open }: Pick<LiveWorkspace, 'open'>,
  cwd: string | undefined,
): Promise<string> {
  if (cwd !== undefined) {
    const place = await locate(cwd);
    if (place.git) return place.root;
    throw new AppError('FAILED_PRECONDITION', `${cwd} is not in a git repository`, {
      hint: 'cd into the repository',
    });
  }
  for (const { directory, git } of open.workspace.repositories) {
    const place = git ? await placeOf(directory) : null;
    if (place !== null) return place.root;
  }
  throw new AppError(
    'FAILED_PRECONDITION',
    `no git repository of "${open.workspace.name}" is on this machine`,
    {
      hint: 'cd into a clone of it, then: hivemind connect --workspace NAME',
    },
  );
}

/** The same where it is no error that there is none. */
export const checkoutIfAny = (
  live: Pick<LiveWorkspace, 'open'>,
  cwd: string | undefined,
): Promise<string | null> =>
  checkoutOfWorkspace(live, cwd)
    .catch(() => (cwd === undefined ? null : checkoutOfWorkspace(live, undefined)))
    .catch(() => null);

/** The checkout to which a repository belongs that git keeps at `directory`; null: it is gone. */
async function placeOf(directory: string): Promise<Place | null> {
  const root = basename(directory) === '.git' ? dirname(directory) : directory;
  const place = await locate(root);
  return place.git && place.directory === directory ? place : null;
}
