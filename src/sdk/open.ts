import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../schema/app-error.ts';
import { idPattern, mainBranchId, sessionId } from '../schema/ids.ts';
import type { Call } from '../schema/operation.ts';
import { findOrMakeBranch } from './branch.ts';
import type { Author } from './drafts.ts';
import { openLink } from './link.ts';
import { BranchMemory, type Run } from './memory.ts';
import type { Memory, OpenOptions } from './types.ts';

/** How long a workspace that somebody else is making may take, in steps of 50 ms. */
const makingSteps = 200;
const stepMs = 50;

export async function openMemory(workspace: string, options: OpenOptions = {}): Promise<Memory> {
  const { create = false, agent = 'sdk', session = randomUUID() } = options;
  const named = options.branch ?? process.env.HIVEMIND_BRANCH;
  const link = await openLink();
  try {
    const found = await findWorkspace(link.call, workspace, create);
    const run: Run = { link, begun: new Set(), workspace: found, authorOf: (by) => authorIn(session, by) };
    return new BranchMemory(run, await branchOf(run, named, agent), agent);
  } catch (error) {
    link.close();
    throw error;
  }
}

/** The branch that is named, made when it is not there; else the one of this worktree or session, else main. */
async function branchOf(
  { link, workspace, authorOf }: Run,
  named: string | undefined,
  agent: string,
): Promise<{ id: string; name: string }> {
  const main = { id: mainBranchId(workspace.id), name: 'main' };
  if (named === 'main') return main;
  if (named !== undefined && named !== '')
    return findOrMakeBranch(link.call, { workspace: workspace.id, name: named, from: main.id, agent });
  const caller = authorOf(agent).session;
  const wish = { workspace: workspace.id, cwd: process.cwd(), caller, agent };
  return (await link.call('branch.choose', wish)).branch;
}

/** The session of one agent in a run; one that is given by its id is somebody else's, and has begun already. */
export function authorIn(run: string, agent: string): Author {
  if (idPattern('session').test(run)) return { agent, session: run, nativeId: null };
  return { agent, session: sessionId(agent, run), nativeId: run };
}

async function findWorkspace(
  call: Call,
  name: string,
  create: boolean,
): Promise<{ id: string; name: string }> {
  for (let step = 0; ; step += 1) {
    try {
      return (await call('workspace.show', { workspace: name })).workspace;
    } catch (error) {
      if (!create || !isCode(error, 'NOT_FOUND') || step >= makingSteps) throw error;
    }
    try {
      return (await call('workspace.create', { name, bind: false })).workspace;
    } catch (error) {
      // Somebody else is making it at this moment.
      if (!isCode(error, 'ALREADY_EXISTS')) throw error;
      await sleep(stepMs);
    }
  }
}

const isCode = (error: unknown, code: AppError['code']): boolean =>
  error instanceof AppError && error.code === code;
