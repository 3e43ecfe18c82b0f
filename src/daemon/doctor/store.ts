import { storeState, storeSteps } from '../handlers/store-state.ts';
import type { Check } from './check.ts';

/** What keeps events from the tables, or the workspace from its bounds. */
export const store: Check = {
  name: 'store',
  run: async ({ engine, cwd }) => {
    const { registry, live } = engine.workspaces;
    const bound = await registry.boundTo(cwd);
    const open = bound === null ? null : await live(bound);
    const rssBytes = process.memoryUsage.rss();
    const state = await storeState(open, { home: engine.daemon.home, rssBytes, now: engine.now() });
    return storeSteps(state).map((step) => ({
      level: 'error' as const,
      what: step,
      hint: 'hivemind status',
      fixed: false,
    }));
  },
};
