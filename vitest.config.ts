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
    // What failed is not to be looked for among three thousand lines of what did not.
    reporters: [process.env.HIVEMIND_CI ? 'dot' : ['default', { summary: false }], new CountReporter()],
  },
});
