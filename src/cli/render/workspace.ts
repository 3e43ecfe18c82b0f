import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { Workspace } from '../../schema/records.ts';
import { countText, plural, sizeText } from './size.ts';
import { renderFacts, renderTable } from './table.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

function repositoryText(workspace: Workspace): string {
  const names = workspace.repositories.map((repository) => repository.remotes[0] ?? repository.directory);
  return names.length === 0 ? '-' : names.join(', ');
}

export function renderWorkspaceList({ workspaces }: OutputOf<'workspace.list'>, view: View): string {
  if (workspaces.length === 0) return 'No workspaces yet. Make one: hivemind workspace create NAME';
  return renderTable(
    workspaces,
    [
      { header: 'NAME', cell: (row) => row.name, shrinks: true, style: view.paint.bold },
      { header: 'CREATED', cell: (row) => agoText(row.createdAt, view.now) },
      { header: 'ID', cell: (row) => row.id.slice(-8), style: view.paint.dim },
      { header: 'REPOSITORY', cell: repositoryText, shrinks: true },
    ],
    view,
  );
}

export function renderWorkspaceCreated(
  { workspace, bound }: OutputOf<'workspace.create'>,
  view: View,
): string {
  const name = safeLine(workspace.name);
  return [
    `${view.paint.green('Created')} workspace ${view.paint.bold(name)}.`,
    bound === null ? 'It is bound to no directory yet.' : `Bound to ${safeLine(bound)}`,
    view.paint.dim('Next: hivemind connect'),
  ].join('\n');
}

export function renderWorkspace(output: OutputOf<'workspace.show'>, view: View): string {
  const { workspace } = output;
  const directories = workspace.repositories.map((repository) =>
    safeLine([repository.directory, ...repository.remotes].join('  ')),
  );
  return renderFacts(
    [
      ['workspace', view.paint.bold(safeLine(workspace.name))],
      ['id', safeLine(workspace.id)],
      ['created', agoText(workspace.createdAt, view.now)],
      ['bound to', directories.length === 0 ? 'nothing' : directories.join('\n')],
      ['events', `${countText(output.events)} in ${plural(output.sessions, 'session')}`],
      ['last event', output.lastEventAt === null ? 'none' : agoText(output.lastEventAt, view.now)],
      ['not yet in LanceDB', output.tail === 0 ? null : countText(output.tail)],
      ['size', sizeText(output.sizeBytes)],
    ],
    view,
  );
}

export const renderWorkspaceDeleted = (
  { deleted, events }: OutputOf<'workspace.delete'>,
  view: View,
): string =>
  `${view.paint.green('Deleted')} workspace ${view.paint.bold(safeLine(deleted.name))} with ${plural(events, 'event')}.`;

export const renderSettings = ({ workspace, settings }: OutputOf<'workspace.set'>, view: View): string =>
  renderFacts(
    [
      ['workspace', view.paint.bold(safeLine(workspace.name))],
      ['branching', settings.branching],
      ['strategy', settings.strategy],
      ['rules', settings.rules.map(safeLine).join(', ') || 'none'],
      ['warnings', settings.warnings],
      ['claims', settings.claims],
      ['injection', settings.injection],
      ['brief-tokens', String(settings['brief-tokens'])],
      ['resolver', safeLine(settings.resolver) || null],
    ],
    view,
  );
