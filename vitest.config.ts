import { defineConfig } from 'vitest/config';
import { CountReporter } from './scripts/count-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/world/seed.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // On a machine that others share, a hiccup is not to hide what a change did: the reporter names what needed this.
    retry: process.env.HIVEMIND_CI ? 1 : 0,
    reporters: [['default', { summary: false }], new CountReporter()],
  },
});
