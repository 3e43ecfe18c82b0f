const day = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
const hour = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false });
const second = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hour12: false });
const dayMs = 86_400_000;

/** A moment on an axis that spans `spanMs`: the day, and the hour where the span is short, of minutes the time alone. */
export function momentText(at: number, spanMs: number): string {
  const date = new Date(at);
  if (spanMs > 8 * dayMs) return day.format(date);
  return spanMs < 600_000 ? second.format(date) : `${day.format(date)}, ${hour.format(date)}`;
}

/** What stands below a picture whose x axis is the time. */
export function TimeAxis({ from, to }: { from: number; to: number }) {
  const spanMs = to - from;
  return (
    <div className="time-axis" aria-hidden="true">
      <span>{momentText(from, spanMs)}</span>
      <span>{momentText(from + spanMs / 2, spanMs)}</span>
      <span>{momentText(to, spanMs)}</span>
    </div>
  );
}
