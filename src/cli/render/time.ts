const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number): string => String(value).padStart(2, '0');

/** Local date, such as 2026-11-21; a time that no calendar has is a question mark. */
export function dayText(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '?';
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Local time of day, such as 14:03:09. */
export function clockText(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '?';
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** How long ago, as people say it; a date when it is more than a month ago. */
export function agoText(at: number, now: number): string {
  const age = now - at;
  if (age < -MINUTE) return `${dayText(at)} ${clockText(at)}`;
  if (age < MINUTE) return 'just now';
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  if (age < 31 * DAY) return `${Math.floor(age / DAY)} d ago`;
  return dayText(at);
}
