import { access, constants, readFile } from 'node:fs/promises';
import { type Caller, callerIn } from '../../core/git/hook-text.ts';
import { type GitHook, gitHooks } from '../../core/git/report.ts';
import { slotOf, type Way } from './install.ts';
import { type Layout, readHook } from './layout.ts';
import { lefthookFile, lefthookLocal } from './lefthook.ts';
import { huskyFile } from './shared-files.ts';

export interface HookState {
  hook: GitHook;
  way: Way;
  path: string;
  /** stale: it calls a program that is not there, or is another one than this. */
  state: 'installed' | 'stale' | 'missing';
}

/** Whether each of our hooks is where git runs it. */
export async function hookStates(layout: Layout, caller: Caller): Promise<HookState[]> {
  const states: HookState[] = [];
  for (const hook of gitHooks) states.push(await stateOf(layout, hook, caller));
  return states;
}

async function stateOf(layout: Layout, hook: GitHook, caller: Caller): Promise<HookState> {
  const slot = slotOf(layout, hook);
  if (slot !== null) {
    const isRunnable = await access(slot.path, constants.X_OK).then(
      () => true,
      () => false,
    );
    const state = isRunnable ? stateIn(await readHook(slot.path), hook, caller) : 'missing';
    return { hook, ...slot, state };
  }
  if (layout.huskyDir !== null) {
    const { path } = huskyFile(layout.huskyDir, hook, caller);
    return { hook, way: 'husky', path, state: stateIn(await readHook(path), hook, caller) };
  }
  const path = await lefthookLocal(layout.root);
  const text = await readFile(path, 'utf8').catch(() => null);
  const isMissing = lefthookFile(path, caller).missing(text).includes(hook);
  const isStale = isMissing && text?.includes(`git-hook.sh ${hook}`) === true;
  return { hook, way: 'lefthook', path, state: isStale ? 'stale' : isMissing ? 'missing' : 'installed' };
}

function stateIn(text: string | null, hook: GitHook, caller: Caller): HookState['state'] {
  const found = text === null ? null : callerIn(text, hook);
  if (found === null) return 'missing';
  return found.shim === caller.shim && found.home === caller.home ? 'installed' : 'stale';
}
