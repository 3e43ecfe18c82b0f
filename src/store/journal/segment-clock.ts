import { stat } from 'node:fs/promises';
import { listSegments } from './names.ts';

/** A longer absence may as well be a clock that is wrong: it is not counted. */
const mostAbsenceMs = 24 * 60 * 60 * 1000;

/**
 * The time (epoch ms) by which the age of a journal's segments is told: it goes on evenly whatever is done to the
 * system's clock, and begins no later than a day after the journal was last written. Call it before anything is written.
 */
export async function segmentClock(directory: string): Promise<() => number> {
  const last = (await listSegments(directory)).at(-1);
  const lastWritten = last === undefined ? Number.POSITIVE_INFINITY : (await stat(last.path)).mtimeMs;
  const startedAt = Math.min(Date.now(), lastWritten + mostAbsenceMs);
  const start = performance.now();
  return () => startedAt + performance.now() - start;
}
