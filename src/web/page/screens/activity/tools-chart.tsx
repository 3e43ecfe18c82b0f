import { countText, percent } from '../../../../core/amount-text.ts';
import { ShareBar } from '../../parts/chart-share.tsx';
import { Wide } from '../../parts/wide.tsx';
import { shownLine } from '../shelf/said.tsx';
import type { Counted } from './agents-chart.tsx';
import '../../style/chart.css';

/** How often calls of each tool fail or are refused: a table with bars, which says all of it in figures as well. */
export function ToolsChart({ tools }: { tools: Counted['tools'] }) {
  if (tools.length === 0) return null;
  const worst = [...tools].sort((a, b) => rateOf(b) - rateOf(a))[0];
  return (
    <figure className="chart">
      <figcaption>
        <h2 id="failing">Failure rate by tool</h2>
        <p className="quiet">
          {worst === undefined || rateOf(worst) === 0
            ? 'No call failed or was refused.'
            : `Of the calls of ${shownLine(worst.tool, 60)} most go wrong: ${percent(rateOf(worst))}. Solid: failed; striped: refused.`}
        </p>
      </figcaption>
      <Wide label="Failure rate by tool">
        <table className="tool-table" aria-labelledby="failing">
          <thead>
            <tr>
              <th scope="col">Tool</th>
              <th scope="col">
                <span className="unseen">Picture of the share</span>
              </th>
              <th scope="col">Failed</th>
              <th scope="col">Refused</th>
              <th scope="col">Calls</th>
            </tr>
          </thead>
          <tbody>
            {tools.map(({ tool, calls, failed, rejected }) => (
              <tr key={tool}>
                <th scope="row">{shownLine(tool, 60)}</th>
                <td>
                  <ShareBar solid={failed / Math.max(1, calls)} striped={rejected / Math.max(1, calls)} />
                </td>
                <td>
                  {countText(failed)} <span className="quiet">{percent(failed / Math.max(1, calls))}</span>
                </td>
                <td>{countText(rejected)}</td>
                <td>{countText(calls)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </figure>
  );
}

const rateOf = ({ calls, failed, rejected }: Counted['tools'][number]): number =>
  calls === 0 ? 0 : (failed + rejected) / calls;
