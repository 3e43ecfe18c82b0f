import { AppError } from '../schema/app-error.ts';

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

/** Epoch milliseconds of "7d" (so long ago) or of a date. INVALID_ARGUMENT names what can be typed. */
export function momentOf(text: string, now: number): number {
  const ago = /^(\d{1,6})\s*([mhdw])(?: ago)?$/.exec(text.trim());
  if (ago !== null) return now - Number(ago[1]) * unitMs[ago[2] as keyof typeof unitMs];
  const date = /^\d{4}-\d\d-\d\d/.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN;
  if (!Number.isNaN(date)) return date;
  throw new AppError('INVALID_ARGUMENT', `--since: "${text.slice(0, 40)}" is no moment in the past`, {
    hint: '--since 90m, --since 12h, --since 7d, or --since 2026-01-31',
  });
}
