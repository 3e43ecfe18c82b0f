const steps: [number, Intl.RelativeTimeFormatUnit][] = [
  [60_000, 'second'],
  [3_600_000, 'minute'],
  [86_400_000, 'hour'],
  [2_592_000_000, 'day'],
  [31_536_000_000, 'month'],
];
const unitMs: Record<string, number> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  month: 2_592_000_000,
  year: 31_536_000_000,
};
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** `at`, in epoch milliseconds, as people say it: 5 minutes ago. */
export function agoText(at: number, nowMs = Date.now()): string {
  const awayMs = at - nowMs;
  const unit = steps.find(([most]) => Math.abs(awayMs) < most)?.[1] ?? 'year';
  return relative.format(Math.round(awayMs / (unitMs[unit] ?? 1000)), unit);
}

/** A moment: how long ago it was, and when exactly. */
export function When({ at }: { at: number }) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>unknown</span>;
  return (
    <time dateTime={date.toISOString()} title={date.toLocaleString()}>
      {agoText(at)}
    </time>
  );
}
