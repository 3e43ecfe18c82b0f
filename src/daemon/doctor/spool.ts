import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../schema/operations/doctor.ts';
import type { Check } from './check.ts';

/** Payloads that wait although the daemon runs: a few are on their way, many are stuck. */
const manyPayloads = 100;

const countIn = (folder: string): Promise<number> =>
  readdir(folder).then(
    (names) => names.length,
    () => 0,
  );

/** What hooks left and the daemon has not taken in. */
export const spool: Check = {
  name: 'spool',
  run: async ({ engine, fix }) => {
    const findings: Omit<Finding, 'check'>[] = [];
    const { daemon } = engine;
    const before = await daemon.spooled();
    if (before > manyPayloads) {
      if (fix) await daemon.drain();
      const left = await daemon.spooled();
      findings.push({
        level: 'error',
        what: `${before} payloads of hooks wait in the spool`,
        hint: 'hivemind daemon logs says why they are not taken in',
        fixed: fix && left <= manyPayloads,
      });
    }
    const dropped = await daemon.spoolDropped();
    if (dropped !== null)
      findings.push({
        level: 'error',
        what: `the spool was full: hooks dropped ${dropped.count} payloads in the last week`,
        hint: 'hivemind import: the transcripts still hold what was dropped',
        fixed: false,
      });
    const refused = await countIn(join(daemon.home, 'spool', 'refused'));
    if (refused > 0)
      findings.push({
        level: 'error',
        what: `${refused} payloads could not be taken in and were set aside`,
        hint: `hivemind daemon logs says why; move them from ${join(daemon.home, 'spool', 'refused')} back into spool to try again`,
        fixed: false,
      });
    const unplaced = await countIn(join(daemon.home, 'spool', 'unplaced'));
    if (unplaced > 0)
      findings.push({
        level: 'warning',
        what: `${unplaced} payloads do not say where they belong`,
        hint: `look at them in ${join(daemon.home, 'spool', 'unplaced')}, then delete them`,
        fixed: false,
      });
    return findings;
  },
};
