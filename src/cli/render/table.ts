import { displayWidth, pad, truncate } from '../../core/display-width.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { View } from './view.ts';

export interface Column<Row> {
  header: string;
  cell: (row: Row) => string;
  align?: 'right';
  /** This column gives way when the line is too long; at least 8 cells stay. */
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
  columns.forEach((column, index) => {
    const width = widths[index] ?? 0;
    if (!column.shrinks || excess <= 0) return;
    const cut = Math.min(excess, Math.max(0, width - LEAST));
    widths[index] = width - cut;
    excess -= cut;
  });
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
      const text = place(cells[rowIndex]?.[index] ?? '', widths[index] ?? 0, column.align);
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
