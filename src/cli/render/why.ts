import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { renderAttempt } from './attempts.ts';
import { renderEntry } from './entry.ts';
import { renderCommit } from './log.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

type Why = OutputOf<'git.why'>;

/** Longest that is shown of a prompt or a reply; the id leads to the whole. */
const mostChars = 600;

function part(label: string, text: string, view: View): string[] {
  const line = safeLine(text.slice(0, mostChars * 2));
  const shown = line.length > mostChars ? `${line.slice(0, mostChars)}…` : line;
  if (shown === '') return [];
  return renderEntry({ indent: 2, lead: label.padEnd(9), leadStyle: view.paint.dim, text: shown }, view);
}

function originLines(origin: NonNullable<Why['origin']>, view: View): string[] {
  const { paint, now } = view;
  const did = origin.type === 'file.edited' ? 'wrote it' : 'committed it';
  return [
    `${paint.bold(safeLine(origin.agent))} ${did} ${agoText(origin.at, now)}`,
    ...part('session', `${origin.title || '(no title)'}  ${origin.session.slice(-8)}`, view),
    ...part('asked', origin.prompt, view),
    ...part('said', origin.reply, view),
    ...part('by', `${origin.tool}  ${origin.path}  ${origin.event}`, view),
  ];
}

const headOf = ({ path, line, text }: Why, { paint }: View): string[] =>
  path === null
    ? []
    : [
        paint.bold(`${safeLine(path)}${line === null ? '' : `:${line}`}`),
        ...(text === null || text.trim() === '' ? [] : [`  ${safeLine(text)}`]),
      ];

export function renderWhy(output: Why, view: View): string {
  const { paint } = view;
  const ruledOut = output.ruledOut.flatMap((row) => renderAttempt(row, view).map((line) => `  ${line}`));
  const sections = [
    headOf(output, view),
    output.commits.flatMap((commit) => renderCommit(commit, view)),
    output.origin === null ? [] : originLines(output.origin, view),
    ruledOut.length === 0 ? [] : [paint.bold('Ruled out before'), ...ruledOut],
    output.note === '' ? [] : [`${paint.yellow('note')}: ${safeLine(output.note)}`],
    output.origin === null ? [] : [paint.dim(`The whole of it: hivemind show ${output.origin.event}`)],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}
