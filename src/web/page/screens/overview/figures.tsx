import type { ReactNode } from 'react';
import type { OutputOf } from '../../../../schema/operation.ts';
import { activeMs } from './agents.tsx';
import { limitText } from './health.tsx';
import { Spark } from './spark.tsx';

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

function Figure({
  name,
  value,
  note,
  isBad = false,
  children,
}: {
  name: string;
  value: string;
  note?: string;
  isBad?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd>
        <span className={isBad ? 'figure-value bad' : 'figure-value'}>{value}</span>
        {note !== undefined && <span className="quiet"> {note}</span>}
        {children}
      </dd>
    </div>
  );
}

const addUp = (lists: readonly (readonly number[])[], length: number): number[] =>
  Array.from({ length }, (_, index) => lists.reduce((sum, list) => sum + (list[index] ?? 0), 0));

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** What one wants to know first, in figures; those that are not answered yet are a dash. */
export function Figures({
  status,
  live,
  activity,
}: {
  status: OutputOf<'status.show'> | null;
  live: OutputOf<'live.show'> | null;
  activity: OutputOf<'stats.activity'> | null;
}) {
  const active = live?.sessions.filter(({ idleMs }) => idleMs < activeMs).length;
  const buckets = activity === null ? 0 : Math.max(0, ...activity.agents.map(({ events }) => events.length));
  const events = addUp(activity?.agents.map((agent) => agent.events) ?? [], buckets);
  const failures = addUp(activity?.agents.map((agent) => agent.failures) ?? [], buckets);
  const lag = status?.limits.find(({ name }) => name === 'lag');
  const minutes = activity === null ? 0 : Math.round(activity.bucketMs / 60_000);
  return (
    <dl className="figures">
      <Figure
        name="At work now"
        value={active === undefined ? '–' : String(active)}
        note={live === null ? '' : `of ${live.sessions.length} in the last hour`}
      />
      <Figure
        name="Events in a day"
        value={activity === null ? '–' : compact.format(total(events))}
        note={status === null ? '' : `of ${compact.format(status.events)} in all`}
      >
        {buckets > 0 && (
          <Spark
            counts={events}
            marked={failures}
            label={`Events of the last day, in ${minutes} minutes each: the most were ${Math.max(0, ...events)}`}
          />
        )}
      </Figure>
      <Figure
        name="Failed in a day"
        value={activity === null ? '–' : compact.format(total(failures))}
        isBad={total(failures) > 0}
        note={
          activity === null || total(events) === 0
            ? ''
            : `${((100 * total(failures)) / total(events)).toFixed(1)} %`
        }
      />
      <Figure
        name="Behind"
        value={lag === undefined ? '–' : limitText(lag.value, lag.unit)}
        isBad={lag !== undefined && lag.state !== 'ok'}
        note={status === null ? '' : `${status.tail.toLocaleString('en')} events on their way`}
      />
    </dl>
  );
}
