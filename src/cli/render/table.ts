import { displayWidth, pad, truncate } from '../../core/display-width.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { View } from './view.ts';

export interface Column<Row> {
  header: string;
  cell: (row: Row) => string;
  align?: 'right';
  /** This column gives way when the line is too long, the widest first; at least 8 cells stay. */
  shrinks?: boolean;
  style?: (text: string, row: Row) => string;
}

const GAP = 2;
const LEAST = 8;

function widthsOf(
  cells: string[][],
  columns: readonly { header: string; shrinks?: boolean }[],
  room: number,
) {
  const widths = columns.map((column, index) =>
    Math.max(column.header.length, ...cells.map((row) => displayWidth(row[index] ?? ''))),
  );
  let excess = widths.reduce((sum, width) => sum + width + GAP, -GAP) - room;
  const shrinking = columns.flatMap((column, index) => (column.shrinks ? [index] : []));
  // The widest gives way first: no column is cut to nothing while another has room to spare.
  while (excess > 0) {
    const widest = shrinking.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    if (widest === undefined || (widths[widest] ?? 0) <= LEAST) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function place(text: string, cells: number, align: 'right' | undefined): string {
  const fitted = truncate(text, cells);
  return align === 'right'
    ? ' '.repeat(Math.max(0, cells - displayWidth(fitted))) + fitted
    : pad(fitted, cells);
}

/** Rows in aligned columns under a dim header; cells are made safe, and cut only in columns that shrink. */
export function renderTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], view: View): string {
  const cells = rows.map((row) => columns.map((column) => safeLine(column.cell(row))));
  const widths = widthsOf(cells, columns, view.width);
  const header = columns.map((column, index) => place(column.header, widths[index] ?? 0, column.align));
  const lines = rows.map((row, rowIndex) =>
    columns.map((column, index) => {
      const placed = place(cells[rowIndex]?.[index] ?? '', widths[index] ?? 0, column.align);
      const text = index === columns.length - 1 ? placed.trimEnd() : placed;
      return column.style ? column.style(text, row) : text;
    }),
  );
  const gap = ' '.repeat(GAP);
  return [view.paint.dim(header.join(gap).trimEnd()), ...lines.map((line) => line.join(gap).trimEnd())].join(
    '\n',
  );
}

/** "label  value" lines with the labels aligned, as are further lines of a value; entries without a value are left out. */
export function renderFacts(facts: readonly (readonly [string, string | null])[], view: View): string {
  const shown = facts.filter((fact): fact is readonly [string, string] => fact[1] !== null);
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  const margin = `\n${' '.repeat(width + GAP)}`;
  return shown
    .map(([label, value]) => `${view.paint.dim(pad(label, width))}  ${value.replaceAll('\n', margin)}`)
    .join('\n');
}
