import type { Remembered } from '../../../../schema/operations/memory.ts';
import { Failure } from '../../parts/answer.tsx';
import { lineOf, Said } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { useWhere } from '../../where.tsx';
import { useAct } from '../shelf/act.ts';
import { itemOf } from './names.ts';

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What belongs to the value that an event wrote: of the one that is shown as it is shown, of another what it wrote itself. */
function sideOf(memory: Remembered, event: string): { reason: string; alternatives: string[] } {
  const of = (field: string): unknown =>
    memory.contested.find((one) => one.field === field && one.event === event)?.value;
  const alternatives = of('alternatives');
  return {
    reason: String(of('reason') ?? memory.reason),
    alternatives: (Array.isArray(alternatives)
      ? (alternatives as Remembered['alternatives'])
      : memory.alternatives
    ).map(({ choice, reason }) => (reason === '' ? choice : `${choice}: ${reason}`)),
  };
}

/** Values that were written without having seen each other, side by side; the one that is kept is written once more and ends it. */
export function Contested({
  memory,
  onDone,
}: {
  memory: Remembered;
  onDone: (said: string, next: string | null) => void;
}) {
  const { kind, contested, text, by, at } = memory;
  const said = kind === 'decision' ? 'choice' : 'rule';
  const others = contested.filter(({ field }) => field === said);
  const decide = useAct('memory.decide');
  const agree = useAct('memory.agree');
  const where = useWhere();
  if (contested.length === 0) return null;
  const keep = async ({ value, event }: { value: unknown; event: string }): Promise<void> => {
    const kept = valueText(value);
    // All of a side stays, not its value alone: whatever is not said again would be gone.
    const side = sideOf(memory, event);
    const because = side.reason === '' ? {} : { why: side.reason };
    const { title, paths } = memory;
    const done =
      kind === 'decision'
        ? await decide.run({
            ...where,
            subject: title,
            choice: kept,
            paths,
            alternative: side.alternatives,
            ...because,
          })
        : await agree.run({ ...where, name: title, rule: kept, paths, ...because });
    if (done !== null) onDone('Settled: one value stands now.', itemOf(memory));
  };
  const isBusy = decide.isBusy || agree.isBusy;
  const error = decide.error ?? agree.error;
  return (
    <section className="contest" aria-label="Contested">
      <h3 className="warn">⚠ Contested: written without having seen each other</h3>
      {others.length > 0 && (
        <div className="sides">
          {[{ value: text, by, at, event: memory.event }, ...others].map((side, place) => (
            <div key={side.event} className="side">
              <p className="meta">
                <span className="badge">{place === 0 ? 'shown' : 'other'}</span>
                <span>{lineOf(side.by, 60)}</span>
                <When at={side.at} />
              </p>
              <Said text={valueText(side.value)} most={600} />
              <button type="button" disabled={isBusy} onClick={() => keep(side)}>
                Keep this one
              </button>
            </div>
          ))}
        </div>
      )}
      <ul>
        {contested
          .filter(({ field }) => field !== said)
          .map(({ field, value, by: who, event }) => (
            <li key={`${field}${event}`}>
              {lineOf(field, 60)}: {lineOf(valueText(value), 300)}{' '}
              <span className="quiet">{lineOf(who, 60)}</span>
            </li>
          ))}
      </ul>
      {error !== null && <Failure error={error} />}
    </section>
  );
}
