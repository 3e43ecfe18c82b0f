import { Fragment } from 'react';
import { countText, percent, plural } from '../../../../core/amount-text.ts';
import type { OutputOf } from '../../../../schema/operation.ts';
import { Chart } from '../../parts/chart.tsx';
import { Bars, BarsLegend } from '../../parts/chart-bars.tsx';
import { momentText, TimeAxis } from '../../parts/chart-time.tsx';
import { lineOf } from '../../parts/said.tsx';

export type Counted = OutputOf<'stats.activity'>;
type Agent = Counted['agents'][number];

const mostDrawn = 12;
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** One row of bars for each agent, all to the same scale. */
export function AgentsChart({ counted: { agents, from, to, bucketMs, events } }: { counted: Counted }) {
  const drawn = agents.slice(0, mostDrawn);
  const most = Math.max(0, ...drawn.flatMap((agent) => agent.events));
  const busiest = peakOf(drawn, from, bucketMs);
  return (
    <Chart
      title="Events of each agent over time"
      told={`${countText(events)} events of ${plural(agents.length, 'agent')}${busiest}.`}
      rows={agents}
      keyOf={({ agent }) => agent}
      columns={[
        { name: 'Agent', value: ({ agent }) => lineOf(agent, 80) },
        { name: 'Sessions', value: ({ sessions }) => countText(sessions) },
        { name: 'Events', value: (agent) => countText(sum(agent.events)) },
        { name: 'Failed or refused', value: (agent) => countText(sum(agent.failures)) },
        { name: 'Most in one part of the time', value: (agent) => countText(Math.max(0, ...agent.events)) },
      ]}
    >
      <BarsLegend />
      <div className="multiples">
        {drawn.map((agent) => (
          <Fragment key={agent.agent}>
            <span className="name">{lineOf(agent.agent, 60)}</span>
            <Bars
              values={agent.events}
              failures={agent.failures}
              most={most}
              from={from}
              bucketMs={bucketMs}
              label={labelOf(agent)}
            />
            <span className="figure">{countText(sum(agent.events))}</span>
          </Fragment>
        ))}
        <TimeAxis from={from} to={to} />
      </div>
      {agents.length > mostDrawn && (
        <p className="quiet">{agents.length - mostDrawn} more agents are in the table.</p>
      )}
    </Chart>
  );
}

function labelOf({ agent, events, failures, sessions }: Agent): string {
  const [all, bad] = [sum(events), sum(failures)];
  return `${lineOf(agent, 60)}: ${countText(all)} events in ${countText(sessions)} sessions, ${percent(all === 0 ? null : bad / all)} failed or refused`;
}

function peakOf(agents: readonly Agent[], from: number, bucketMs: number): string {
  const all = (agents[0]?.events ?? []).map((_, place) =>
    sum(agents.map(({ events }) => events[place] ?? 0)),
  );
  const most = Math.max(0, ...all);
  if (most === 0) return '';
  return `; most of them around ${momentText(from + all.indexOf(most) * bucketMs, bucketMs * all.length)}`;
}
