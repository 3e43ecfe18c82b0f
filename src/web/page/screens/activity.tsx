import { useLive } from '../live.ts';
import { Answer, Nothing } from '../parts/answer.tsx';
import { Heading } from '../parts/heading.tsx';
import { useCall } from '../use-call.ts';
import { useThrottled } from '../use-throttled.ts';
import { useWhere } from '../where.tsx';
import '../style/shelf.css';
import '../style/settings.css';
import { useQuery } from '../parts/query.ts';
import { AgentsChart } from './activity/agents-chart.tsx';
import { BranchGraph } from './activity/branch-graph.tsx';
import { FilesChart } from './activity/files-chart.tsx';
import { ToolsChart } from './activity/tools-chart.tsx';
import { UsageChart } from './activity/usage-chart.tsx';

/** What can be chosen, and what the operation is asked for: a moment before everything is everything. */
const spans = {
  '1d': { name: 'Day', since: '1d' },
  '1w': { name: 'Week', since: '1w' },
  '1m': { name: 'Month', since: '30d' },
  all: { name: 'All', since: '2000-01-01' },
} as const;
type Span = keyof typeof spans;
const isSpan = (text: string | null): text is Span => text !== null && Object.hasOwn(spans, text);

/** Counting a large workspace takes its time: the picture is drawn anew this often at the most. */
const leastBetweenMs = 15_000;

/** Pictures of who did what and when, what failed, what it took, and how branches went apart and together. */
export default function Activity() {
  const where = useWhere();
  const { query, ask } = useQuery();
  const wanted = query.get('span');
  const span: Span = isSpan(wanted) ? wanted : '1w';
  const called = useCall('stats.activity', { ...where, since: spans[span].since, buckets: 48, top: 20 });
  useLive(where, useThrottled(called.refresh, leastBetweenMs));
  return (
    <>
      <Heading title="Activity">
        <fieldset className="tabs">
          <legend className="unseen">Time</legend>
          {Object.entries(spans).map(([key, { name }]) => (
            <button
              key={key}
              type="button"
              aria-pressed={key === span}
              onClick={() => ask({ span: key === '1w' ? null : key }, true)}
            >
              {name}
            </button>
          ))}
        </fieldset>
      </Heading>
      <Answer called={called}>
        {(counted) =>
          counted.events === 0 ? (
            <Nothing>
              <p>Nothing happened in this time.</p>
              <p>
                Choose a longer one, or connect an agent: <code>hivemind connect</code>
              </p>
            </Nothing>
          ) : (
            <>
              <AgentsChart counted={counted} />
              <ToolsChart tools={counted.tools} />
              <UsageChart counted={counted} />
              <FilesChart counted={counted} />
            </>
          )
        }
      </Answer>
      <BranchGraph />
    </>
  );
}
