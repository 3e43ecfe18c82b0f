import { useState } from 'react';
import { Answer } from '../../parts/answer.tsx';
import { BeforeAfter } from '../../parts/before-after.tsx';
import { lineOf } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { useCall } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';
import { usePlan } from './in-plan.ts';

const spans = { '1d': 'a day', '7d': 'a week', '30d': 'a month' } as const;
const shownChanges = 50;

/** How the plan has changed since a while ago. */
export function Drift() {
  const where = useWhere();
  const { open } = usePlan();
  const [since, setSince] = useState<keyof typeof spans>('7d');
  const [most, setMost] = useState(shownChanges);
  const called = useCall('plan.diff', { ...where, since });
  return (
    <section className="drift" aria-label="How the plan has changed">
      <label>
        Changes of the last{' '}
        <select value={since} onChange={({ target }) => setSince(target.value as keyof typeof spans)}>
          {Object.entries(spans).map(([span, text]) => (
            <option key={span} value={span}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <Answer called={called}>
        {({ changes, counts }) =>
          changes.length === 0 ? (
            <p className="quiet">Nothing has changed.</p>
          ) : (
            <>
              <p>
                {Object.entries(counts)
                  .map(([kind, many]) => `${many.toLocaleString('en')} ${kind}`)
                  .join(' · ')}
              </p>
              <ul className="drift-changes">
                {changes.slice(0, most).map(({ kind, id, title, field, before, after, by, at }) => (
                  <li key={`${id} ${field}`}>
                    <span className="chip">{kind}</span>{' '}
                    <button type="button" className="plain" onClick={() => open(id)}>
                      <bdi>{lineOf(title, 120)}</bdi>
                    </button>
                    {field !== 'item' && <BeforeAfter field={field} before={before} after={after} />}{' '}
                    <span className="quiet">
                      <bdi>{lineOf(by, 60)}</bdi>, <When at={at} />
                    </span>
                  </li>
                ))}
              </ul>
              {changes.length > most && (
                <button type="button" onClick={() => setMost(most + shownChanges)}>
                  {(changes.length - most).toLocaleString('en')} more
                </button>
              )}
            </>
          )
        }
      </Answer>
    </section>
  );
}
