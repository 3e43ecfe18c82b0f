import { basename, dirname, sep } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import type { RepositoryIdentity, Workspace } from '../schema/records.ts';
import { identify, locate, type Place, sameRepository } from './repository.ts';

const identityTtlMs = 60_000;

/** Which repositories (or directories) belong to which workspace. */
export interface Bindings {
  /** Binds the repository (or directory) of `cwd` to the workspace; returns the directory that is bound. */
  bind(workspace: Workspace, cwd: string): Promise<string>;
  /** The workspace that the repository of `cwd` is bound to. */
  boundTo(cwd: string): Promise<Workspace | null>;
}

/** The bindings stand in the workspaces that `list` returns; `save` keeps one that has changed. */
export function createBindings(
  list: () => Workspace[],
  save: (workspace: Workspace) => Promise<void>,
): Bindings {
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
    if (list().length === 0) return null;
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

  return { bind, boundTo };
}

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

/** The workspace that is bound to the repository, wherever this checkout of it is. */
export const findOwner = (all: readonly Workspace[], identity: RepositoryIdentity): Workspace | null =>
  all.find((workspace) =>
    workspace.repositories.some((repository) => sameRepository(repository, identity)),
  ) ?? null;

const boundElsewhere = (place: Place, owner: Workspace): AppError =>
  new AppError('FAILED_PRECONDITION', `${place.root} is bound to the workspace "${owner.name}"`, {
    hint: `use --workspace "${owner.name}", or delete that workspace first`,
  });
