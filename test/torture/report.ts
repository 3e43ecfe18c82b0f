/** What a driver found. Everything but `rounds`, `acked`, `notes` and `skipped` must be zero or empty. */
export interface Report {
  rounds: number;
  /** Events that were acknowledged, over all rounds. */
  acked: number;
  /** Acknowledged and not readable. */
  lost: number;
  /** Readable more than once. */
  doubled: number;
  /** Readable although the answer said that they were not stored. */
  unAckedClaimed: number;
  /** Whatever else must not be, each with its round: other text than was sent, another order, a store that does not heal. */
  failures: string[];
  notes: string[];
  /** Why nothing was run; null when it was. */
  skipped: string | null;
  /** Directories and images of failed rounds, left where they are. */
  kept: string[];
}

export interface DriverOptions {
  rounds: number;
  seed: number;
  /** Called with one line of progress at a time. */
  log(line: string): void;
  /** Leaves the data of every round, not only of failed ones. */
  keep?: boolean;
  /** Part of the long form that a round does: 1 all, smaller for the short form. */
  scale?: number;
}

export interface Driver {
  name: string;
  summary: string;
  /** Rounds of the long form. */
  rounds: number;
  run(options: DriverOptions): Promise<Report>;
}

export const emptyReport = (): Report => ({
  rounds: 0,
  acked: 0,
  lost: 0,
  doubled: 0,
  unAckedClaimed: 0,
  failures: [],
  notes: [],
  skipped: null,
  kept: [],
});

export const skippedReport = (reason: string): Report => ({ ...emptyReport(), skipped: reason });

/** Whether the report says that everything held. */
export const isGood = (report: Report): boolean =>
  report.lost + report.doubled + report.unAckedClaimed + report.failures.length === 0;
