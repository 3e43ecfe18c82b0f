import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { Mark } from '../../parts/mark.tsx';
import { lineOf } from '../../parts/said.tsx';
import { type Item, labelOf, type State, states, usePlan } from './in-plan.ts';
import { ItemMarks } from './item-marks.tsx';

const cardPx = 74;

/** The plan in columns, one for each state. Only cards in sight are in the page. */
export function Board({
  columns,
  focus,
  shown,
  show,
}: {
  columns: Readonly<Record<State, readonly Item[]>>;
  /** Grows when the active card is to have the focus. */
  focus: number;
  /** The column that is seen where there is room for one only. */
  shown: State;
  show: (state: State) => void;
}) {
  return (
    <>
      <label className="column-choice">
        <span className="unseen">Column</span>
        <select value={shown} onChange={({ target }) => show(target.value as State)}>
          {states.map(({ state, label }) => (
            <option key={state} value={state}>
              {label} ({columns[state].length})
            </option>
          ))}
        </select>
      </label>
      <div className="board" data-shown={shown}>
        {states.map(({ state }) => (
          <Column key={state} state={state} items={columns[state]} focus={focus} />
        ))}
      </div>
    </>
  );
}

function Column({ state, items, focus }: { state: State; items: readonly Item[]; focus: number }) {
  const { active, items: all, change } = usePlan();
  const [isOver, setIsOver] = useState(false);
  const scroll = useRef<HTMLDivElement>(null);
  const cards = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => cardPx,
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: 6,
    gap: 6,
  });
  const at = items.findIndex(({ id }) => id === active);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the focus is asked for
  useEffect(() => {
    if (focus === 0 || at === -1) return;
    cards.scrollToIndex(at, { align: 'auto' });
    // It is in the page once the column has been drawn where it was scrolled to.
    const frame = requestAnimationFrame(() =>
      scroll.current?.querySelector<HTMLElement>('[data-active]')?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [focus, at]);
  const mark = states.find((one) => one.state === state);
  return (
    <section
      className={isOver ? 'column over' : 'column'}
      data-state={state}
      aria-label={labelOf(state)}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        const item = all.get(event.dataTransfer.getData('text/plain'));
        if (item !== undefined && item.state !== state) void change(item, { state });
      }}
    >
      <h2>
        <Mark name={mark?.mark ?? 'open'} tone={mark?.tone ?? ''} /> {labelOf(state)}{' '}
        <span className="quiet">{items.length.toLocaleString('en')}</span>
      </h2>
      <div className="column-cards" ref={scroll}>
        <ul style={{ height: cards.getTotalSize() }}>
          {cards.getVirtualItems().map(({ index, key, start }) => {
            const item = items[index];
            return (
              item !== undefined && (
                <li
                  key={key}
                  data-index={index}
                  ref={cards.measureElement}
                  style={{ transform: `translateY(${start}px)` }}
                  aria-setsize={items.length}
                  aria-posinset={index + 1}
                >
                  <Card item={item} />
                </li>
              )
            );
          })}
        </ul>
      </div>
    </section>
  );
}

function Card({ item }: { item: Item }) {
  const { active, activate, open } = usePlan();
  const isActive = active === item.id;
  return (
    <button
      type="button"
      className="card"
      draggable
      data-active={isActive ? '' : undefined}
      data-item={item.id}
      onFocus={() => activate(item.id)}
      onClick={() => open(item.id)}
      onDragStart={({ dataTransfer }) => dataTransfer.setData('text/plain', item.id)}
    >
      <bdi className="card-title">{lineOf(item.title, 160)}</bdi>
      <ItemMarks item={item} />
    </button>
  );
}
