const number = (value: number): string => value.toLocaleString('en');

/** Which part of a long list is shown, and the way to the others. */
export function Pager({
  skip,
  limit,
  total,
  onSkip,
}: {
  skip: number;
  limit: number;
  total: number;
  onSkip: (skip: number) => void;
}) {
  if (total <= limit && skip === 0) return null;
  const last = Math.max(0, Math.floor((total - 1) / limit) * limit);
  const until = Math.min(total, skip + limit);
  return (
    <nav className="pager" aria-label="Pages">
      <button type="button" disabled={skip === 0} onClick={() => onSkip(0)}>
        First
      </button>
      <button type="button" disabled={skip === 0} onClick={() => onSkip(Math.max(0, skip - limit))}>
        Newer
      </button>
      <span role="status">
        {total === 0 ? 'none' : `${number(Math.min(total, skip + 1))}–${number(until)} of ${number(total)}`}
      </span>
      <button type="button" disabled={until >= total} onClick={() => onSkip(skip + limit)}>
        Older
      </button>
      <button type="button" disabled={until >= total} onClick={() => onSkip(last)}>
        Last
      </button>
    </nav>
  );
}
