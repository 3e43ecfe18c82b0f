import { useState } from 'react';
import { Answer } from '../../parts/answer.tsx';
import { BeforeAfter } from '../../parts/before-after.tsx';
import { fieldText, lineOf } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { useCall } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';
import type { Item } from './in-plan.ts';

const shownWrites = 30;

/** Every change of an item, the latest first, asked for when it is wanted. */
export function ItemHistory({ item }: { item: Item }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <section className="item-part">
      <h3>
        <button type="button" className="plain" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? 'Hide history' : 'History'}
        </button>
      </h3>
      {isOpen && <Writes key={item.event} id={item.id} />}
    </section>
  );
}

function Writes({ id }: { id: string }) {
  const where = useWhere();
  const [most, setMost] = useState(shownWrites);
  const called = useCall('plan.history', { ...where, item: id });
  return (
    <Answer called={called}>
      {({ writes }) => (
        <>
          <ol className="history">
            {writes
              .toReversed()
              .slice(0, most)
              .map(({ event, by, agent, at, branch, mergedBy, fields }) => (
                <li key={event}>
                  <p className="quiet">
                    <strong>
                      <bdi>{lineOf(agent === by ? by : `${by} (${agent})`, 80)}</bdi>
                    </strong>{' '}
                    <When at={at} />
                    {mergedBy !== null && ` · merged from ${lineOf(branch, 80)}`}
                  </p>
                  {fields.map(({ field, before, after, contested }) => (
                    <div key={field} className="history-field">
                      <span className="quiet">
                        {fieldText(field)}
                        {contested && ' (contested)'}
                      </span>
                      <BeforeAfter field={field} before={before} after={after} />
                    </div>
                  ))}
                </li>
              ))}
          </ol>
          {writes.length > most && (
            <button type="button" onClick={() => setMost(most + shownWrites)}>
              {(writes.length - most).toLocaleString('en')} earlier
            </button>
          )}
        </>
      )}
    </Answer>
  );
}
