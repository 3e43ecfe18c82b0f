import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import { idFromUuid, idPattern } from '../schema/ids.ts';
import { nearest } from '../schema/nearest.ts';
import { type RepositoryIdentity, Workspace } from '../schema/records.ts';
import { writeDurably } from '../store/durable.ts';
import { identify, locate, type Place, sameRepository } from './repository.ts';

/** The workspaces of this home. Names are shown, never used as paths: every folder is named by its id. */
export interface Registry {
  list(): Workspace[];
  directoryOf(workspace: Workspace): string;
  create(name: string, uuid: string, now: number): Promise<Workspace>;
  /** Binds the repository (or directory) of `cwd` to the workspace; returns the directory that is bound. */
  bind(workspace: Workspace, cwd: string): Promise<string>;
  /** The workspace with this name or id; NOT_FOUND names the nearest. */
  named(nameOrId: string): Workspace;
  /** The workspace that the repository of `cwd` is bound to. */
  boundTo(cwd: string): Promise<Workspace | null>;
  delete(workspace: Workspace): Promise<void>;
}

const identityTtlMs = 60_000;

/** Reads every workspace below `dataDirectory`. */
export async function openRegistry(dataDirectory: string): Promise<Registry> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const workspaces = new Map<string, Workspace>();
  for (const name of await readdir(dataDirectory)) {
    if (!idPattern('workspace').test(name)) continue;
    const text = await readFile(join(dataDirectory, name, 'workspace.json'), 'utf8').catch(() => null);
    if (text !== null) workspaces.set(name, Workspace.parse(JSON.parse(text)));
  }
  return createRegistry(dataDirectory, workspaces);
}

function createRegistry(dataDirectory: string, workspaces: Map<string, Workspace>): Registry {
  const directoryOf = (workspace: Workspace): string => join(dataDirectory, workspace.id);
  const list = (): Workspace[] => [...workspaces.values()].sort((a, b) => a.createdAt - b.createdAt);

  const save = async (workspace: Workspace): Promise<void> => {
    await mkdir(directoryOf(workspace), { recursive: true, mode: 0o700 });
    await writeDurably(join(directoryOf(workspace), 'workspace.json'), JSON.stringify(workspace, null, 2));
    workspaces.set(workspace.id, workspace);
  };

  const create = async (name: string, uuid: string, now: number): Promise<Workspace> => {
    if (list().some((workspace) => sameName(workspace.name, name))) {
      throw new AppError('ALREADY_EXISTS', `there is a workspace named "${name}" already`, {
        hint: 'hivemind connect claude-code --workspace NAME binds another checkout to it',
      });
    }
    const workspace = { id: idFromUuid('workspace', uuid), name, createdAt: now, repositories: [] };
    await save(workspace);
    return workspace;
  };

  const bind = async (workspace: Workspace, cwd: string): Promise<string> => {
    const place = await locate(cwd);
    const identity = await identify(place);
    const owner = findOwner(list(), identity);
    if (owner !== null && owner.id !== workspace.id) throw boundElsewhere(place, owner);
    const others = workspace.repositories.filter((repository) => repository.directory !== identity.directory);
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
    const known = list().find((workspace) =>
      workspace.repositories.some((repository) => isAt(repository, place)),
    );
    if (known !== undefined) return known;
    if (!place.git) return null;
    const owner = findOwner(list(), await remembered(place));
    // A clone or a fresh repository's first commit: remember it, so that the next look-up costs one git call.
    if (owner !== null) await bind(owner, cwd);
    return owner;
  };

  const remove = async (workspace: Workspace): Promise<void> => {
    workspaces.delete(workspace.id);
    const doomed = `${directoryOf(workspace)}.deleted`;
    await rename(directoryOf(workspace), doomed);
    await rm(doomed, { recursive: true, force: true });
  };

  return { list, directoryOf, create, bind, named, boundTo, delete: remove };
}

/** Names that look alike are one name. */
const sameName = (a: string, b: string): boolean =>
  a.normalize('NFC').toLowerCase() === b.normalize('NFC').trim().toLowerCase();

const isAt = (repository: RepositoryIdentity, place: Place): boolean =>
  repository.directory === place.directory ||
  (!repository.git && !place.git && place.directory.startsWith(repository.directory + sep));

const findOwner = (all: Workspace[], identity: RepositoryIdentity): Workspace | null =>
  all.find((workspace) =>
    workspace.repositories.some((repository) => sameRepository(repository, identity)),
  ) ?? null;

const boundElsewhere = (place: Place, owner: Workspace): AppError =>
  new AppError('FAILED_PRECONDITION', `${place.root} is bound to the workspace "${owner.name}"`, {
    hint: `use --workspace "${owner.name}", or delete that workspace first`,
  });
