import { parseDuration, parseMoment } from '../moment.ts';

const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;
const SHIFT = /^([+-])\s*(.+)$/;

/** The years that ISO 8601 writes with four digits, from 1970 on. */
const latestMs = Date.UTC(9999, 11, 31);

/**
 * Epoch milliseconds of a place in a replay as people type it: a time of the day of the step that is shown (14:05), so
 * much before or behind it (-2h, +10min), or a date or time in ISO 8601. Null when it is none of them.
 */
export function seekMoment(text: string, here: number): number | null {
  const typed = text.trim();
  const [, sign, length] = SHIFT.exec(typed) ?? [];
  const moment = length === undefined ? absolute(typed, here) : shifted(here, sign, parseDuration(length));
  return moment !== null && moment >= 0 && moment <= latestMs ? moment : null;
}

const shifted = (here: number, sign: string | undefined, by: number | null): number | null =>
  by === null ? null : here + (sign === '-' ? -by : by);

function absolute(typed: string, here: number): number | null {
  const [, hours, minutes, seconds = '0'] = TIME_OF_DAY.exec(typed) ?? [];
  if (hours === undefined) return parseMoment(typed, here);
  const day = new Date(here);
  return day.setHours(Number(hours), Number(minutes), Number(seconds), 0);
}
