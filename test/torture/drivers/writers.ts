import { type Driver, skippedReport } from '../report.ts';

/** Two and more writers on one bucket beside a compactor, and the faults of a bucket. */
export const writers: Driver = {
  name: 'writers',
  summary: 'several writers and a compactor on one bucket',
  rounds: 50,
  run: async () => skippedReport('there is no driver for a bucket yet'),
};
