import { safeLine, safeText } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { renderDiffText } from './diff.ts';
import type { View } from './view.ts';

type Changes = OutputOf<'git.uninstall'>;

const nameWidth = 'prepare-commit-msg'.length;
const actionWidth = 'unchanged'.length;

const managers = {
  none: '',
  husky: ', beside husky',
  lefthook: ', beside lefthook',
  'pre-commit': ', beside pre-commit',
} as const;

function renderHook({ hook, action, path, kept }: Changes['hooks'][number], { paint }: View): string {
  const first = kept === null ? '' : paint.dim(`  (runs ${safeLine(kept)} first)`);
  return `  ${action.padEnd(actionWidth)}  ${hook.padEnd(nameWidth)}  ${safeLine(path)}${first}`;
}

function renderFile({ action, path, diff }: Changes['files'][number], withDiff: boolean, view: View): string {
  const line = `  ${action.padEnd(actionWidth)}  ${safeLine(path)}`;
  return withDiff && diff !== '' ? `${line}\n${renderDiffText(diff, view)}` : line;
}

const renderChanges = (output: Changes, view: View): string[] => [
  ...output.hooks.map((hook) => renderHook(hook, view)),
  ...output.files.map((file) => renderFile(file, output.dryRun, view)),
  ...output.notes.map((note) => `${view.paint.yellow('note')}: ${safeText(note)}`),
  ...(output.dryRun ? [view.paint.dim('Nothing was written (--dry-run).')] : []),
];

const names = {
  note: 'in a note (refs/notes/hivemind)',
  trailer: 'in a trailer of its message',
  off: 'nowhere: in the memory of Hivemind alone',
} as const;

export function renderInstalled(output: OutputOf<'git.install'>, view: View): string {
  const { paint } = view;
  const verb = output.dryRun ? 'Would put hooks' : paint.green('Hooks are');
  return [
    `${verb} in ${paint.bold(safeLine(output.repository))}${managers[output.manager]}, for workspace ${paint.bold(safeLine(output.workspace))}.`,
    ...renderChanges(output, view),
    `A commit names its sessions ${names[output.commits]}; to change that: hivemind workspace set commits note|trailer|off`,
  ].join('\n');
}

export function renderUninstalled(output: Changes, view: View): string {
  const verb = output.dryRun ? 'Would take the hooks' : view.paint.green('Hooks are taken');
  return [
    `${verb} out of ${view.paint.bold(safeLine(output.repository))}.`,
    ...renderChanges(output, view),
  ].join('\n');
}

const stateStyle = { installed: 'green', stale: 'yellow', missing: 'red' } as const;

export function renderGitStatus(output: OutputOf<'git.status'>, view: View): string {
  const { paint } = view;
  const { workspace, installed, hooks, commits } = output;
  const where = workspace === null ? 'of no workspace' : `of workspace ${paint.bold(safeLine(workspace))}`;
  return [
    `${paint.bold(safeLine(output.repository))} ${where}${managers[output.manager]}`,
    ...hooks.map(
      ({ hook, state, path }) =>
        `  ${paint[stateStyle[state]](state.padEnd(actionWidth))}  ${hook.padEnd(nameWidth)}  ${safeLine(path)}`,
    ),
    ...(commits === null ? [] : [`A commit names its sessions ${names[commits]}.`]),
    ...(installed ? [] : [`${paint.dim('try:')} hivemind git install`]),
    ...(workspace === null ? [`${paint.dim('try:')} hivemind connect --workspace NAME`] : []),
  ].join('\n');
}
