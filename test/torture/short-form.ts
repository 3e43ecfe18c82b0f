import { expect, type TestContext } from 'vitest';
import type { Driver } from './report.ts';

/** A driver's short form as a test: the same run every time, so that a failure is the change's own. */
export const shortForm =
  (driver: Driver, rounds: number, scale = 0.3) =>
  async (context: TestContext): Promise<void> => {
    const lines: string[] = [];
    const report = await driver.run({ rounds, seed: 20_261_121, scale, log: (line) => lines.push(line) });
    if (report.skipped !== null) return context.skip(report.skipped);
    const { lost, doubled, unAckedClaimed, failures, kept } = report;
    const said = [...lines, ...report.notes, ...kept.map((path) => `kept: ${path}`)].join('\n');
    expect({ lost, doubled, unAckedClaimed, failures }, said).toEqual({
      lost: 0,
      doubled: 0,
      unAckedClaimed: 0,
      failures: [],
    });
    expect(report.rounds).toBe(rounds);
    expect(report.acked).toBeGreaterThan(0);
  };
