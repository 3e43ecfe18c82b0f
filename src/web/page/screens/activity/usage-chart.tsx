import { countText } from '../../../../core/amount-text.ts';
import type { Usage } from '../../../../schema/records.ts';
import { ChartFrame, ColumnTable } from '../../parts/chart.tsx';
import { ShareBar } from '../../parts/chart-share.tsx';
import { lineOf } from '../../parts/said.tsx';
import type { Counted } from './agents-chart.tsx';

const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });
const notSaid = <span className="quiet">not said</span>;

const totalOf = (usage: Usage | null): number =>
  usage === null ? 0 : usage.input + usage.output + usage.cacheRead + usage.cacheWrite;

/** What the answers took. What an agent does not say is not said: it is never shown as nothing. */
export function UsageChart({ counted: { agents, usage } }: { counted: Counted }) {
  const most = Math.max(1, ...agents.map((agent) => totalOf(agent.usage)));
  const silent = agents.filter((agent) => agent.usage === null).map(({ agent }) => agent);
  const rows = [
    ...agents.flatMap((agent) =>
      agent.usage === null ? [] : [{ name: agent.agent, usage: agent.usage, isAll: false }],
    ),
    ...(usage === null ? [] : [{ name: 'all that say it', usage, isAll: true }]),
  ];
  return (
    <ChartFrame
      title="Tokens and cost"
      told={
        usage === null
          ? 'None of these agents says what its answers took.'
          : `${countText(totalOf(usage))} tokens${usage.costUsd === null ? '; what they cost nobody says' : `, ${money.format(usage.costUsd)}`}, as far as agents say.`
      }
    >
      {usage !== null && (
        <ColumnTable
          title="Tokens and cost"
          className="use-table"
          rows={rows}
          keyOf={({ name, isAll }) => (isAll ? 'all' : `agent ${name}`)}
          columns={[
            { name: 'Agent', value: ({ name }) => lineOf(name, 60) },
            {
              name: 'Picture of the tokens',
              isPicture: true,
              value: ({ usage: took, isAll }) => !isAll && <ShareBar solid={totalOf(took) / most} />,
            },
            { name: 'Input', value: ({ usage: took }) => countText(took.input) },
            { name: 'Output', value: ({ usage: took }) => countText(took.output) },
            { name: 'Cache read', value: ({ usage: took }) => countText(took.cacheRead) },
            { name: 'Cache written', value: ({ usage: took }) => countText(took.cacheWrite) },
            {
              name: 'Cost',
              value: ({ usage: took }) => (took.costUsd === null ? notSaid : money.format(took.costUsd)),
            },
          ]}
        />
      )}
      {usage !== null && silent.length > 0 && (
        <p className="quiet">Not said by {lineOf(silent.join(', '), 300)}.</p>
      )}
    </ChartFrame>
  );
}
