import { durationText } from '../../core/amount-text.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { plural, sizeText } from './size.ts';
import { dayText } from './time.ts';
import type { View } from './view.ts';

export function renderBackup(output: OutputOf<'backup.create'>, view: View): string {
  const { events, skipped, sizeBytes, durationMs } = output;
  const wrote = `${plural(events, 'event')} of ${view.paint.bold(safeLine(output.workspace))}`;
  return [
    `${view.paint.green('Wrote')} ${wrote} in ${durationText(durationMs)}: ${safeLine(output.file)}, ${sizeText(sizeBytes)}`,
    ...(skipped === 0
      ? []
      : [view.paint.yellow(`${plural(skipped, 'damaged event')} could not be read and are not in it.`)]),
    view.paint.dim('It is not encrypted: keep it where only you can read it.'),
  ].join('\n');
}

export function renderRestored(output: OutputOf<'backup.restore'>, view: View): string {
  const { workspace, events, sessions, skipped, unbound } = output;
  const held = `${plural(events, 'event')} in ${plural(sessions, 'session')}`;
  const bound = workspace.repositories.map(({ remotes, directory }) => safeLine(remotes[0] ?? directory));
  return [
    `${view.paint.green('Restored')} workspace ${view.paint.bold(safeLine(workspace.name))} as it was on ${dayText(output.createdAt)}: ${held}.`,
    ...(skipped === 0
      ? []
      : [view.paint.yellow(`${plural(skipped, 'event')} were damaged already when it was backed up.`)]),
    bound.length === 0 ? 'It is bound to nothing yet.' : `Bound to ${bound.join(', ')}`,
    ...unbound.map((one) => view.paint.yellow(`Not bound to ${safeLine(one)}: another workspace is.`)),
    view.paint.dim(`Next: hivemind connect --workspace ${JSON.stringify(safeLine(workspace.name))}`),
  ].join('\n');
}
