import { safeLine } from '../../core/safe-text.ts';
import type { InputOf, OutputOf } from '../../schema/operation.ts';
import { countText, plural } from './size.ts';
import { renderTable } from './table.ts';
import type { View } from './view.ts';

type Row = OutputOf<'stats.compliance'>['agents'][number];
type Share = Row['briefed'];

const shareText = ({ did, of }: Share): string => (of === 0 ? '-' : `${countText(did)} of ${countText(of)}`);

const columns = {
  briefed: 'BRIEFED',
  recalled: 'RECALLED',
  recalledFirst: 'BEFORE EDIT',
  recorded: 'RECORDED',
  planned: 'PLAN',
  handedOff: 'HANDED OFF',
} as const;

export function renderCompliance(
  { workspace, agents, unread, rules }: OutputOf<'stats.compliance'>,
  view: View,
  { verbose = false }: InputOf<'stats.compliance'>,
): string {
  if (agents.length === 0)
    return `No agent was prompted in ${safeLine(workspace)} in that time: hivemind stats compliance --since 1y`;
  const table = renderTable(
    agents,
    [
      { header: 'AGENT', cell: (row) => row.agent, style: view.paint.cyan },
      { header: 'MODEL', cell: (row) => row.model ?? '-', shrinks: true },
      { header: 'SESSIONS', cell: (row) => countText(row.sessions), align: 'right' },
      ...Object.entries(columns).map(([habit, header]) => ({
        header,
        cell: (row: Row) => shareText(row[habit as keyof typeof columns]),
      })),
      { header: 'TAKEN', cell: (row) => countText(row.taken), align: 'right' },
      { header: 'DONE', cell: (row) => countText(row.done), align: 'right' },
    ],
    view,
  );
  const cut = unread === 0 ? [] : ['', `${plural(unread, 'session')} were not looked at in full.`];
  const more = verbose
    ? [...agents.flatMap((row) => notIn(row, view)), '', ...ruleLines(rules, view)]
    : [view.paint.dim('--verbose names the sessions that did not, and says how it is counted.')];
  return [table, ...cut, '', ...more].join('\n');
}

const notIn = (row: Row, view: View): string[] =>
  Object.entries(columns).flatMap(([habit, header]) => {
    const { not } = row[habit as keyof typeof columns];
    if (not.length === 0) return [];
    const who = `${safeLine(row.agent)}${row.model === null ? '' : ` ${safeLine(row.model)}`}`;
    return [view.paint.bold(`${who}: not ${header}`), ...not.map((id) => `  ${safeLine(id)}`)];
  });

const ruleLines = (rules: Readonly<Record<string, string>>, view: View): string[] =>
  Object.entries(rules).map(
    ([name, rule]) =>
      `${view.paint.bold((columns as Record<string, string>)[name] ?? name)}: ${safeLine(rule)}`,
  );
