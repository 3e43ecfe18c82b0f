import { countText } from '../../../../core/amount-text.ts';
import type { Usage } from '../../../../schema/records.ts';
import { ShareBar } from '../../parts/chart-share.tsx';
import { Wide } from '../../parts/wide.tsx';
import { shownLine } from '../shelf/said.tsx';
import type { Counted } from './agents-chart.tsx';
import '../../style/chart.css';

const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });
const notSaid = <span className="quiet">not said</span>;

const totalOf = (usage: Usage | null): number =>
  usage === null ? 0 : usage.input + usage.output + usage.cacheRead + usage.cacheWrite;

/** What the answers took. What an agent does not say is not said: it is never shown as nothing. */
export function UsageChart({ counted: { agents, usage } }: { counted: Counted }) {
  const most = Math.max(1, ...agents.map((agent) => totalOf(agent.usage)));
  const silent = agents.filter((agent) => agent.usage === null).map(({ agent }) => agent);
  const rows = [
    ...agents
      .filter((agent) => agent.usage !== null)
      .map((agent) => ({ name: agent.agent, usage: agent.usage, isAll: false })),
    { name: 'all that say it', usage, isAll: true },
  ];
  return (
    <figure className="chart">
      <figcaption>
        <h2 id="took">Tokens and cost</h2>
        <p className="quiet">
          {usage === null
            ? 'None of these agents says what its answers took.'
            : `${countText(totalOf(usage))} tokens${usage.costUsd === null ? '; what they cost nobody says' : `, ${money.format(usage.costUsd)}`}, as far as agents say.`}
        </p>
      </figcaption>
      {usage !== null && (
        <Wide label="Tokens and cost">
          <table className="use-table" aria-labelledby="took">
            <thead>
              <tr>
                <th scope="col">Agent</th>
                <th scope="col">
                  <span className="unseen">Picture of the tokens</span>
                </th>
                <th scope="col">Input</th>
                <th scope="col">Output</th>
                <th scope="col">Cache read</th>
                <th scope="col">Cache written</th>
                <th scope="col">Cost</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, usage: took, isAll }) => (
                <tr key={isAll ? 'all' : `agent ${name}`}>
                  <th scope="row">{shownLine(name, 60)}</th>
                  <td>{!isAll && took !== null && <ShareBar solid={totalOf(took) / most} />}</td>
                  {took === null ? (
                    <td colSpan={4}>{notSaid}</td>
                  ) : (
                    [took.input, took.output, took.cacheRead, took.cacheWrite].map((tokens, place) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: a column is told by its place
                      <td key={place}>{countText(tokens)}</td>
                    ))
                  )}
                  <td>{took === null || took.costUsd === null ? notSaid : money.format(took.costUsd)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {usage !== null && silent.length > 0 && (
        <p className="quiet">Not said by {shownLine(silent.join(', '), 300)}.</p>
      )}
    </figure>
  );
}
