import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { countText, percent, plural } from './size.ts';
import { renderTable } from './table.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

type Row = OutputOf<'stats.capture'>['agents'][number];

/** What is missing, in a few words; a dash for nothing. */
function missingText({ unstarted, unanswered, unreadable }: Row): string {
  const parts = [
    unstarted > 0 ? `${plural(unstarted, 'beginning')}` : '',
    unanswered > 0 ? `answers of ${plural(unanswered, 'session')}` : '',
    unreadable > 0 ? plural(unreadable, 'unreadable payload') : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '-' : parts.join(', ');
}

export function renderCaptureStats(
  { workspace, agents, followed }: OutputOf<'stats.capture'>,
  view: View,
): string {
  const roots = followed.map(
    ({ agent, root, there }) =>
      `${safeLine(agent)}  ${safeLine(root)}${there ? '' : view.paint.dim('  (not there yet)')}`,
  );
  const tail = roots.length === 0 ? [] : ['', view.paint.bold('Transcripts that are followed'), ...roots];
  if (agents.length === 0)
    return [`Nothing was captured in ${safeLine(workspace)} yet: hivemind connect --all`, ...tail].join('\n');
  const table = renderTable(
    agents,
    [
      { header: 'AGENT', cell: (row) => row.agent, style: view.paint.cyan },
      { header: 'SESSIONS', cell: (row) => countText(row.sessions), align: 'right' },
      { header: 'EVENTS', cell: (row) => countText(row.events), align: 'right' },
      { header: 'LIVE', cell: (row) => percent(row.live / Math.max(1, row.events)), align: 'right' },
      { header: 'PROMPTS', cell: (row) => countText(row.prompts), align: 'right' },
      { header: 'REPLIES', cell: (row) => countText(row.replies), align: 'right' },
      { header: 'CALLS', cell: (row) => countText(row.calls), align: 'right' },
      { header: 'EDITS', cell: (row) => countText(row.edits), align: 'right' },
      { header: 'LAST', cell: (row) => agoText(row.lastAt, view.now) },
      { header: 'MISSING', cell: missingText, shrinks: true },
    ],
    view,
  );
  return [table, ...tail].join('\n');
}
