import { parseMoment } from '../core/moment.ts';
import { AppError } from '../schema/app-error.ts';

/** Epoch milliseconds of "7d" (so long ago) or of a date. INVALID_ARGUMENT names the field, and what can be typed. */
export function momentOf(field: string, text: string, now: number): number {
  const moment = parseMoment(text, now);
  if (moment !== null) return moment;
  throw new AppError('INVALID_ARGUMENT', `${field}: "${text}" is no time`, {
    hint: `such as --${field} 2h, --${field} 3d, --${field} 2026-05-01 or --${field} 2026-05-01T10:00`,
  });
}
