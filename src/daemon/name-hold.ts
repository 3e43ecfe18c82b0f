import { lookOf } from '../core/records/branch-names.ts';
import { shellWord } from '../core/shell-word.ts';
import { AppError } from '../schema/app-error.ts';
import { lineOf } from './lines.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/** Names that somebody is about to give, by how they look; a branch is there only once its birth is on disk. */
const held = new WeakMap<OpenWorkspace, Map<string, Promise<void>>>();

/** Does `work`, which is about a name, once nobody else is at it: two who ask for one name at once must not both get it. */
export async function holdName<T>(open: OpenWorkspace, name: string, work: () => Promise<T>): Promise<T> {
  const names = held.get(open) ?? new Map<string, Promise<void>>();
  held.set(open, names);
  const look = lookOf(name);
  for (let other = names.get(look); other !== undefined; other = names.get(look)) await other;
  const { promise, resolve } = Promise.withResolvers<void>();
  names.set(look, promise);
  try {
    return await work();
  } finally {
    names.delete(look);
    resolve();
  }
}

/** Throws ALREADY_EXISTS when another branch has this name, or one that looks the same. */
export function checkFreeName(open: OpenWorkspace, name: string, except?: string): void {
  const ids = open.names.alike(name).filter((id) => id !== except);
  const taken = ids.map((id) => lineOf(open, id)).find(({ deletedAt }) => deletedAt === null);
  if (taken === undefined) return;
  throw new AppError('ALREADY_EXISTS', `there is a branch named "${taken.name}" already`, {
    hint: `hivemind branch show ${shellWord(taken.name)}`,
    details: { branch: taken.id, name: taken.name },
  });
}
