import { durationText } from '../../core/amount-text.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { EventSpan, OpeningRepairs, Verification } from '../../schema/operations/store.ts';
import { countText, plural } from './size.ts';
import { renderFacts } from './table.ts';
import type { View } from './view.ts';

const spanText = ({ writer, from, to }: EventSpan): string =>
  `${from === to ? from : `${from} to ${to}`} of ${safeLine(writer)}`;

/** What is wrong, a line for each thing. */
function damageLines({ damaged, missing, spans, journal }: Verification): string[] {
  return [
    ...damaged.flatMap((one) => [
      `table ${safeLine(one.table)} (${one.state})`,
      ...one.problems.map((problem) => `  ${safeLine(problem)}`),
      ...(one.rows === 0
        ? []
        : [`  ${plural(one.rows, 'row')} not as written: ${one.ids.map(safeLine).join(', ')}`]),
      ...(one.missing === 0
        ? []
        : [
            `  ${plural(one.missing, 'event')} cannot be read from it: ${one.spans.map(spanText).join(', ')}`,
          ]),
    ]),
    ...journal.damaged.map(
      ({ path, offset, reason }) => `journal segment ${safeLine(path)}, byte ${offset}: ${safeLine(reason)}`,
    ),
    ...(missing === 0
      ? []
      : [`${plural(missing, 'event')} nowhere to be found: ${spans.map(spanText).join(', ')}`]),
  ];
}

function readText({ tables, rows, journal, duplicates, lost }: Verification): string {
  const journalText = `${plural(journal.events, 'event')} in ${plural(journal.segments, 'journal segment')}`;
  const more = [
    ...(duplicates === 0 ? [] : [`${countText(duplicates)} of them twice, which reads pass over`]),
    ...(lost === 0 ? [] : [`${plural(lost, 'event')} given up earlier`]),
  ];
  return [`${plural(rows, 'row')} in ${plural(tables, 'table')}`, journalText, ...more].join(', ');
}

export function renderVerified(output: OutputOf<'store.verify'>, view: View): string {
  const name = view.paint.bold(safeLine(output.workspace));
  const read = `Read ${readText(output)} in ${durationText(output.durationMs)}.`;
  if (output.ok) return `${view.paint.green('All is well')} in ${name}.\n${read}`;
  return [
    `${view.paint.red('Damage')} in ${name}:`,
    ...damageLines(output).map((line) => `  ${line}`),
    read,
    view.paint.dim('Next: hivemind store repair'),
  ].join('\n');
}

/** What was mended when a workspace was opened; empty when nothing was. */
export function openingLines({
  torn,
  catalog,
  replaced,
  reappended,
  mended,
  lost,
}: OpeningRepairs): string[] {
  return [
    ...torn.map((copy) => `cut a torn journal tail, a copy is kept: ${safeLine(copy)}`),
    ...catalog.map((path) => `passed by a damaged version of the catalog: ${safeLine(path)}`),
    ...replaced.map((table) => `replaced the unreadable table ${safeLine(table)} from the journal`),
    ...(reappended === 0 ? [] : [`brought ${plural(reappended, 'event')} back from the journal`]),
    ...mendedLines(mended),
    ...(lost === 0 ? [] : [`gave up ${plural(lost, 'event')} that were nowhere to be found`]),
  ];
}

const mendedLines = (mended: OpeningRepairs['mended']): string[] =>
  mended.map(({ table, rows, fromJournal, lost }) => {
    const back = fromJournal === 0 ? '' : `, ${countText(fromJournal)} of them from memory or the journal`;
    const gone = lost === 0 ? '' : `; ${plural(lost, 'event')} given up`;
    return `made table ${safeLine(table)} anew: ${plural(rows, 'row')}${back}${gone}`;
  });

function refusedLine({ table, events, spans, reason }: OutputOf<'store.repair'>['refused'][number]): string {
  const why =
    events === 0
      ? safeLine(reason)
      : `${plural(events, 'event')} would be lost (${spans.map(spanText).join(', ')})`;
  return `table ${safeLine(table)} was left as it is: ${why}`;
}

export function renderRepaired(output: OutputOf<'store.repair'>, view: View): string {
  const { opening, mended, setAside, refused, verification } = output;
  const name = view.paint.bold(safeLine(output.workspace));
  const atOpening = openingLines(opening);
  const done = [
    ...mendedLines(mended),
    ...setAside.map((path) => `set a damaged journal segment aside: ${safeLine(path)}`),
  ];
  const left = [...refused.map(refusedLine), ...(output.ok ? [] : damageLines(verification))];
  const verdict = output.ok ? view.paint.green('All is well') : view.paint.red('Damage is left');
  return [
    `${verdict} in ${name}.`,
    renderFacts(
      [
        ['at the last opening', atOpening.length === 0 ? null : atOpening.join('\n')],
        ['repaired', done.length === 0 ? 'nothing' : done.join('\n')],
        ['given up', output.lost === 0 ? null : view.paint.yellow(plural(output.lost, 'event'))],
        ['left', left.length === 0 ? null : left.join('\n')],
        ['read', readText(verification)],
      ],
      view,
    ),
    ...(refused.every(({ events }) => events === 0)
      ? []
      : [
          view.paint.dim(
            'Next: restore a backup, or go on without these events: hivemind store repair --accept-loss',
          ),
        ]),
  ].join('\n');
}
