import { countText, percent } from '../../../../core/amount-text.ts';
import { ChartFrame, ColumnTable } from '../../parts/chart.tsx';
import { ShareBar } from '../../parts/chart-share.tsx';
import { lineOf } from '../../parts/said.tsx';
import type { Counted } from './agents-chart.tsx';

/** How often calls of each tool fail or are refused: a table with bars, which says all of it in figures as well. */
export function ToolsChart({ tools }: { tools: Counted['tools'] }) {
  if (tools.length === 0) return null;
  const worst = [...tools].sort((a, b) => rateOf(b) - rateOf(a))[0];
  return (
    <ChartFrame
      title="Failure rate by tool"
      told={
        worst === undefined || rateOf(worst) === 0
          ? 'No call failed or was refused.'
          : `Of the calls of ${lineOf(worst.tool, 60)} most go wrong: ${percent(rateOf(worst))}. Solid: failed; striped: refused.`
      }
    >
      <ColumnTable
        title="Failure rate by tool"
        className="tool-table"
        rows={tools}
        keyOf={({ tool }) => tool}
        columns={[
          { name: 'Tool', value: ({ tool }) => lineOf(tool, 60) },
          {
            name: 'Picture of the share',
            isPicture: true,
            value: ({ calls, failed, rejected }) => (
              <ShareBar solid={failed / Math.max(1, calls)} striped={rejected / Math.max(1, calls)} />
            ),
          },
          {
            name: 'Failed',
            value: ({ calls, failed }) => (
              <>
                {countText(failed)} <span className="quiet">{percent(failed / Math.max(1, calls))}</span>
              </>
            ),
          },
          { name: 'Refused', value: ({ rejected }) => countText(rejected) },
          { name: 'Calls', value: ({ calls }) => countText(calls) },
        ]}
      />
    </ChartFrame>
  );
}

const rateOf = ({ calls, failed, rejected }: Counted['tools'][number]): number =>
  calls === 0 ? 0 : (failed + rejected) / calls;
