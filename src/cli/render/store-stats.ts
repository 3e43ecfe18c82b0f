import { durationText } from '../../core/amount-text.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { countText, plural, sizeText } from './size.ts';
import { renderFacts } from './table.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

type Stats = OutputOf<'store.stats'>;

/** "2 sealed: 12,345 rows, 3.4 MiB" for each state that there is. */
function tablesText(tables: Stats['tables']): string {
  const states = ['sealed', 'closed', 'hot'] as const;
  return states
    .map((state) => ({ state, of: tables.filter((table) => table.state === state) }))
    .filter(({ of }) => of.length > 0)
    .map(({ state, of }) => {
      const rows = of.reduce((sum, table) => sum + table.rows, 0);
      const bytes = of.reduce((sum, table) => sum + table.sizeBytes, 0);
      return `${of.length} ${state}: ${plural(rows, 'row')}, ${sizeText(bytes)}`;
    })
    .join('\n');
}

function upkeepText({ due, last, trouble }: Stats['upkeep'], view: View): string {
  const done =
    last === null
      ? 'none since the workspace was opened'
      : `${agoText(last.at, view.now)}: ${plural(last.tables, 'table')} made one of ${plural(last.rows, 'row')} in ${durationText(last.durationMs)}`;
  const next = due ? ', the next is due' : '';
  return trouble === null ? `${done}${next}` : `${done}${next}\n${view.paint.yellow(safeLine(trouble))}`;
}

export function renderStoreStats(stats: Stats, view: View): string {
  const { memory, tail, journal, disk, dropped, lost } = stats;
  const repairs =
    journal.firstSeq === null ? '' : `, repairs from event ${countText(journal.firstSeq)} of this writer on`;
  const waiting = tail.since === null ? '' : `, the oldest ${agoText(tail.since, view.now)}`;
  return renderFacts(
    [
      ['workspace', view.paint.bold(safeLine(stats.workspace))],
      ['events', countText(stats.events)],
      ['given up', lost === 0 ? null : view.paint.yellow(plural(lost, 'event'))],
      ['tables', tablesText(stats.tables)],
      ['in memory', `${plural(memory.events, 'event')}, ${sizeText(memory.bytes)}`],
      ['not yet in LanceDB', tail.events === 0 ? null : `${countText(tail.events)}${waiting}`],
      [
        'journal',
        `${plural(journal.segments, 'segment')} (${countText(journal.compressed)} compressed), ${sizeText(journal.sizeBytes)}${repairs}`,
      ],
      [
        'disk',
        `${sizeText(disk.totalBytes)}: tables ${sizeText(disk.tableBytes)}, journal ${sizeText(disk.journalBytes)}, stored fields ${sizeText(disk.fieldsBytes)}, snapshot ${sizeText(disk.snapshotBytes)}, other ${sizeText(disk.otherBytes)}`,
      ],
      ['per event', sizeText(Math.round(disk.bytesPerEvent))],
      [
        'waiting for deletion',
        dropped.tables === 0 ? null : `${plural(dropped.tables, 'table')}, ${sizeText(dropped.sizeBytes)}`,
      ],
      ['upkeep', upkeepText(stats.upkeep, view)],
      ['writer', safeLine(stats.writer)],
    ],
    view,
  );
}
