import { displayWidth, pad, truncate, wrapLines } from '../../core/display-width.ts';
import { safeLine } from '../../core/safe-text.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { FieldChange, MergeConflict } from '../../schema/records.ts';
import { renderEntry } from './entry.ts';
import { plural } from './size.ts';
import { renderTable } from './table.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

const longestValue = 200;

/** A field's value on one line. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '(nothing)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return truncate(safeLine(text), longestValue);
}

const headed = (heading: string, lines: string[]): string[] =>
  lines.length === 0 ? [] : ['', heading, ...lines];

/** Records changed, field by field. */
export const renderChanges = (changes: readonly FieldChange[], view: View, isDone = false): string[] =>
  headed(
    `${plural(changes.length, 'field')} ${isDone ? 'changed' : 'would change'}:`,
    changes.flatMap((change) => renderChange(change, view)),
  );

/** On one line where it fits, else what it was and what it is below each other. */
function renderChange({ kind, title, field, before, after, by }: FieldChange, view: View): string[] {
  const { bold, red, green, dim } = view.paint;
  const [name, who] = [safeLine(title), safeLine(by)];
  const [was, is] = [before === null ? '' : valueText(before), valueText(after)];
  const arrow = was === '' ? '' : ' → ';
  const plain = `  ${kind} ${name} · ${field}: ${was}${arrow}${is}  ${who}`;
  if (displayWidth(plain) <= view.width)
    return [`  ${kind} ${bold(name)} · ${field}: ${red(was)}${arrow}${green(is)}  ${dim(who)}`];
  return [
    ...renderEntry(
      { indent: 2, lead: `${kind} `, text: `${name} · ${field}`, style: bold, tail: who, tailStyle: dim },
      view,
    ),
    ...(was === ''
      ? []
      : renderEntry({ indent: 4, lead: '- ', leadStyle: red, text: was, style: red }, view)),
    ...renderEntry({ indent: 4, lead: '+ ', leadStyle: green, text: is, style: green }, view),
  ];
}

/** Each conflict with its two sides next to each other: who, when and why. */
export const renderConflicts = (conflicts: readonly MergeConflict[], view: View): string[] =>
  headed(
    view.paint.red(`${plural(conflicts.length, 'conflict')}:`),
    conflicts.flatMap((conflict, index) => [...(index === 0 ? [] : ['']), ...renderConflict(conflict, view)]),
  );

function renderConflict(conflict: MergeConflict, view: View): string[] {
  const { bold, dim, yellow } = view.paint;
  const half = Math.max(16, Math.floor((view.width - 5) / 2));
  const [ours, theirs] = [sideLines(conflict, 'ours', half, view), sideLines(conflict, 'theirs', half, view)];
  const rows = Array.from({ length: Math.max(ours.length, theirs.length) }, (_, at) => {
    const [left, right] = [pad(ours[at] ?? '', half), theirs[at] ?? ''];
    return at === 0 ? `  ${yellow(left)} │ ${yellow(right)}` : `  ${left} │ ${right}`.trimEnd();
  });
  const what =
    conflict.why === 'opposed'
      ? 'two decisions that contradict each other'
      : `${conflict.kind} "${safeLine(conflict.theirs.title)}" · ${conflict.field}`;
  const base = { indent: 2, lead: 'it was: ', leadStyle: dim, text: valueText(conflict.base), style: dim };
  return [
    ...renderEntry({ indent: 2, text: what, style: bold, tail: safeLine(conflict.id), tailStyle: dim }, view),
    ...(conflict.base === null ? [] : renderEntry(base, view)),
    ...rows,
  ];
}

/** A side in lines of `width` cells: which branch, the value, why, who and when. */
function sideLines(
  { why, ...sides }: MergeConflict,
  name: 'ours' | 'theirs',
  width: number,
  view: View,
): string[] {
  const side = sides[name];
  const text = [
    ...(why === 'opposed' ? [`${safeLine(side.title)}:`] : []),
    valueText(side.value),
    ...(side.reason === '' ? [] : [`because ${safeLine(side.reason)}`]),
    `${safeLine(side.by)}, ${agoText(side.at, view.now)}`,
  ];
  return [
    truncate(`${name}: ${safeLine(side.branch)}`, width),
    ...text.flatMap((line) => wrapLines(line, width).map((part) => part.trimEnd())),
  ];
}

/** What stands in the way by the rules; conflicts speak for themselves. */
export const renderVerdicts = (verdicts: OutputOf<'merge.run'>['verdicts'], view: View): string[] =>
  headed(
    'The rules:',
    verdicts
      .filter(({ rule, passed }) => rule !== 'no-conflicts' || !passed)
      .flatMap(({ rule, passed, reason, hint }) => [
        ...renderEntry(
          {
            indent: 2,
            lead: `${rule} ${passed ? 'passes' : 'fails'}: `,
            leadStyle: passed ? view.paint.green : view.paint.red,
            text: safeLine(reason),
          },
          view,
        ),
        // A command is never broken: it is there to be copied.
        ...(hint === undefined || passed ? [] : [`    ${view.paint.dim(safeLine(hint))}`]),
      ]),
  );

/** How many conflicts each way of settling them has settled. */
function settledText(settled: OutputOf<'merge.run'>['settled']): string {
  const ways = [...Map.groupBy(settled, ({ by }) => by)].map(
    ([by, those]) => `${those.length} by ${by === 'value' ? 'another value' : by}`,
  );
  return `${plural(settled.length, 'conflict')} settled: ${ways.join(', ')}`;
}

export function renderMerge(output: OutputOf<'merge.run'>, view: View): string {
  const [source, into] = [view.paint.bold(safeLine(output.source)), view.paint.bold(safeLine(output.into))];
  const settled = output.settled.length === 0 ? [] : [settledText(output.settled)];
  const said: Record<typeof output.outcome, string> = {
    merged: `${view.paint.green('Merged')} ${source} into ${into}: ${plural(output.events, 'event')} became visible.`,
    'would-merge': `${source} would merge into ${into}: ${plural(output.events, 'event')} would become visible.`,
    'up-to-date': `${into} sees everything on ${source} already.`,
    conflicts: `${source} is not merged into ${into}: nothing was changed.`,
    refused: `${source} is not merged into ${into}, a rule says no: nothing was changed.`,
  };
  const next =
    output.outcome === 'conflicts'
      ? [
          '',
          view.paint.dim(
            `Settle them: hivemind merge resolve ${shellWord(output.source)} --into ${shellWord(output.into)}, or --strategy latest, ours, theirs`,
          ),
        ]
      : [];
  return [
    said[output.outcome],
    ...settled,
    ...renderChanges(output.changes, view, output.outcome === 'merged'),
    ...renderConflicts(output.conflicts, view),
    ...(output.outcome === 'refused' ? renderVerdicts(output.verdicts, view) : []),
    ...next,
  ].join('\n');
}

export const renderMergeStatus = ({ stopped }: OutputOf<'merge.status'>, view: View): string =>
  stopped.length === 0
    ? 'No merge is waiting for somebody.'
    : renderTable(
        stopped,
        [
          { header: 'BRANCH', cell: (row) => row.source, shrinks: true, style: view.paint.bold },
          { header: 'INTO', cell: (row) => row.into, shrinks: true },
          { header: 'CONFLICTS', cell: (row) => String(row.conflicts), align: 'right' },
          { header: 'STOPPED', cell: (row) => agoText(row.at, view.now) },
          { header: 'BY', cell: (row) => row.by, shrinks: true },
        ],
        view,
      );

export const renderMergeAborted = (output: OutputOf<'merge.abort'>): string =>
  output.aborted
    ? `Gave up merging ${safeLine(output.source)} into ${safeLine(output.into)}.`
    : `No merge of ${safeLine(output.source)} into ${safeLine(output.into)} was waiting.`;

/** What is said when somebody left the conflicts without merging. */
export function renderQuit(quit: {
  source: string;
  into: string;
  conflicts: number;
  settled: number;
}): string {
  const lost = quit.settled === 0 ? '' : ` ${plural(quit.settled, 'settled conflict')} forgotten.`;
  return `${safeLine(quit.source)} is not merged into ${safeLine(quit.into)}: nothing was changed.${lost}`;
}
