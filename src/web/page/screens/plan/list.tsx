import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { Mark } from '../../parts/mark.tsx';
import { lineOf } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { type Item, states, usePlan } from './in-plan.ts';
import { ItemMarks } from './item-marks.tsx';

const rowPx = 38;

/** The plan line by line, by state. Only lines in sight are in the page. */
export function List({ items, focus }: { items: readonly Item[]; focus: number }) {
  const { active, activate, open } = usePlan();
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: 12,
  });
  const at = items.findIndex(({ id }) => id === active);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the focus is asked for
  useEffect(() => {
    if (focus === 0 || at === -1) return;
    rows.scrollToIndex(at, { align: 'auto' });
    const frame = requestAnimationFrame(() =>
      scroll.current?.querySelector<HTMLElement>('[data-active]')?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [focus, at]);
  return (
    <div className="plan-list" ref={scroll}>
      <ul style={{ height: rows.getTotalSize() }} aria-label="Plan">
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const item = items[index];
          if (item === undefined) return null;
          const state = states.find((one) => one.state === item.state);
          return (
            <li
              key={key}
              data-index={index}
              ref={rows.measureElement}
              style={{ transform: `translateY(${start}px)` }}
              aria-setsize={items.length}
              aria-posinset={index + 1}
            >
              <button
                type="button"
                className="plan-row"
                data-active={item.id === active ? '' : undefined}
                data-item={item.id}
                onFocus={() => activate(item.id)}
                onClick={() => open(item.id)}
              >
                <span className="plan-row-state">
                  <Mark name={state?.mark ?? 'open'} tone={state?.tone ?? ''} /> {state?.label}
                </span>
                <bdi className="card-title">{lineOf(item.title, 200)}</bdi>
                <ItemMarks item={item} />
                <span className="quiet plan-row-when">
                  <When at={item.updatedAt} />
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
