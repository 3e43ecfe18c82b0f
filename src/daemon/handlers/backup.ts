import { lstat, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, resolve } from 'node:path';
import { AppError } from '../../schema/app-error.ts';
import type { RepositoryIdentity } from '../../schema/records.ts';
import { backupFormat } from '../../store/backup/format.ts';
import { RestoreResult } from '../../store/backup/restore.ts';
import { alreadyThere } from '../../store/backup/write.ts';
import { noteBackup } from '../known-backups.ts';
import { sessionCount } from '../visible-sessions.ts';
import type { Handler } from './handler.ts';
import { watched } from './watch.ts';

export const createBackup: Handler<'backup.create'> = async (input, context, { workspaces, daemon, now }) => {
  const startedAt = now();
  const path = resolve(input.cwd ?? homedir(), input.file);
  await checkTarget(path, input.force);
  return watched(context, async (watch) => {
    const { open } = await workspaces.resolve(input);
    const { id, name, createdAt, repositories } = open.workspace;
    const written = await open.store.backUp(
      {
        path,
        force: input.force,
        skipDamaged: input['skip-damaged'],
        header: {
          hivemind: 'backup',
          format: backupFormat,
          workspace: { id, name, createdAt, repositories },
          createdAt: startedAt,
          version: daemon.version,
        },
      },
      watch,
    );
    await noteBackup(daemon.home, { workspace: id, file: path, createdAt: startedAt });
    return { workspace: name, file: path, ...written, durationMs: now() - startedAt };
  });
};

/** Refuses before a long wait what would be refused after it. */
async function checkTarget(path: string, force: boolean): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => null);
  if (folder?.isDirectory() !== true)
    throw new AppError('NOT_FOUND', `there is no folder ${dirname(path)}`, {
      hint: `mkdir -p ${JSON.stringify(dirname(path))}`,
    });
  const there = await lstat(path).catch(() => null);
  if (there === null) return;
  if (!there.isFile())
    throw new AppError('INVALID_ARGUMENT', `${path} is not a file`, { hint: 'choose another name' });
  if (!force) throw alreadyThere(path);
}

export const restoreBackup: Handler<'backup.restore'> = async (input, context, { workspaces, now }) => {
  const startedAt = now();
  const path = resolve(input.cwd ?? homedir(), input.file);
  await checkSource(path);
  return watched(context, async ({ signal, onProgress }) => {
    const check = { kind: 'restore', restore: { path, into: null } } as const;
    const found = RestoreResult.parse(await workspaces.runJob(check, signal, onProgress));
    const { header, ranges, crc, events, skipped } = found;
    const { workspace, unbound } = await workspaces.registry.restore(
      {
        ...header.workspace,
        name: input.name ?? header.workspace.name,
        repositories: header.workspace.repositories.filter(isPlace),
        store: null,
      },
      async (directory) => {
        const restore = { path, into: { directory, ranges, crc } };
        await workspaces.runJob({ kind: 'restore', restore }, signal, onProgress);
      },
    );
    onProgress({ message: 'opening the workspace', done: events, total: events });
    const { open } = await workspaces.live(workspace);
    return {
      workspace,
      events,
      sessions: sessionCount(open),
      skipped,
      createdAt: header.createdAt,
      unbound: unbound.map(({ remotes, directory }) => remotes[0] ?? directory),
      durationMs: now() - startedAt,
    };
  });
};

async function checkSource(path: string): Promise<void> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (there === null)
    throw new AppError('NOT_FOUND', `there is no file ${path}`, { hint: `ls ${dirname(path)}` });
  // It is read twice: what cannot be read again would not be what was checked.
  if (!there.isFile()) throw new AppError('INVALID_ARGUMENT', `${path} is not a file`);
}

/** A binding to the root, or to nothing, would be one to everything. */
const isPlace = ({ directory }: RepositoryIdentity): boolean =>
  isAbsolute(directory) && dirname(directory) !== directory;
