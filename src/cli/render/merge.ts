import { displayWidth, pad, truncate } from '../../core/display-width.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { FieldChange, MergeConflict } from '../../schema/records.ts';
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
    changes.map(
      ({ kind, title, field, before, after, by }) =>
        `  ${kind} ${view.paint.bold(safeLine(title))} · ${field}: ${before === null ? '' : `${view.paint.red(valueText(before))} → `}${view.paint.green(valueText(after))}  ${view.paint.dim(safeLine(by))}`,
    ),
  );

/** Each conflict with its two sides next to each other: who, when and why. */
export const renderConflicts = (conflicts: readonly MergeConflict[], view: View): string[] =>
  headed(
    view.paint.red(`${plural(conflicts.length, 'conflict')}:`),
    conflicts.flatMap((conflict) => renderConflict(conflict, view)),
  );

export function renderConflict(conflict: MergeConflict, view: View): string[] {
  const half = Math.max(20, Math.floor((view.width - 7) / 2));
  const [ours, theirs] = [linesOf(conflict.ours, half, view), linesOf(conflict.theirs, half, view)];
  const rows = Array.from({ length: Math.max(ours.length, theirs.length) }, (_, at) => {
    const left = ours[at] ?? '';
    return `  ${pad(left, half)} │ ${theirs[at] ?? ''}`.trimEnd();
  });
  const what =
    conflict.why === 'opposed'
      ? 'two decisions that contradict each other'
      : `${conflict.kind} "${safeLine(conflict.theirs.title)}" · ${conflict.field}`;
  const base = conflict.base === null ? [] : [view.paint.dim(`  it was: ${valueText(conflict.base)}`)];
  return [
    `  ${view.paint.bold(what)}  ${view.paint.dim(safeLine(conflict.id))}`,
    ...base,
    `  ${view.paint.yellow(pad('ours', half))} │ ${view.paint.yellow('theirs')}`,
    ...rows,
    '',
  ];
}

function linesOf(side: MergeConflict['ours'], width: number, view: View): string[] {
  const text = [
    valueText(side.value),
    ...(side.reason === '' ? [] : [`because ${safeLine(side.reason)}`]),
    `${safeLine(side.by)} on ${safeLine(side.branch)}, ${agoText(side.at, view.now)}`,
  ];
  return text.flatMap((line) => wrap(line, width));
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= width) line = longer;
    else {
      if (line !== '') lines.push(line);
      line = truncate(word, width);
    }
  }
  return [...lines, line];
}

/** What stands in the way by the rules; conflicts speak for themselves. */
export const renderVerdicts = (verdicts: OutputOf<'merge.run'>['verdicts'], view: View): string[] =>
  headed(
    'The rules:',
    verdicts
      .filter(({ rule, passed }) => rule !== 'no-conflicts' || !passed)
      .map(({ rule, passed, reason, hint }) => {
        const mark = passed ? view.paint.green('passes') : view.paint.red('fails');
        return `  ${rule} ${mark}: ${safeLine(reason)}${hint === undefined || passed ? '' : view.paint.dim(`  ${safeLine(hint)}`)}`;
      }),
  );

export function renderMerge(output: OutputOf<'merge.run'>, view: View): string {
  const [source, into] = [view.paint.bold(safeLine(output.source)), view.paint.bold(safeLine(output.into))];
  const settled =
    output.settled.length === 0
      ? []
      : [
          `${plural(output.settled.length, 'conflict')} settled: ${output.settled.map(({ by }) => by).join(', ')}`,
        ];
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
          view.paint.dim(
            `Settle them: hivemind merge resolve "${safeLine(output.source)}" --into "${safeLine(output.into)}", or --strategy latest, ours, theirs`,
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
          { header: 'BY', cell: (row) => row.by },
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
