import { AppError } from '../schema/app-error.ts';
import type { Call } from '../schema/operation.ts';

export interface BranchWish {
  workspace: string;
  name: string;
  /** Branch or event that it is forked from when it is made. */
  from: string;
  agent: string;
}

/** The branch of this name, which is made when it is not there; of any number who ask at once all get the same. */
export async function findOrMakeBranch(call: Call, wish: BranchWish): Promise<{ id: string; name: string }> {
  try {
    const { branch } = await call('branch.create', wish);
    return { id: branch.id, name: branch.name };
  } catch (error) {
    const there = error instanceof AppError && error.code === 'ALREADY_EXISTS' ? error.details : undefined;
    // One that only looks the same is another one.
    if (typeof there?.branch !== 'string' || there.name !== wish.name.normalize('NFC').trim()) throw error;
    return { id: there.branch, name: there.name };
  }
}
