import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../../core/shell-word.ts';
import { AppError } from '../../schema/app-error.ts';
import type { BucketStore, Workspace, WorkspaceSettings } from '../../schema/records.ts';
import { formatLocation, parseLocation } from '../../store/location.ts';
import { flagTrailers } from '../git/install.ts';
import { settingOf } from '../setting-values.ts';
import { eventCount, sessionCount } from '../visible-sessions.ts';
import type { Handler } from './handler.ts';

export const createWorkspace: Handler<'workspace.create'> = async (
  { name, bind, cwd, store, endpoint, region },
  _context,
  { workspaces },
) => {
  const owner = bind && cwd !== undefined ? await workspaces.registry.boundTo(cwd) : null;
  if (owner !== null) {
    throw new AppError('ALREADY_EXISTS', `this checkout belongs to the workspace "${owner.name}" already`, {
      hint: `hivemind workspace show ${shellWord(owner.name)}, or create one without it: --no-bind`,
    });
  }
  const workspace = await workspaces.create(name, bucketOf({ store, endpoint, region }));
  const { registry } = workspaces;
  const bound =
    bind && cwd !== undefined
      ? await registry.bind(workspace, cwd).catch(async (error) => {
          // Somebody else bound this checkout meanwhile: a refused command leaves nothing behind.
          await registry.delete(workspace);
          throw error;
        })
      : null;
  // So that the same command can be typed again when the bucket is well.
  await workspaces.live(workspace).catch(async (error) => {
    await workspaces.withdraw(workspace);
    throw error;
  });
  return { workspace, bound };
};

interface BucketFlags {
  store: string | undefined;
  endpoint: string | undefined;
  region: string | undefined;
}

/** The bucket that the flags name; null when they name none. */
function bucketOf({ store, endpoint, region }: BucketFlags): BucketStore | null {
  if (store === undefined) {
    if (endpoint === undefined && region === undefined) return null;
    throw new AppError('INVALID_ARGUMENT', '--endpoint and --region are about a bucket, and none is named', {
      hint: 'add --store s3://bucket/prefix',
    });
  }
  const location = parseLocation(store, { endpoint, region });
  return { uri: formatLocation(location), endpoint: location.endpoint, region: location.region };
}

export const listWorkspaces: Handler<'workspace.list'> = async (_input, _context, { workspaces }) => ({
  workspaces: workspaces.registry.list(),
});

export const showWorkspace: Handler<'workspace.show'> = async (input, _context, { workspaces }) => {
  const { open } = await workspaces.resolve(input);
  return {
    workspace: open.workspace,
    events: eventCount(open),
    sessions: sessionCount(open),
    lastEventAt: open.latest?.at ?? null,
    tail: open.store.tailSize(),
    sizeBytes: await sizeOf(open.directory),
    settings: open.settings.current,
  };
};

export const setWorkspace: Handler<'workspace.set'> = async (
  { key, value, ...where },
  { door, actor },
  { workspaces },
) => {
  if (key === 'rules' && (actor.kind !== 'human' || door === 'mcp'))
    throw new AppError('PERMISSION_DENIED', 'what a merge has to meet is set by a person', {
      hint: 'in a terminal of your own: hivemind workspace set rules …',
    });
  if (key === 'resolver' && door === 'web')
    throw new AppError('PERMISSION_DENIED', 'a command is set on the command line alone', {
      hint: 'hivemind workspace set resolver COMMAND',
    });
  const change = settingOf(key, value);
  const { open } = await workspaces.resolve(where);
  const settings = await open.settings.change(change);
  if (key === 'commits') await flagRepositories(open.workspace, settings.commits);
  return { workspace: open.workspace, settings };
};

/** Hooks cannot ask for a setting: it is told to each repository that has them. */
async function flagRepositories(
  { repositories }: Workspace,
  commits: WorkspaceSettings['commits'],
): Promise<void> {
  for (const { directory, git } of repositories)
    if (git) await flagTrailers(directory, commits).catch(() => undefined);
}

export const deleteWorkspace: Handler<'workspace.delete'> = async (
  { workspace: wanted, confirm },
  _context,
  { workspaces },
) => {
  const workspace = workspaces.registry.named(wanted);
  if (confirm !== workspace.name) {
    throw new AppError('FAILED_PRECONDITION', `deleting "${workspace.name}" destroys everything in it`, {
      hint: `hivemind workspace delete ${shellWord(workspace.name)} --confirm ${shellWord(workspace.name)}`,
    });
  }
  return { deleted: workspace, events: await workspaces.delete(workspace) };
};

async function sizeOf(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    // A flush may replace files while they are counted.
    if (entry.isFile())
      bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  }
  return bytes;
}
