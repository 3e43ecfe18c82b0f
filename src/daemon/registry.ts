import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Mutex } from 'async-mutex';
import { lookOf } from '../core/records/branch-names.ts';
import { shellWord } from '../core/shell-word.ts';
import { AppError } from '../schema/app-error.ts';
import { idPattern } from '../schema/ids.ts';
import { nearest } from '../schema/nearest.ts';
import { type RepositoryIdentity, Workspace } from '../schema/records.ts';
import { makePrivateDirectory, syncDirectory, writeDurably } from '../store/durable.ts';
import { type Bindings, createBindings, findOwner } from './bindings.ts';

export type NewWorkspace = Omit<Workspace, 'repositories'>;

/** The workspaces of this home. Names are shown, never used as paths: every folder is named by its id. */
export interface Registry extends Bindings {
  list(): Workspace[];
  directoryOf(workspace: Workspace): string;
  /** Throws UNAVAILABLE when the workspace's folder is not where it was: what is made anew there would be another store. */
  checkThere(workspace: Workspace): Promise<void>;
  /**
   * Makes the workspace that `make` gives: a new one, or one that is in a bucket already. ALREADY_EXISTS, before `make`
   * is asked, when its name is here.
   */
  create(name: string, make: () => Promise<NewWorkspace>): Promise<Workspace>;
  /**
   * Makes a workspace whose folder `fill` fills, under its id; it is there once that is done, or not at all. Bindings to
   * what another workspace is bound to are left out and returned. ALREADY_EXISTS when its id or its name is here.
   */
  restore(
    workspace: Workspace,
    fill: (directory: string) => Promise<void>,
  ): Promise<{ workspace: Workspace; unbound: RepositoryIdentity[] }>;
  /** The workspace with this name or id; NOT_FOUND names the nearest. */
  named(nameOrId: string): Workspace;
  delete(workspace: Workspace): Promise<void>;
}

/** Endings of a workspace's folder that is being deleted, or restored. */
const doomed = '.deleted';
const unborn = `.${process.pid}.restoring`;

const isLeftover = (name: string): boolean => /^ws_[0-9a-f]{32}\.(deleted|\d+\.restoring)$/.test(name);

/** A process of a daemon that was killed looks for it twice a second, and until then may write what was just removed. */
const noticedMs = 600;
const mostSweeps = 8;

/** Removes what a crash interrupted; whatever is written there again after that goes at the next start. */
async function sweep(paths: readonly string[]): Promise<void> {
  for (let round = 1; paths.some((path) => existsSync(path)) && round <= mostSweeps; round++) {
    for (const path of paths) await rm(path, { recursive: true, force: true }).catch(ignoreBusy);
    await sleep(noticedMs);
  }
}

function ignoreBusy(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY') throw error;
}

/** A creation that a crash interrupted has left its folder. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/** Reads every workspace below `dataDirectory`, and ends the deletions and restorations that a crash interrupted. */
export async function openRegistry(dataDirectory: string): Promise<Registry> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const workspaces = new Map<string, Workspace>();
  const names = await readdir(dataDirectory);
  await sweep(names.filter(isLeftover).map((name) => join(dataDirectory, name)));
  for (const name of names) {
    const path = join(dataDirectory, name);
    if (!idPattern('workspace').test(name)) continue;
    const workspace = await readWorkspace(join(path, 'workspace.json'));
    if (workspace !== null) workspaces.set(name, workspace);
  }
  return createRegistry(dataDirectory, workspaces);
}

/** Null only where there is none: a workspace that cannot be read must not look like one that never was. */
async function readWorkspace(path: string): Promise<Workspace | null> {
  try {
    return Workspace.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AppError('DATA_LOSS', `${path} cannot be read as a workspace`, {
      hint: 'restore it from a back-up, or move its folder away',
      cause,
    });
  }
}

function createRegistry(dataDirectory: string, workspaces: Map<string, Workspace>): Registry {
  const directoryOf = (workspace: Workspace): string => join(dataDirectory, workspace.id);
  const list = (): Workspace[] => [...workspaces.values()].sort((a, b) => a.createdAt - b.createdAt);

  const checkThere: Registry['checkThere'] = async (workspace) => {
    const directory = directoryOf(workspace);
    const there = await readWorkspace(join(directory, 'workspace.json'));
    if (there?.id !== workspace.id) throw vanished(workspace, directory);
  };

  const save = async (workspace: Workspace): Promise<void> => {
    await writeDurably(join(directoryOf(workspace), 'workspace.json'), JSON.stringify(workspace, null, 2));
    workspaces.set(workspace.id, workspace);
  };

  // Two who ask for the same name at once must not both get it, and a bucket may take its time.
  const reserved = new Set<string>();
  const isTaken = (name: string): boolean =>
    reserved.has(lookOf(name)) || list().some((workspace) => sameName(workspace.name, name));

  const create: Registry['create'] = async (name, make) => {
    if (isTaken(name)) throw createdBefore(name);
    reserved.add(lookOf(name));
    try {
      const fresh = await make();
      return await creating.runExclusive(() => createAlone(fresh));
    } finally {
      reserved.delete(lookOf(name));
    }
  };

  const creating = new Mutex();
  const createAlone = async (fresh: NewWorkspace): Promise<Workspace> => {
    const there = workspaces.get(fresh.id);
    if (there !== undefined) throw keptHere(there);
    const workspace = { ...fresh, repositories: [] };
    // Not its parents: a home that is gone by now (unmounted, renamed) is not made anew.
    await mkdir(directoryOf(workspace), { mode: 0o700 }).catch(ignoreExisting);
    await syncDirectory(dataDirectory);
    await save(workspace);
    return workspace;
  };

  const checkFree = async ({ id, name }: Workspace): Promise<void> => {
    const there = workspaces.get(id);
    if (there !== undefined) throw restoredBefore(there);
    if (isTaken(name)) throw nameTaken(name);
    // A folder that is no workspace (its file is gone) may still hold one's events.
    const names = await readdir(join(dataDirectory, id)).catch(() => []);
    if (names.length > 0) throw folderTaken(join(dataDirectory, id));
  };

  const restoring = new Set<string>();
  const restore: Registry['restore'] = async (workspace, fill) => {
    await checkFree(workspace);
    if (restoring.has(workspace.id)) throw beingRestored(workspace);
    restoring.add(workspace.id);
    const directory = directoryOf(workspace) + unborn;
    try {
      await rm(directory, { recursive: true, force: true });
      await makePrivateDirectory(directory);
      await fill(directory);
      return await creating.runExclusive(() => adopt(workspace, directory));
    } finally {
      restoring.delete(workspace.id);
      await rm(directory, { recursive: true, force: true });
    }
  };

  /** Gives a filled folder its name. */
  const adopt = async (wanted: Workspace, directory: string): ReturnType<Registry['restore']> => {
    await checkFree(wanted);
    const isOthers = (one: RepositoryIdentity): boolean =>
      findOwner(list(), one) !== null ||
      list().some(({ repositories }) => repositories.some((other) => other.directory === one.directory));
    const unbound = wanted.repositories.filter(isOthers);
    const workspace = {
      ...wanted,
      repositories: wanted.repositories.filter((one) => !unbound.includes(one)),
    };
    await writeDurably(join(directory, 'workspace.json'), JSON.stringify(workspace, null, 2));
    await rename(directory, directoryOf(workspace));
    await syncDirectory(dataDirectory);
    workspaces.set(workspace.id, workspace);
    return { workspace, unbound };
  };

  /** Asked for with every call: to compare how names look takes longer. */
  const byName = (wanted: string): Workspace | undefined => {
    for (const workspace of workspaces.values()) if (workspace.name === wanted) return workspace;
    return list().find(({ name }) => sameName(name, wanted));
  };

  const named = (nameOrId: string): Workspace => {
    const found = workspaces.get(nameOrId) ?? byName(nameOrId);
    if (found !== undefined) return found;
    const near = nearest(
      nameOrId,
      list().map((workspace) => workspace.name),
    );
    throw new AppError('NOT_FOUND', `there is no workspace named "${nameOrId.slice(0, 100)}"`, {
      hint:
        near === undefined
          ? 'hivemind workspace list'
          : `did you mean "${near}"? hivemind workspace list shows all`,
    });
  };

  const remove = async (workspace: Workspace): Promise<void> => {
    workspaces.delete(workspace.id);
    const aside = directoryOf(workspace) + doomed;
    await rename(directoryOf(workspace), aside);
    await rm(aside, { recursive: true, force: true });
  };

  return {
    ...createBindings(list, save),
    list,
    directoryOf,
    checkThere,
    create,
    restore,
    named,
    delete: remove,
  };
}

/** Names that look alike are one name. */
const sameName = (a: string, b: string): boolean => lookOf(a) === lookOf(b);

const vanished = ({ name }: Workspace, directory: string): AppError =>
  new AppError('UNAVAILABLE', `the workspace "${name}" is not in ${directory} any more`, {
    hint: 'bring its folder back (was a disk unmounted, or the home renamed?), then: hivemind daemon stop',
  });

const createdBefore = (name: string): AppError =>
  new AppError('ALREADY_EXISTS', `there is a workspace named "${name}" already`, {
    hint: 'hivemind connect --workspace NAME binds another checkout to it',
  });

const keptHere = ({ name, id }: Workspace): AppError =>
  new AppError('ALREADY_EXISTS', `the workspace of that bucket is here already: "${name}" (${id})`, {
    hint: `a backup that was restored does not go into its bucket: hivemind workspace delete ${shellWord(name)} makes room for it`,
  });

const restoredBefore = ({ name, id }: Workspace): AppError =>
  new AppError('ALREADY_EXISTS', `that workspace is here already: "${name}" (${id})`, {
    hint: `hivemind workspace show ${shellWord(name)}; to put the backup in its place, delete it first: hivemind workspace delete ${shellWord(name)}`,
  });

const nameTaken = (name: string): AppError =>
  new AppError('ALREADY_EXISTS', `there is another workspace named "${name}"`, {
    hint: 'restore it under another name: --name NAME',
  });

const folderTaken = (path: string): AppError =>
  new AppError('ALREADY_EXISTS', `${path} is there already, and is not readable as a workspace`, {
    hint: 'move that folder away',
  });

const beingRestored = ({ name }: Workspace): AppError =>
  new AppError('ABORTED', `"${name}" is being restored already`, { hint: 'wait for it to end' });
