import { memo, useMemo } from 'react';
import { safeLine } from '../../../core/safe-text.ts';
import type { OutputOf } from '../../../schema/operation.ts';
import '../style/timeline.css';

type Lane = OutputOf<'replay.lanes'>['lanes'][number];
export type TimelineData = Pick<
  OutputOf<'replay.lanes'>,
  'from' | 'to' | 'bucketMs' | 'first' | 'lanes' | 'total'
>;

const heightUnits = 20;
const barUnits = 11;

/** One path for all bars of a lane: hundreds of elements would cost more than they show. */
function barsPath(counts: readonly number[], most: number): string {
  return counts
    .map((count, index) => {
      if (count === 0) return '';
      const height = Math.max(2, (Math.log1p(count) / Math.log1p(most)) * barUnits);
      return `M${index} ${heightUnits - 4}h.8v${-height.toFixed(2)}h-.8z`;
    })
    .join('');
}

const marksPath = (counts: readonly number[], top: number): string =>
  counts.map((count, index) => (count === 0 ? '' : `M${index} ${top}h.8v2.6h-.8z`)).join('');

const Bars = memo(function Bars({ lane, most }: { lane: Lane; most: number }) {
  const width = Math.max(1, lane.steps.length);
  return (
    <svg viewBox={`0 0 ${width} ${heightUnits}`} preserveAspectRatio="none" aria-hidden="true">
      <path className="lane-steps" d={barsPath(lane.steps, most)} />
      <path className="lane-edits" d={marksPath(lane.edits, heightUnits - 3)} />
      <path className="lane-failures" d={marksPath(lane.failures, 0.4)} />
    </svg>
  );
});

/** Who worked when: a lane for each session. A click goes to the first step of that moment. */
export function TimelineLanes({
  data,
  at,
  current,
  onSeek,
}: {
  data: TimelineData;
  /** Epoch milliseconds of the step that is shown; null: not known yet. */
  at: number | null;
  /** Session of that step. */
  current: string | null;
  onSeek: (step: number) => void;
}) {
  const most = useMemo(() => Math.max(1, ...data.lanes.map(({ steps }) => Math.max(0, ...steps))), [data]);
  const spanMs = Math.max(1, data.to - data.from);
  const share = at === null ? null : Math.max(0, Math.min(1, (at - data.from) / spanMs));
  const seek = (event: React.MouseEvent<HTMLElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const bucket = Math.floor(((event.clientX - left) / Math.max(1, width)) * data.first.length);
    const step = data.first[Math.max(0, Math.min(data.first.length - 1, bucket))];
    if (step !== undefined) onSeek(step);
  };
  return (
    <div className="lanes">
      {data.lanes.map((lane) => (
        <div key={lane.session} className={lane.session === current ? 'lane is-current' : 'lane'}>
          <button
            type="button"
            className="lane-name"
            onClick={() => onSeek(lane.first)}
            title={titleOf(lane)}
          >
            {lane.parent !== null && '↳ '}
            {safeLine(lane.agent)} <span className="quiet">{safeLine(lane.title)}</span>
          </button>
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the slider and the keys of the viewer do the same */}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
          <div className="lane-time" onClick={seek}>
            <Bars lane={lane} most={most} />
            {share !== null && <i className="lane-cursor" style={{ insetInlineStart: `${share * 100}%` }} />}
          </div>
        </div>
      ))}
      {data.total > data.lanes.length && (
        <p className="quiet">and {(data.total - data.lanes.length).toLocaleString('en')} more sessions</p>
      )}
      <p className="lanes-key quiet">
        <i className="key-steps" /> steps <i className="key-failures" /> failures above{' '}
        <i className="key-edits" /> edits below
      </p>
    </div>
  );
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

const titleOf = ({ agent, title, steps, failures, edits }: Lane): string =>
  safeLine(
    `${agent}: ${title}; ${sum(steps)} steps, ${sum(edits)} edits, ${sum(failures)} failures. To its first step`,
  );
