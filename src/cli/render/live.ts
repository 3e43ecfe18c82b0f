import { pad, truncate } from '../../core/display-width.ts';
import { type LiveTone, liveLine, shortAge, shortCount } from '../../core/live-line.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { Event } from '../../schema/event.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { LiveSession } from '../../schema/operations/live.ts';
import type { Paint } from './paint.ts';
import { plural } from './size.ts';
import { clockText } from './time.ts';
import type { View } from './view.ts';

const styles: Record<LiveTone, keyof Paint | null> = {
  plain: null,
  dim: 'dim',
  failed: 'red',
  plan: 'cyan',
  memory: 'green',
  handoff: 'yellow',
  branch: 'yellow',
};

const titleCells = 200;

/** An event as it comes, in one line. */
export function renderLiveLine(event: Event, { paint }: Pick<View, 'paint'>): string {
  const { who, mark, kind, title, tone } = liveLine(event);
  const name = styles[tone];
  const said = `${mark} ${kind} ${truncate(title, titleCells)}`.trimEnd();
  const end = paint.dim(`${event.session.slice(-6)} ${event.id.slice(-6)}`);
  return `${paint.dim(clockText(event.at))}  ${paint.cyan(pad(who, 12))} ${name === null ? said : paint[name](said)}  ${end}`;
}

/** Who does what now. */
export function renderLive(output: OutputOf<'live.show'>, view: View): string {
  const { sessions, elsewhere, claims, recent, workspace, branch } = output;
  const { paint } = view;
  const head = `${safeLine(workspace)} · ${safeLine(branch)} · ${sessions.length === 0 ? 'nobody is at work' : `${plural(sessions.length, 'session')} at work`}`;
  const others = elsewhere.map(
    (one) => `${safeLine(one.agent)} on ${safeLine(one.branch)}, ${shortAge(output.at - one.at)} ago`,
  );
  const held = claims.map(({ holder, paths, item, why }) =>
    safeLine(
      [holder, ...paths, item ?? '', why === '' ? '' : `(${why})`].filter((word) => word !== '').join(' '),
    ),
  );
  return [
    paint.bold(head),
    ...sessions.flatMap((session) => ['', ...sessionLines(session, view)]),
    ...section('on other branches', others, view),
    ...section('claimed by others', held, view),
    ...(recent.length === 0
      ? []
      : ['', paint.bold('lately'), ...recent.map((event) => renderLiveLine(event, view))]),
  ].join('\n');
}

const section = (label: string, lines: readonly string[], { paint }: View): string[] =>
  lines.length === 0 ? [] : ['', paint.bold(label), ...lines.map((line) => `  ${line}`)];

function sessionLines(session: LiveSession, { paint, width }: View): string[] {
  const { agent, role, branch, idleMs, tokens, prompt, title, last, editing, claims } = session;
  const who = `${paint.cyan(safeLine(role === null ? agent : `${agent} (${role})`))} ${paint.dim(session.session.slice(-6))}`;
  const facts = [
    safeLine(branch),
    `idle ${shortAge(idleMs)}`,
    ...(tokens === null ? [] : [`${shortCount(tokens.input)} in, ${shortCount(tokens.output)} out`]),
  ].join(' · ');
  const line = (label: string, text: string, style: (text: string) => string = (same) => same): string =>
    `  ${paint.dim(pad(label, 8))} ${style(truncate(safeLine(text), Math.max(20, width - 12)))}`;
  const asked = prompt ?? title;
  const items = claims.flatMap(({ item, why }) => (item === null ? [] : [`${item.slice(-6)} ${why}`]));
  return [
    `${who}  ${facts}`,
    ...(asked === '' ? [] : [line('asked', asked)]),
    ...(last === null
      ? []
      : [
          line(
            'did',
            `${last.status === 'ok' ? '' : '✗ '}${last.what}`,
            last.status === 'ok' ? undefined : paint.red,
          ),
        ]),
    ...(editing.length === 0 ? [] : [line('edits', editing.join('  '))]),
    ...(items.length === 0 ? [] : [line('does', items.join('  '))]),
  ];
}
