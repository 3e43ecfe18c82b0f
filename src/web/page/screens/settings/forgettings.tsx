import { countText } from '../../../../core/amount-text.ts';
import { Answer } from '../../parts/answer.tsx';
import { lineOf } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { Wide } from '../../parts/wide.tsx';
import { useCall } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';

const mostShown = 50;

/** What was forgotten or pruned, and where it may still be. */
export function Forgettings() {
  const { workspace } = useWhere();
  const called = useCall('event.forgettings', { workspace });
  return (
    <section aria-labelledby="forgotten">
      <h2 id="forgotten">Forgotten</h2>
      <Answer called={called}>
        {({ forgettings, remaining }) =>
          forgettings.length === 0 ? (
            <p>
              Nothing was ever forgotten here. One note can be forgotten on the memory screen; whole sessions,
              people and words by <code>hivemind forget</code>
            </p>
          ) : (
            <>
              <Wide label="Forgotten">
                <table>
                  <caption className="unseen">What was forgotten or pruned</caption>
                  <thead>
                    <tr>
                      <th scope="col">When</th>
                      <th scope="col">Events</th>
                      <th scope="col">How</th>
                      <th scope="col">Who</th>
                      <th scope="col">Why</th>
                      <th scope="col">State</th>
                    </tr>
                  </thead>
                  <tbody>
                    {forgettings
                      .slice(-mostShown)
                      .reverse()
                      .map(({ event, at, count, kind, by, who, why, state }) => (
                        <tr key={event}>
                          <td>
                            <When at={at} />
                          </td>
                          <td>{countText(count)}</td>
                          <td>
                            {kind}, by {by}
                          </td>
                          <td>{lineOf(who, 60)}</td>
                          <td>{why === '' ? '–' : lineOf(why, 200)}</td>
                          <td className={state === 'done' ? 'good' : 'warn'}>
                            {state === 'done' ? '✓ in no file of this machine' : '⚠ is tried again'}
                          </td>
                        </tr>
                      ))}
                  </tbody>
                </table>
              </Wide>
              {remaining.backups.length > 0 && (
                <p className="warn">
                  ⚠ It may still be in {remaining.backups.length} back-ups:{' '}
                  {remaining.backups
                    .slice(0, 10)
                    .map(({ file }) => lineOf(file, 200))
                    .join(', ')}
                </p>
              )}
              {remaining.machines.length > 0 && (
                <p className="warn">
                  ⚠ {remaining.machines.length} machines of the bucket have not seen the order yet.
                </p>
              )}
            </>
          )
        }
      </Answer>
    </section>
  );
}
