import { useMemo, useState } from 'react';
import { type CallError, call } from '../../api.ts';
import { asCallError, type Called, useCall } from '../../use-call.ts';
import { useNews } from '../../use-news.ts';
import { useThrottled } from '../../use-throttled.ts';
import { useWhere } from '../../where.tsx';
import type { Change, Claim, Item, Offer, State } from './in-plan.ts';

interface Loaded {
  items: Item[];
}

export interface PlanData {
  called: Called<Loaded>;
  items: ReadonlyMap<string, Item>;
  offers: ReadonlyMap<string, Offer>;
  claims: ReadonlyMap<string, Claim>;
  /** What went wrong with the last change; null: nothing. */
  error: CallError | null;
  /** What was done last, to be read out. */
  said: string;
  change(item: Item, change: Change): Promise<boolean>;
  refresh(): void;
}

/** How often news make the plan be asked for again, at the most. */
const quietMs = 1500;

/** The plan as it is, what can be begun, and a way to change it; it follows what others do. */
export function usePlanData(): PlanData {
  const where = useWhere();
  const shown = useCall('plan.show', where);
  const next = useCall('plan.next', { ...where, limit: 1000 });
  const [error, setError] = useState<CallError | null>(null);
  const [said, setSaid] = useState('');
  // A card that was moved is shown where it goes while that is being written.
  const [moving, setMoving] = useState<ReadonlyMap<string, State>>(new Map());
  const refresh = (): void => {
    shown.refresh();
    next.refresh();
  };
  useNews(where, /^(plan|claim|merge)\./, useThrottled(refresh, quietMs));
  const items = useMemo(
    () =>
      new Map(
        (shown.data?.items ?? []).map((item): [string, Item] => [
          item.id,
          { ...item, state: moving.get(item.id) ?? item.state },
        ]),
      ),
    [shown.data, moving],
  );
  const offers = useMemo(
    () => new Map((next.data?.offers ?? []).map((offer) => [offer.item.id, offer])),
    [next.data],
  );
  const claims = useMemo(
    () =>
      new Map(
        (shown.data?.claims ?? []).flatMap((claim) => (claim.item === null ? [] : [[claim.item, claim]])),
      ),
    [shown.data],
  );
  const change = async (item: Item, wanted: Change): Promise<boolean> => {
    const { state } = wanted;
    if (state !== undefined) setMoving((before) => new Map(before).set(item.id, state));
    try {
      const { notes } = await call('plan.set', { ...where, item: item.id, ...wanted });
      setError(null);
      setSaid([`${item.title} is written`, ...notes].join('. '));
      return true;
    } catch (failed) {
      setError(asCallError(failed));
      return false;
    } finally {
      refresh();
      setMoving((before) => new Map([...before].filter(([id]) => id !== item.id)));
    }
  };
  const called = { ...shown, data: shown.data === null ? null : { items: [...items.values()] } };
  return { called, items, offers, claims, error, said, change, refresh };
}
