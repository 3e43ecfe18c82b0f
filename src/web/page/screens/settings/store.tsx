import { countText, durationText, sizeText } from '../../../../core/amount-text.ts';
import type { OutputOf } from '../../../../schema/operation.ts';
import { Answer } from '../../parts/answer.tsx';
import { lineOf } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { Wide } from '../../parts/wide.tsx';
import { type Called, useCall } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';
import { limitText } from '../overview/health.tsx';

type Status = OutputOf<'status.show'>;
type Limit = Status['limits'][number];

const limitNames: Readonly<Record<Limit['name'], string>> = {
  queue: 'events that wait to be stored',
  queueBytes: 'bytes that wait to be stored',
  memory: 'events in memory',
  memoryBytes: 'bytes of events in memory',
  lag: 'how long the oldest waits for LanceDB',
  rss: 'memory of the process',
  diskFree: 'room left on the disk',
};
const states = { ok: '✓ fine', soft: '⚠ near its bound', hard: '✗ past its bound' } as const;
const tones = { ok: 'good', soft: 'warn', hard: 'bad' } as const;

/** Where it is stored, what it takes, and how near it is to its bounds. */
export function Store({ status }: { status: Called<Status> }) {
  return (
    <section aria-labelledby="store">
      <h2 id="store">Store and limits</h2>
      <Answer called={status}>
        {(shown) => (
          <>
            {shown.missing.length > 0 && (
              <ul className="todo">
                {shown.missing.map((step) => (
                  <li key={step} className="warn">
                    ⚠ {lineOf(step, 400)}
                  </li>
                ))}
              </ul>
            )}
            <Limits limits={shown.limits} />
          </>
        )}
      </Answer>
      <Kept />
    </section>
  );
}

function Limits({ limits }: { limits: readonly Limit[] }) {
  if (limits.length === 0) return null;
  return (
    <Wide label="Limits">
      <table>
        <caption className="unseen">Figures that are kept within bounds</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Now</th>
            <th scope="col">Bounds</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {limits.map(({ name, value, unit, soft, hard, state }) => (
            <tr key={name}>
              <th scope="row">{limitNames[name]}</th>
              <td>{limitText(value, unit)}</td>
              <td>
                {[soft, hard]
                  .filter((bound) => bound !== null)
                  .map((bound) => limitText(bound, unit))
                  .join(', then ') || '–'}
              </td>
              <td className={tones[state]}>{states[state]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function Kept() {
  const { workspace } = useWhere();
  const called = useCall('store.stats', { workspace });
  return (
    <Answer called={called}>
      {({ events, lost, tables, tail, disk, journal, upkeep }) => (
        <dl className="facts">
          <Line name="events">
            {countText(events)}
            {lost > 0 && <span className="bad"> · {countText(lost)} were lost and given up</span>}
          </Line>
          <Line name="waiting">
            {tail.events === 0 ? (
              'none: everything is in LanceDB'
            ) : (
              <>
                {countText(tail.events)} acknowledged and not yet in LanceDB
                {tail.since !== null && (
                  <>
                    , the oldest <When at={tail.since} />
                  </>
                )}
              </>
            )}
          </Line>
          <Line name="disk">
            {sizeText(disk.totalBytes)}: tables {sizeText(disk.tableBytes)}, journal{' '}
            {sizeText(disk.journalBytes)}, stored fields {sizeText(disk.fieldsBytes)}, snapshots{' '}
            {sizeText(disk.snapshotBytes)}
            {events > 0 && ` (${Math.round(disk.bytesPerEvent)} bytes an event)`}
          </Line>
          <Line name="tables">
            {tables.length} · journal segments {journal.segments}, of them compressed {journal.compressed}
          </Line>
          <Line name="upkeep">
            {upkeep.trouble !== null ? (
              <span className="bad">✗ {lineOf(upkeep.trouble, 300)}</span>
            ) : upkeep.last === null ? (
              'nothing was due since the workspace was opened'
            ) : (
              <>
                last <When at={upkeep.last.at} />, {durationText(upkeep.last.durationMs)}
              </>
            )}
          </Line>
          <Line name="check">
            <code>hivemind store verify</code> reads and compares every byte; <code>hivemind doctor</code>{' '}
            looks at everything else
          </Line>
        </dl>
      )}
    </Answer>
  );
}

const Line = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
