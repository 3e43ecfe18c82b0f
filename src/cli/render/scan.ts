import { durationText } from '../../core/amount-text.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { countText, plural } from './size.ts';
import type { View } from './view.ts';

type Scan = OutputOf<'scan.run'>;

function findingLines({
  rule,
  events,
  versions,
  ids,
}: Scan['workspaces'][number]['findings'][number]): string[] {
  const older = versions.map((version) => (version === 0 ? 'before 2' : String(version))).join(', ');
  const more = events > ids.length ? ` and ${countText(events - ids.length)} more` : '';
  return [
    `  ${safeLine(rule)}: ${plural(events, 'event')} (stored under rules ${older})`,
    ...ids.map((id) => `    ${safeLine(id)}`),
    ...(more === '' ? [] : [`   ${more}`]),
  ];
}

export function renderScan(scan: Scan, view: View): string {
  const events = scan.workspaces.reduce((sum, one) => sum + one.events, 0);
  const read = `Read ${plural(events, 'event')} of ${plural(scan.workspaces.length, 'workspace')} with rules ${scan.version} in ${durationText(scan.durationMs)}.`;
  if (scan.found === 0) return `${view.paint.green('No secret found')} by the rules of today.\n${read}`;
  return [
    `${view.paint.red(plural(scan.found, 'event'))} with what the rules of today take for a secret:`,
    ...scan.workspaces.flatMap(({ workspace, findings }) =>
      findings.length === 0 ? [] : [view.paint.bold(safeLine(workspace)), ...findings.flatMap(findingLines)],
    ),
    read,
    view.paint.dim(
      'Next: look at one (hivemind show EVENT), and replace the secret where it is used. To be rid of it: hivemind forget EVENT …; backups are yours to delete.',
    ),
  ].join('\n');
}
