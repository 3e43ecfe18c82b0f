import { countText } from '../../../../core/amount-text.ts';
import { useQuery } from '../../parts/query.ts';

/** How many rows the address leaves out before those that are shown. */
export const skippedIn = (query: URLSearchParams): number =>
  Math.max(0, Math.trunc(Number(query.get('skip') ?? 0)) || 0);

/** Which part of a long list is shown, and the way to the others. */
export function Pager({ limit, total }: { limit: number; total: number }) {
  const { query, ask } = useQuery();
  const skip = skippedIn(query);
  const onSkip = (next: number): void => ask({ skip: next === 0 ? null : String(next) }, true);
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
        {total === 0
          ? 'none'
          : `${countText(Math.min(total, skip + 1))}–${countText(until)} of ${countText(total)}`}
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
