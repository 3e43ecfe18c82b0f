import { type Cell, type LaneRow, laneRows } from '../../core/branch-lanes.ts';
import { displayWidth, truncate } from '../../core/display-width.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { plural } from './size.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

type Graph = OutputOf<'branch.graph'>;

/** Signs of a cell: where its line to the side goes to the right, and where it goes to the left. */
type Signs = Readonly<Record<Cell, readonly [right: string, left: string]>>;

const same = (sign: string): readonly [string, string] => [sign, sign];

const drawn: Signs = {
  none: same(' '),
  through: same('│'),
  tip: same('●'),
  merge: same('◆'),
  cross: same('┼'),
  pass: same('─'),
  from: ['╭', '╮'],
  'from-through': ['├', '┤'],
  forked: ['╰', '╯'],
  parent: ['├', '┤'],
};

const ascii: Signs = {
  none: same(' '),
  through: same('|'),
  tip: same('*'),
  merge: same('M'),
  cross: same('+'),
  pass: same('-'),
  from: same('.'),
  'from-through': same('|'),
  forked: same("'"),
  parent: same('|'),
};

/** Part of the line that lanes may take; what is beyond is not drawn. */
const lanesPart = 0.4;

/** Branches as lanes, the latest on top: where each was forked, and what was merged into what. */
export function renderBranchGraph(graph: Graph, view: View): string {
  const rows = laneRows(graph);
  const most = Math.max(4, Math.floor((view.width * lanesPart) / 2));
  const widest = Math.max(0, ...rows.map(({ cells }) => cells.length));
  const lanes = Math.min(most, widest);
  const lines = rows.map((row) => {
    const label = labelOf(row, graph, view);
    const room = view.width - 2 * lanes - 1;
    return `${lanesText(row, lanes, view)} ${label(room)}`.trimEnd();
  });
  const hidden = graph.total - graph.branches.length;
  return [
    ...lines,
    ...(widest > lanes
      ? [view.paint.dim(`${plural(widest - lanes, 'lane')} more than fit beside each other are not drawn`)]
      : []),
    ...(hidden > 0
      ? [view.paint.dim(`${plural(hidden, 'more branch')} not shown: --limit ${graph.total}`)]
      : []),
  ].join('\n');
}

function lanesText({ cells, side }: LaneRow, lanes: number, view: View): string {
  const signs = view.ascii === true ? ascii : drawn;
  const [first, last] = side === null ? [0, 0] : [Math.min(...side), Math.max(...side)];
  const styles = [view.paint.green, view.paint.cyan, view.paint.yellow, view.paint.red];
  const text = Array.from({ length: lanes }, (_, lane) => {
    const cell = cells[lane] ?? 'none';
    const isBetween = side !== null && lane >= first && lane < last;
    const [right, left] = signs[cell];
    const sign = side !== null && lane === first ? right : left;
    const style = styles[lane % styles.length] ?? view.paint.green;
    return `${style(sign)}${isBetween ? view.paint.dim(signs.pass[0]) : ' '}`;
  });
  return text.join('');
}

/** What is said of a row, in so many cells: the name gives way. */
function labelOf(row: LaneRow, graph: Graph, view: View): (cells: number) => string {
  const { paint, now } = view;
  const { branch, other, merge, at } = row;
  const isHere = branch.id === graph.current;
  const arrow = view.ascii === true ? '->' : '→';
  if (row.what === 'tip') {
    const tail = [
      ...(isHere ? ['you are here'] : []),
      ...(branch.deletedAt === null ? [] : ['deleted']),
      ...(branch.agent === null ? [] : [truncate(safeLine(branch.agent), 30)]),
      plural(branch.events, 'event'),
      agoText(at, now),
    ].join(', ');
    return (cells) => fitted(branch.name, `  ${tail}`, cells, paint.bold, paint.dim);
  }
  const from = safeLine(other?.name ?? '');
  if (row.what === 'merge')
    return (cells) =>
      fitted(
        `merged ${from} ${arrow} ${safeLine(branch.name)}`,
        `  by ${truncate(safeLine(merge?.by ?? ''), 30)}, ${agoText(at, now)}`,
        cells,
        (text) => text,
        paint.dim,
      );
  return (cells) =>
    fitted(
      `${safeLine(branch.name)} forked from ${from}`,
      `  ${agoText(at, now)}`,
      cells,
      paint.dim,
      paint.dim,
    );
}

function fitted(
  name: string,
  tail: string,
  cells: number,
  nameStyle: (text: string) => string,
  tailStyle: (text: string) => string,
): string {
  const head = truncate(safeLine(name), Math.max(8, cells - displayWidth(tail)));
  return nameStyle(head) + tailStyle(truncate(tail, Math.max(0, cells - displayWidth(head))));
}
