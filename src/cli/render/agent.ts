import { safeLine, safeText } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { renderDiffText } from './diff.ts';
import type { View } from './view.ts';

type Change = OutputOf<'agent.connect'>['files'][number];

function renderChange(change: Change, withDiff: boolean, view: View): string {
  const line = `  ${change.action.padEnd(9)}  ${safeLine(change.path)}`;
  return withDiff && change.diff !== '' ? `${line}\n${renderDiffText(change.diff, view)}` : line;
}

function renderFiles(
  output: Pick<OutputOf<'agent.connect'>, 'files' | 'notes' | 'dryRun'>,
  view: View,
): string[] {
  return [
    ...output.files.map((change) => renderChange(change, output.dryRun, view)),
    ...output.notes.map((note) => `${view.paint.yellow('note')}: ${safeText(note)}`),
    ...(output.dryRun ? [view.paint.dim('Nothing was written (--dry-run).')] : []),
  ];
}

export function renderConnected(output: OutputOf<'agent.connect'>, view: View): string {
  const agent = view.paint.bold(safeLine(output.agent));
  const workspace = view.paint.bold(safeLine(output.workspace.name));
  const verb = output.dryRun ? 'Would connect' : view.paint.green('Connected');
  return [
    `${verb} ${agent} to workspace ${workspace} (${output.scope} scope).`,
    ...renderFiles(output, view),
  ].join('\n');
}

export function renderDisconnected(output: OutputOf<'agent.disconnect'>, view: View): string {
  const agent = view.paint.bold(safeLine(output.agent));
  const verb = output.dryRun ? 'Would disconnect' : view.paint.green('Disconnected');
  return [`${verb} ${agent} (${output.scope} scope).`, ...renderFiles(output, view)].join('\n');
}
