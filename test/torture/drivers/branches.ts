import { inspect } from 'node:util';
import { playRound } from '../../world/branch-rounds.ts';
import { createRandom } from '../../world/random.ts';
import { type Driver, type DriverOptions, emptyReport, isGood, type Report } from '../report.ts';

/** Random forests of branches in a store that is sealed, closed and opened again, under several writers. */
export const branches: Driver = {
  name: 'branches',
  summary: 'forests of branches: every door held to a naive model of what is seen',
  rounds: 200,
  run: runBranches,
};

async function runBranches({ rounds, seed, scale = 1, log }: DriverOptions): Promise<Report> {
  const report = emptyReport();
  const random = createRandom(seed);
  while (report.rounds < rounds && isGood(report)) {
    report.rounds += 1;
    // Small ones find the most; now and then one with more branches than a filter names one by one.
    const steps = Math.ceil(scale * random.pick([20, 40, 120]));
    const own = random.int(1, 1e9);
    try {
      const { events, branches: lines } = await playRound(own, { steps, branches: 5 });
      report.acked += events;
      log(`round ${report.rounds} (seed ${own}): ${events} events on ${lines} branches`);
    } catch (error) {
      report.failures.push(`round ${report.rounds}: ${inspect(error)}`);
    }
  }
  return report;
}
