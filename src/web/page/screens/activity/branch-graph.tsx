import { useState } from 'react';
import { Link } from 'wouter';
import { countText } from '../../../../core/amount-text.ts';
import { Answer, Nothing } from '../../parts/answer.tsx';
import { Chart } from '../../parts/chart.tsx';
import { TimeAxis } from '../../parts/chart-time.tsx';
import { lineOf } from '../../parts/said.tsx';
import { agoText } from '../../parts/when.tsx';
import { useCall } from '../../use-call.ts';
import { addressOf, useWhere } from '../../where.tsx';
import { type Graph, type Lane, laneHeightPx, layOut } from './lanes.ts';

const fewBranches = 25;
const manyBranches = 200;

/** How branches went apart and came together: one lane each, over time. */
export function BranchGraph() {
  const where = useWhere();
  const [most, setMost] = useState(fewBranches);
  const called = useCall('branch.graph', { workspace: where.workspace, limit: most, deleted: true });
  return (
    <Answer called={called}>
      {(graph) => {
        if (graph.branches.length <= 1)
          return (
            <section aria-labelledby="branches">
              <h2 id="branches">Branches</h2>
              <Nothing>
                Everybody is on main. To work apart and merge later: <code>hivemind branch create NAME</code>,
                or <code>hivemind workspace set branching worktree</code>
              </Nothing>
            </section>
          );
        return (
          <>
            <Lanes graph={graph} />
            {graph.total > graph.branches.length && (
              <p className="quiet">
                {countText(graph.branches.length)} of {countText(graph.total)} branches, those active last.{' '}
                {most < manyBranches && (
                  <button type="button" onClick={() => setMost(manyBranches)}>
                    Show {Math.min(manyBranches, graph.total)}
                  </button>
                )}
              </p>
            )}
          </>
        );
      }}
    </Answer>
  );
}

function Lanes({ graph }: { graph: Graph }) {
  const where = useWhere();
  const { lanes, from, to, links } = layOut(graph);
  const addressFor = ({ name, isMain }: Lane): string =>
    isMain
      ? addressOf({ workspace: where.workspace })
      : addressOf({ workspace: where.workspace }, `review/${encodeURIComponent(name)}`);
  const tall = lanes.length * laneHeightPx;
  return (
    <Chart
      title="Branches: where they began and where they were merged"
      told={`${lanes.length} branches, ${graph.merges.length} merges. A ring is where a branch was last active, a diamond a merge; a dashed line was deleted.`}
      rows={lanes}
      keyOf={({ id }) => id}
      columns={[
        { name: 'Branch', value: (lane) => <Link href={addressFor(lane)}>{lineOf(lane.name, 120)}</Link> },
        { name: 'From', value: ({ parentName }) => (parentName === null ? '–' : lineOf(parentName, 120)) },
        { name: 'Began', value: ({ forkedAt }) => (forkedAt === null ? '–' : agoText(forkedAt)) },
        { name: 'Last active', value: ({ lastAt }) => agoText(lastAt) },
        { name: 'Events', value: ({ events }) => countText(events) },
        {
          name: 'Merged',
          value: ({ mergedInto }) =>
            mergedInto.map(({ name, at }) => `into ${lineOf(name, 80)} ${agoText(at)}`).join(', ') || '–',
        },
        { name: 'Deleted', value: ({ deletedAt }) => (deletedAt === null ? 'no' : agoText(deletedAt)) },
      ]}
    >
      <div className="graph">
        <ol>
          {lanes.map((lane) => (
            <li key={lane.id} title={lineOf(lane.name, 200)}>
              <Link href={addressFor(lane)}>{lineOf(lane.name, 60)}</Link>
              {lane.id === graph.current && <span className="quiet"> here</span>}
            </li>
          ))}
        </ol>
        <div className="graph-field" style={{ blockSize: tall }}>
          <svg viewBox={`0 0 100 ${tall}`} preserveAspectRatio="none" aria-hidden="true">
            {lanes.map(({ id, x0, x1, y, deletedAt }) => (
              <line
                key={id}
                x1={x0}
                x2={x1}
                y1={y}
                y2={y}
                stroke="var(--chart)"
                strokeWidth={2}
                strokeDasharray={deletedAt === null ? undefined : '4 3'}
                vectorEffect="non-scaling-stroke"
              />
            ))}
            {links.map(({ id, x, y0, y1, isMerge }) => (
              <line
                key={id}
                x1={x}
                x2={x}
                y1={y0}
                y2={y1}
                stroke={isMerge ? 'var(--accent)' : 'var(--quiet)'}
                strokeWidth={isMerge ? 2 : 1}
                strokeDasharray={isMerge ? undefined : '2 2'}
                vectorEffect="non-scaling-stroke"
              />
            ))}
          </svg>
          {lanes.map((lane) => (
            <Link
              key={lane.id}
              className={lane.deletedAt === null ? 'graph-node' : 'graph-node gone'}
              style={{ insetInlineStart: `${lane.x1}%`, insetBlockStart: lane.y }}
              href={addressFor(lane)}
              title={`${lineOf(lane.name, 100)}, last active ${agoText(lane.lastAt)}`}
              aria-label={`${lineOf(lane.name, 100)}, last active ${agoText(lane.lastAt)}${lane.deletedAt === null ? '' : ', deleted'}`}
            />
          ))}
          {links
            .filter(({ isMerge }) => isMerge)
            .map(({ id, x, y1, told, source }) => (
              <Link
                key={id}
                className="graph-node merge"
                style={{ insetInlineStart: `${x}%`, insetBlockStart: y1 }}
                href={addressOf({ workspace: where.workspace }, `review/${encodeURIComponent(source)}`)}
                title={lineOf(told, 300)}
                aria-label={lineOf(told, 300)}
              />
            ))}
        </div>
        <TimeAxis from={from} to={to} />
      </div>
    </Chart>
  );
}
