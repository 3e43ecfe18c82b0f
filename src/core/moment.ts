const units: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

const AGO = /^(\d{1,6})\s*(s|min|m|h|d|w)$/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Milliseconds of a length of time as people type it: `30s`, `30min`, `2h`, `3d`, `1w`. Null when it is none. */
export function parseDuration(text: string): number | null {
  const [, count, unit] = AGO.exec(text.trim()) ?? [];
  return count === undefined ? null : Number(count) * (units[unit ?? ''] ?? 0);
}

/**
 * Epoch milliseconds of a moment as people type it: `30min`, `2h`, `3d`, `1w` before `now`, a date (its beginning, in
 * the local time zone) or a time in ISO 8601. Null when it is none of them.
 */
export function parseMoment(text: string, now: number): number | null {
  const trimmed = text.trim();
  const ago = AGO.exec(trimmed);
  if (ago !== null) return now - Number(ago[1]) * (units[ago[2] ?? ''] ?? 0);
  if (!DATE.test(trimmed)) return null;
  // A date alone is read as UTC by the language, as local time by people.
  const at = Date.parse(trimmed.length === 10 ? `${trimmed}T00:00` : trimmed);
  return Number.isNaN(at) ? null : at;
}
