import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { Mutex } from 'async-mutex';
import { AppError } from '../schema/app-error.ts';
import { idPattern } from '../schema/ids.ts';
import { nearest } from '../schema/nearest.ts';
import { type RepositoryIdentity, Workspace } from '../schema/records.ts';
import { makePrivateDirectory, syncDirectory, writeDurably } from '../store/durable.ts';
import { identify, locate, type Place, sameRepository } from './repository.ts';

export type NewWorkspace = Omit<Workspace, 'repositories'>;

/** The workspaces of this home. Names are shown, never used as paths: every folder is named by its id. */
export interface Registry {
  list(): Workspace[];
  directoryOf(workspace: Workspace): string;
  /** Makes a workspace of this home: a new one, or one that is in a bucket already. */
  create(fresh: NewWorkspace): Promise<Workspace>;
  /**
   * Makes a workspace whose folder `fill` fills, under its id; it is there once that is done, or not at all. Bindings to
   * what another workspace is bound to are left out and returned. ALREADY_EXISTS when its id or its name is here.
   */
  restore(
    workspace: Workspace,
    fill: (directory: string) => Promise<void>,
  ): Promise<{ workspace: Workspace; unbound: RepositoryIdentity[] }>;
  /** Binds the repository (or directory) of `cwd` to the workspace; returns the directory that is bound. */
  bind(workspace: Workspace, cwd: string): Promise<string>;
  /** The workspace with this name or id; NOT_FOUND names the nearest. */
  named(nameOrId: string): Workspace;
  /** The workspace that the repository of `cwd` is bound to. */
  boundTo(cwd: string): Promise<Workspace | null>;
  delete(workspace: Workspace): Promise<void>;
}

const identityTtlMs = 60_000;

/** Endings of a workspace's folder that is being deleted, or restored. */
const doomed = '.deleted';
const unborn = `.${process.pid}.restoring`;

const isLeftover = (name: string): boolean => /^ws_[0-9a-f]{32}\.(deleted|\d+\.restoring)$/.test(name);

/** A process that has not noticed the end of its daemon may still be writing there: it goes at the next start. */
function ignoreBusy(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY') throw error;
}

/** Reads every workspace below `dataDirectory`, and ends the deletions and restorations that a crash interrupted. */
export async function openRegistry(dataDirectory: string): Promise<Registry> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const workspaces = new Map<string, Workspace>();
  for (const name of await readdir(dataDirectory)) {
    const path = join(dataDirectory, name);
    if (isLeftover(name)) await rm(path, { recursive: true, force: true }).catch(ignoreBusy);
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

  const save = async (workspace: Workspace): Promise<void> => {
    await makePrivateDirectory(directoryOf(workspace));
    await writeDurably(join(directoryOf(workspace), 'workspace.json'), JSON.stringify(workspace, null, 2));
    workspaces.set(workspace.id, workspace);
  };

  const isTaken = (name: string): boolean => list().some((workspace) => sameName(workspace.name, name));

  // Two who ask for the same name at once must not both get it.
  const creating = new Mutex();
  const create = (fresh: NewWorkspace): Promise<Workspace> => creating.runExclusive(() => createAlone(fresh));

  const createAlone = async (fresh: NewWorkspace): Promise<Workspace> => {
    const { id, name } = fresh;
    if (workspaces.has(id) || isTaken(name)) {
      throw new AppError('ALREADY_EXISTS', `there is a workspace named "${name}" already`, {
        hint: 'hivemind connect claude-code --workspace NAME binds another checkout to it',
      });
    }
    const workspace = { ...fresh, repositories: [] };
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

  const bind = async (workspace: Workspace, cwd: string): Promise<string> => {
    const place = await locate(cwd);
    const identity = await identify(place);
    const owner = ownerAt(list(), place, isSame) ?? findOwner(list(), identity);
    if (owner !== null && owner.id !== workspace.id) throw boundElsewhere(place, owner);
    const others = workspace.repositories.filter((repository) => !isSame(repository, place));
    workspace.repositories = [...others, identity];
    await save(workspace);
    return place.root;
  };

  const named = (nameOrId: string): Workspace => {
    const found = workspaces.get(nameOrId) ?? list().find((workspace) => sameName(workspace.name, nameOrId));
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

  // Reading a long history for its root commit takes seconds: an unbound repository is read once in a while only.
  const identities = new Map<string, { identity: RepositoryIdentity; until: number }>();
  const remembered = async (place: Place): Promise<RepositoryIdentity> => {
    const before = identities.get(place.directory);
    if (before !== undefined && before.until > performance.now()) return before.identity;
    const identity = await identify(place);
    if (identities.size > 1000) identities.clear();
    identities.set(place.directory, { identity, until: performance.now() + identityTtlMs });
    return identity;
  };

  const boundTo = async (cwd: string): Promise<Workspace | null> => {
    if (workspaces.size === 0) return null;
    const place = await locate(cwd);
    const known = ownerAt(list(), place, isAt);
    if (known !== null || !place.git) return known;
    const identity = await remembered(place);
    let owner = findOwner(list(), identity);
    if (owner === null && (await lookAgain())) owner = findOwner(list(), identity);
    // Remember the clone, so that the next look-up need not read its history.
    if (owner !== null) await bind(owner, cwd);
    return owner;
  };

  // A repository may be bound before its first commit or before it has a remote: its clones are known by what it has now.
  let lookedAt = Number.NEGATIVE_INFINITY;
  const lookAgain = async (): Promise<boolean> => {
    if (performance.now() - lookedAt < identityTtlMs) return false;
    lookedAt = performance.now();
    for (const workspace of list()) {
      const fresh = await Promise.all(workspace.repositories.map(renewed));
      if (JSON.stringify(fresh) === JSON.stringify(workspace.repositories)) continue;
      workspace.repositories = fresh;
      await save(workspace);
    }
    return true;
  };

  const remove = async (workspace: Workspace): Promise<void> => {
    workspaces.delete(workspace.id);
    const aside = directoryOf(workspace) + doomed;
    await rename(directoryOf(workspace), aside);
    await rm(aside, { recursive: true, force: true });
  };

  return { list, directoryOf, create, restore, bind, named, boundTo, delete: remove };
}

/** Names that look alike are one name. */
const sameName = (a: string, b: string): boolean => lookOf(a) === lookOf(b);

const lookOf = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .trim()
    .toLowerCase();

type Rule = (repository: RepositoryIdentity, place: Place) => boolean;

/** The place itself; a directory that was bound before `git init` made a repository of it is still the same. */
const isSame: Rule = (repository, place) =>
  repository.directory === place.directory || repository.directory === place.root;

/** The place itself, or, outside git, a directory above it. */
const isAt: Rule = (repository, place) =>
  isSame(repository, place) ||
  (!repository.git && !place.git && place.directory.startsWith(repository.directory + sep));

/** The workspace of the nearest directory that `rule` accepts. */
function ownerAt(all: readonly Workspace[], place: Place, rule: Rule): Workspace | null {
  let nearestSoFar = { depth: -1, owner: null as Workspace | null };
  for (const owner of all) {
    for (const repository of owner.repositories) {
      const depth = repository.directory.length;
      if (rule(repository, place) && depth > nearestSoFar.depth) nearestSoFar = { depth, owner };
    }
  }
  return nearestSoFar.owner;
}

/** The identity with what its repository has gained since. What was known stays: the checkout may be gone by now. */
async function renewed(known: RepositoryIdentity): Promise<RepositoryIdentity> {
  if (!known.git) return known;
  const { directory } = known;
  const root = basename(directory) === '.git' ? dirname(directory) : directory;
  const now = await identify({ directory, root, git: true });
  return {
    ...known,
    rootCommit: known.rootCommit ?? now.rootCommit,
    remotes: [...new Set([...known.remotes, ...now.remotes])],
  };
}

const findOwner = (all: Workspace[], identity: RepositoryIdentity): Workspace | null =>
  all.find((workspace) =>
    workspace.repositories.some((repository) => sameRepository(repository, identity)),
  ) ?? null;

const boundElsewhere = (place: Place, owner: Workspace): AppError =>
  new AppError('FAILED_PRECONDITION', `${place.root} is bound to the workspace "${owner.name}"`, {
    hint: `use --workspace "${owner.name}", or delete that workspace first`,
  });

const restoredBefore = ({ name, id }: Workspace): AppError =>
  new AppError('ALREADY_EXISTS', `that workspace is here already: "${name}" (${id})`, {
    hint: `hivemind workspace show "${name}"; to put the backup in its place, delete it first: hivemind workspace delete "${name}"`,
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
