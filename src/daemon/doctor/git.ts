import { join } from 'node:path';
import type { Finding } from '../../schema/operations/doctor.ts';
import { callerFor, installHooks } from '../git/install.ts';
import { layoutOf } from '../git/layout.ts';
import { hookStates } from '../git/state.ts';
import { locate } from '../repository.ts';
import type { Check } from './check.ts';

/** Git hooks of which some are missing, or call a Hivemind that has moved; a repository without any is left alone. */
export const gitHooks: Check = {
  name: 'git',
  run: async ({ engine, cwd, fix }) => {
    const bound = await engine.workspaces.registry.boundTo(cwd);
    if (bound === null || !(await locate(cwd)).git) return [];
    const layout = await layoutOf(cwd);
    const caller = await callerFor(engine.entry);
    const broken = async (): Promise<string[]> => {
      const states = await hookStates(layout, caller);
      if (states.every(({ state }) => state === 'missing')) return [];
      return states
        .filter(({ state }) => state !== 'installed')
        .map(({ hook, state }) => `${hook} (${state})`);
    };
    const before = await broken();
    if (before.length === 0) return [];
    // What other repositories use as well is not written without being asked to.
    if (fix && !layout.isShared)
      await installHooks(layout, { caller, dryRun: false, backupDir: join(engine.daemon.home, 'backups') });
    const finding: Omit<Finding, 'check'> = {
      level: 'error',
      what: `hooks of ${layout.root}: ${before.join(', ')}`,
      hint: 'hivemind git install',
      fixed: fix && (await broken()).length === 0,
    };
    return [finding];
  },
};
