import { durationText, plural, sizeText } from '../../../../core/amount-text.ts';
import type { OutputOf } from '../../../../schema/operation.ts';

type Status = OutputOf<'status.show'>;
type Limit = Status['limits'][number];

const names: Record<Limit['name'], string> = {
  queue: 'Waiting to be written',
  queueBytes: 'Size of these',
  memory: 'In memory, not yet in a sealed table',
  memoryBytes: 'Size of these',
  lag: 'Oldest event that is not in LanceDB',
  rss: 'Memory of the daemon',
  diskFree: 'Free on disk',
};

/** A figure in its own unit. */
export const limitText = (value: number, unit: Limit['unit']): string =>
  unit === 'bytes' ? sizeText(value) : unit === 'ms' ? durationText(value) : plural(value, 'event');

const states = { ok: '', soft: 'getting much', hard: 'too much' } as const;
const lessStates = { ok: '', soft: 'getting little', hard: 'too little' } as const;

/** Figures that are kept within bounds, and how far each is from its own. */
export function Health({ status }: { status: Status }) {
  const { store, limits } = status;
  return (
    <>
      {store?.trouble != null && (
        <p className="bad" role="alert">
          {store.trouble} <code>hivemind doctor</code>
        </p>
      )}
      <ul className="rows limits">
        {limits.map((limit) => (
          <li key={limit.name}>
            <span className="row-main">
              {names[limit.name]}
              {limit.state !== 'ok' && (
                <strong className="bad">
                  {' '}
                  {(limit.name === 'diskFree' ? lessStates : states)[limit.state]}
                </strong>
              )}
            </span>
            <span className="row-aside">
              {limitText(limit.value, limit.unit)}
              {limit.hard !== null && (
                <span className="quiet">
                  {' '}
                  {limit.name === 'diskFree' ? 'at least' : 'of'} {limitText(limit.hard, limit.unit)}
                </span>
              )}
            </span>
          </li>
        ))}
        {store !== null && (
          <li>
            <span className="row-main">Size of the workspace</span>
            <span className="row-aside">{sizeText(store.sizeBytes)}</span>
          </li>
        )}
      </ul>
    </>
  );
}
