import { durationText } from '../../core/amount-text.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { InputOf, OutputOf } from '../../schema/operation.ts';
import type { SessionRow } from '../../schema/operations/session.ts';
import type { Session } from '../../schema/records.ts';
import { countText, plural } from './size.ts';
import { renderStepLine } from './step.ts';
import { type Column, renderFacts, renderTable } from './table.ts';
import { agoText, clockText, dayText } from './time.ts';
import type { View } from './view.ts';

const titleOf = (session: Session): string =>
  session.role === null ? session.title : `[${session.role}] ${session.title}`;

export function renderSessionList(
  output: OutputOf<'session.list'>,
  view: View,
  { skip = 0 }: InputOf<'session.list'> = {},
): string {
  if (output.sessions.length === 0 && (output.agents.length > 0 || skip > 0))
    return `No session of ${safeLine(output.workspace)} is like that: hivemind session list shows all.`;
  if (output.sessions.length === 0)
    return `No sessions in ${safeLine(output.workspace)} yet. They come from connected agents (hivemind connect) or from transcripts (hivemind import).`;
  const table = renderTable(
    output.sessions,
    [
      { header: 'SESSION', cell: (row) => row.id.slice(-8), style: view.paint.cyan },
      { header: 'LAST', cell: (row) => agoText(row.lastAt, view.now) },
      { header: 'AGENT', cell: (row) => row.agent },
      { header: 'EVENTS', cell: (row) => countText(row.events), align: 'right' },
      {
        header: 'FAILED',
        cell: (row) => (row.failures === 0 ? '-' : countText(row.failures)),
        align: 'right',
        style: (text, row) => (row.failures === 0 ? text : view.paint.red(text)),
      },
      ...(output.sessions.some(({ usage }) => usage !== null) ? [tokensColumn] : []),
      { header: 'TITLE', cell: listedTitle, shrinks: true },
    ],
    view,
  );
  const hidden = output.total - skip - output.sessions.length;
  const more =
    skip === 0 ? `--limit ${Math.min(1000, output.total)}` : `--skip ${skip + output.sessions.length}`;
  return hidden <= 0
    ? table
    : `${table}\n${view.paint.dim(`${plural(hidden, 'older session')} not shown: ${more}`)}`;
}

const tokensColumn: Column<SessionRow> = {
  header: 'TOKENS',
  cell: ({ usage }) =>
    usage === null ? '-' : countText(usage.input + usage.output + usage.cacheRead + usage.cacheWrite),
  align: 'right',
};

const listedTitle = (row: SessionRow): string =>
  row.children === 0 ? titleOf(row) : `${titleOf(row)} (started ${row.children})`;

const countsText = (session: Session): string =>
  Object.entries(session.counts)
    .sort(([, a], [, b]) => b - a)
    .map(([type, count]) => `${safeLine(type)} ${countText(count)}`)
    .join(', ');

/** The head of a session: who, when, where, how much. */
export const renderSessionFacts = (session: Session, view: View): string =>
  renderFacts(
    [
      ['session', view.paint.bold(safeLine(session.id))],
      ['title', safeLine(titleOf(session)) || null],
      [
        'agent',
        [session.agent, session.model]
          .filter((text) => text !== null)
          .map(safeLine)
          .join('  '),
      ],
      ["agent's id", session.nativeId && safeLine(session.nativeId)],
      ['started by', session.parent && safeLine(session.parent)],
      ['directory', session.cwd && safeLine(session.cwd)],
      [
        'when',
        `${dayText(session.startedAt)} ${clockText(session.startedAt)}, ${durationText(Math.max(0, session.lastAt - session.startedAt))}${session.endedAt === null ? ', not closed' : ''}`,
      ],
      [
        'events',
        `${countText(session.events)}${session.failures === 0 ? '' : `, ${view.paint.red(`${countText(session.failures)} failed`)}`}`,
      ],
      ['by type', countsText(session) || null],
    ],
    view,
  );

/** How it was captured, and what it took. */
function renderCapture({ session, missing, usage }: OutputOf<'session.show'>, view: View): string {
  const { events, live } = session;
  const gaps = missing.slice(0, mostGaps).map(({ what }) => safeLine(what));
  const more = missing.length > mostGaps ? [`and ${countText(missing.length - mostGaps)} more`] : [];
  const cost = usage?.costUsd == null ? '' : `, $${usage.costUsd.toFixed(2)}`;
  const cache = usage === null ? 0 : usage.cacheRead + usage.cacheWrite;
  return renderFacts(
    [
      ['captured', `${countText(live)} live, ${countText(events - live)} afterwards`],
      ['missing', missing.length === 0 ? null : view.paint.yellow([...gaps, ...more].join('; '))],
      [
        'tokens',
        usage &&
          `${countText(usage.input)} in, ${countText(usage.output)} out, ${countText(cache)} cached${cost}`,
      ],
    ],
    view,
  );
}

/** Gaps that are named; of more the number is said. */
const mostGaps = 5;

export function renderSession(output: OutputOf<'session.show'>, view: View): string {
  const { session, children, events } = output;
  const hidden = session.events - events.length;
  return [
    renderSessionFacts(session, view),
    renderCapture(output, view),
    ...(children.length === 0 ? [] : [`\n${view.paint.bold('Child sessions')}`]),
    ...children.map(
      (child) =>
        `  ${view.paint.cyan(child.id.slice(-8))}  ${safeLine(titleOf(child))}  ${view.paint.dim(plural(child.events, 'event'))}`,
    ),
    `\n${view.paint.bold('Events')}`,
    ...events.map((event, index) => renderStepLine(event, index + 1, null, view)),
    ...(hidden > 0 ? [view.paint.dim(`${plural(hidden, 'more event')} not shown (--limit)`)] : []),
  ].join('\n');
}
