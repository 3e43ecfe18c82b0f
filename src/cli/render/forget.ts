import { durationText } from '../../core/amount-text.ts';
import { quote } from '../../core/quote.ts';
import { safeLine } from '../../core/safe-text.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { countText, plural } from './size.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

type Forgot = OutputOf<'event.forget'>;
type Pruned = OutputOf<'workspace.prune'>;

const kindsText = (types: Record<string, number>): string =>
  Object.entries(types)
    .sort(([, a], [, b]) => b - a)
    .map(([type, count]) => `${safeLine(type)} ${countText(count)}`)
    .join(', ');

const dayText = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

const extentText = ({ from, to }: Pick<Forgot, 'from' | 'to'>): string =>
  from === null || to === null ? '' : ` from ${dayText(from)} to ${dayText(to)} UTC`;

const goingLines = (going: Forgot | Pruned): string[] => [
  `${plural(going.count, 'event')} of ${plural(going.sessions, 'session')}${extentText(going)}`,
  `  ${kindsText(going.types)}`,
];

function previewLines(forgot: Forgot): string[] {
  const derived =
    forgot.derived === 0 ? [] : [`  ${countText(forgot.derived)} of them were made of others that go`];
  const decided = forgot.decided === 0 ? [] : [`  and rows of ${plural(forgot.decided, 'merge')}`];
  const payloads =
    forgot.payloads === 0 ? [] : [`  and ${plural(forgot.payloads, 'payload')} that could not be taken in`];
  return [
    ...goingLines(forgot),
    ...derived,
    ...payloads,
    ...decided,
    ...forgot.quotes.map(
      ({ event, type, line, derived: isDerived }) =>
        `  ${safeLine(event)} ${safeLine(type)}: ${quote(line, 80)}${isDerived ? ' (derived)' : ''}`,
    ),
  ];
}

export const forgetQuestion = (forgot: Forgot): string =>
  [...previewLines(forgot), 'Their content goes for good. Type yes to go on: '].join('\n');

export const pruneQuestion = (pruned: Pruned): string =>
  [...goingLines(pruned), 'Their content goes for good. Type yes to go on: '].join('\n');

const doneLines = ({ done, durationMs }: Forgot | Pruned): string[] =>
  done === null
    ? []
    : [
        `Rewrote ${plural(done.segments, 'journal segment')} and ${plural(done.tables, 'table')} (${plural(done.rows, 'event')}) in ${durationText(durationMs)}.`,
      ];

export function renderForget(forgot: Forgot, view: View): string {
  if (forgot.count === 0)
    return 'Nothing is to be forgotten: no event is like that, or all of them are stubs.';
  const { paint } = view;
  const title = forgot.dryRun ? paint.bold('Would forget') : paint.green('Forgot');
  const [first = '', ...others] = previewLines(forgot);
  return [
    `${title} ${first}`,
    ...others,
    ...doneLines(forgot),
    ...remainingLines(forgot.remaining, view),
    ...(forgot.dryRun
      ? [paint.dim('Nothing was changed. Next: the same with --yes instead of --dry-run')]
      : []),
  ].join('\n');
}

function remainingLines({ machines, tables, backups }: Forgot['remaining'], { paint, now }: View): string[] {
  const away = machines.map(
    (writer) => `  ${safeLine(writer)} shares the bucket and has not seen the order yet`,
  );
  const leaving =
    tables === 0 ? [] : [`  ${plural(tables, 'table')} of the bucket, for 10 minutes at the most`];
  const saved = backups.map(
    ({ file, createdAt }) =>
      `  ${safeLine(file)}, a back-up of ${agoText(createdAt, now)}: rm ${shellWord(file)}`,
  );
  const all = [...away, ...leaving, ...saved];
  return all.length === 0 ? [] : [paint.yellow('It may still be in:'), ...all];
}

export function renderPrune(pruned: Pruned, view: View): string {
  if (pruned.count === 0)
    return 'Nothing is to be pruned: there is nothing from before, or all of it are stubs.';
  const { paint } = view;
  const [first = '', ...others] = goingLines(pruned);
  return [
    `${pruned.dryRun ? paint.bold('Would prune') : paint.green('Pruned')} ${first}`,
    ...others,
    ...doneLines(pruned),
    ...(pruned.dryRun
      ? [paint.dim('Nothing was changed. Next: the same with --yes instead of --dry-run')]
      : []),
  ].join('\n');
}

export function renderForgettings(output: OutputOf<'event.forgettings'>, view: View): string {
  if (output.forgettings.length === 0) return 'Nothing was ever forgotten or pruned here.';
  const { paint, now } = view;
  return [
    ...output.forgettings.map(
      ({ event, kind, by, who, why, at, count, state }) =>
        `${state === 'done' ? paint.green('done   ') : paint.yellow('pending')} ${safeLine(event)} ${kind} ${plural(count, 'event')} by ${by}, ${safeLine(who)} ${agoText(at, now)}${why === '' ? '' : `: ${safeLine(why)}`}`,
    ),
    ...remainingLines(output.remaining, view),
  ].join('\n');
}
