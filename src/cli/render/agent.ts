import { safeLine, safeText } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { renderDiffText } from './diff.ts';
import { renderTable } from './table.ts';
import type { View } from './view.ts';

type AgentChange = OutputOf<'agent.connect'>['agents'][number];
type Connection = OutputOf<'agent.list'>['agents'][number]['connections'][number];
type FileChange = AgentChange['files'][number];

function renderChange(change: FileChange, withDiff: boolean, view: View): string {
  const line = `  ${change.action.padEnd(9)}  ${safeLine(change.path)}`;
  return withDiff && change.diff !== '' ? `${line}\n${renderDiffText(change.diff, view)}` : line;
}

const renderNotes = (notes: readonly string[], view: View): string[] =>
  notes.map((note) => `${view.paint.yellow('note')}: ${safeText(note)}`);

const renderAgent = (change: AgentChange, dryRun: boolean, view: View): string[] => [
  ...change.files.map((file) => renderChange(file, dryRun, view)),
  ...renderNotes(change.notes, view),
];

const nothingWritten = (dryRun: boolean, view: View): string[] =>
  dryRun ? [view.paint.dim('Nothing was written (--dry-run).')] : [];

export function renderConnected({ agents, ...output }: OutputOf<'agent.connect'>, view: View): string {
  const workspace = view.paint.bold(safeLine(output.workspace.name));
  const verb = output.dryRun ? 'Would connect' : view.paint.green('Connected');
  return [
    ...agents.flatMap((change) => [
      `${verb} ${view.paint.bold(safeLine(change.agent))} to workspace ${workspace} (${output.scope} scope).`,
      ...renderAgent(change, output.dryRun, view),
    ]),
    ...renderNotes(output.notes, view),
    ...nothingWritten(output.dryRun, view),
  ].join('\n');
}

export function renderDisconnected(
  { agents, dryRun, scope }: OutputOf<'agent.disconnect'>,
  view: View,
): string {
  if (agents.length === 0) return `No agent was connected (${scope} scope).`;
  const verb = dryRun ? 'Would disconnect' : view.paint.green('Disconnected');
  return [
    ...agents.flatMap((change) => [
      `${verb} ${view.paint.bold(safeLine(change.agent))} (${scope} scope).`,
      ...renderAgent(change, dryRun, view),
    ]),
    ...nothingWritten(dryRun, view),
  ].join('\n');
}

/** What is not among the gaps: it is as somebody wants it. */
export const instructionRemark = (state: Connection['instruction']): string =>
  state === 'off' ? 'without instruction' : state === 'edited' ? 'instruction edited by hand' : '';

const stateOf = ({ connections }: OutputOf<'agent.list'>['agents'][number]): string => {
  const connected = connections.filter((one) => one.connected);
  if (connected.length === 0) return '-';
  return connected
    .map(({ scope, missing, instruction }) => {
      const lacks = missing.length === 0 ? '' : `lacks ${missing.join(', ')}`;
      const remarks = [lacks, instructionRemark(instruction)].filter((text) => text !== '');
      return remarks.length === 0 ? scope : `${scope} (${remarks.join('; ')})`;
    })
    .join(', ');
};

export const renderAgents = ({ agents }: OutputOf<'agent.list'>, view: View): string =>
  renderTable(
    agents,
    [
      { header: 'AGENT', cell: (row) => row.agent, style: view.paint.cyan },
      { header: 'INSTALLED', cell: (row) => row.program ?? (row.installed ? 'settings only' : '-') },
      { header: 'CONNECTED', cell: stateOf, shrinks: true },
    ],
    view,
  );
