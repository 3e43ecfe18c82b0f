import { useEffect, useRef } from 'react';
import { Answer } from '../../parts/answer.tsx';
import { Mark } from '../../parts/mark.tsx';
import { lineOf, Said, valueText } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { useCall } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';
import { type Change, type Item, usePlan } from './in-plan.ts';
import { ItemForm } from './item-form.tsx';
import { ItemHistory } from './item-history.tsx';
import { ItemTies } from './item-ties.tsx';
import { Obstacles } from './obstacles.tsx';

/** Everything about one item, beside the board. */
export function ItemPane({ id, onClose }: { id: string; onClose: () => void }) {
  const where = useWhere();
  const { items } = usePlan();
  const pane = useRef<HTMLElement>(null);
  const known = items.get(id);
  // Asked for again whenever the plan knows of another write to it.
  const called = useCall('plan.show', { ...where, item: id });
  const { refresh } = called;
  const event = known?.event;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new write is a reason to ask again
  useEffect(refresh, [event, refresh]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another item takes the focus
  useEffect(() => pane.current?.focus(), [id]);
  return (
    <aside className="item-pane" ref={pane} tabIndex={-1} aria-label="Plan item">
      <button type="button" className="plain item-close" onClick={onClose}>
        Close <kbd>Esc</kbd>
      </button>
      <Answer called={called}>
        {({ items: [item], detail }) =>
          item === undefined || item.id !== id ? (
            <p className="quiet">Loading…</p>
          ) : (
            <div key={item.id}>
              <ItemForm item={item} />
              <Contested item={item} />
              <Obstacles item={item} />
              {detail !== null && <ItemTies item={item} detail={detail} />}
              <ItemHistory item={item} />
            </div>
          )
        }
      </Answer>
    </aside>
  );
}

/** What can be given to a field by taking one of its values; other fields are set in their own ways. */
function changeTo(field: string, value: unknown): Change | null {
  if (field === 'title' || field === 'note' || field === 'owner') return { [field]: String(value ?? '') };
  if (field === 'state') return { state: value as Item['state'] };
  if (field === 'priority' && typeof value === 'number') return { priority: value };
  return null;
}

/** Values that others wrote without having seen the ones that are shown. */
function Contested({ item }: { item: Item }) {
  const { change } = usePlan();
  if (item.contested.length === 0) return null;
  return (
    <section className="item-part">
      <h3 className="bad">
        <Mark name="conflict" /> Contested
      </h3>
      <p className="quiet">Written without having seen what is shown above. Taking either settles it.</p>
      <ul>
        {item.contested.map(({ field, value, by, at, event }) => {
          const [theirs, ours] = [changeTo(field, value), changeTo(field, item[field as keyof Item])];
          return (
            <li key={`${field} ${event}`}>
              <span className="quiet">{lineOf(field, 60)}</span> <Said text={valueText(value)} />{' '}
              <span className="quiet">
                <bdi>{lineOf(by, 60)}</bdi>, <When at={at} />
              </span>{' '}
              {theirs !== null && (
                <button type="button" onClick={() => void change(item, theirs)}>
                  Take this
                </button>
              )}{' '}
              {ours !== null && (
                <button type="button" onClick={() => void change(item, ours)}>
                  Keep what is shown
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
