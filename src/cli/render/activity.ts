import { displayWidth, pad, truncate } from '../../core/display-width.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { Usage } from '../../schema/records.ts';
import { countText, percent, plural } from './size.ts';
import { asciiGlyphs, bar, blockGlyphs, type Glyphs, heatRow, merged, sparkline } from './spark.ts';
import { renderTable } from './table.ts';
import { clockText, dayText } from './time.ts';
import type { View } from './view.ts';

type Activity = OutputOf<'stats.activity'>;

const gap = '  ';
/** Cells of an agent's name, and of the counts behind its line. */
const nameCells = 14;
const countCells = 27;
const leastChart = 10;
const mostChart = 150;
/** Where so great a part of the calls failed, a line is red. */
const badPart = 0.25;
/** A line is wide enough for who worked on a file. */
const roomForAgents = 120;

/** How many parts of time a terminal of this width has room for. */
export const chartCells = (width: number): number =>
  Math.min(mostChart, Math.max(leastChart, width - nameCells - countCells - gap.length));

export function renderActivity(activity: Activity, view: View): string {
  const { workspace, branch, events } = activity;
  const glyphs = view.ascii === true ? asciiGlyphs : blockGlyphs;
  const head = `${view.paint.bold(safeLine(workspace))}${gap}${safeLine(branch)}${gap}${view.paint.dim(
    `${momentText(activity.from, activity)} to ${momentText(activity.to, activity)}`,
  )}`;
  if (events === 0)
    return `${head}\n\nNothing was captured in this time. Look further back: hivemind stats --since 52w`;
  return [
    head,
    agentLines(activity, glyphs, view),
    ...(activity.tools.length === 0 ? [] : [toolTable(activity, glyphs, view)]),
    usageTable(activity, view),
    ...(activity.files.length === 0 ? [] : [fileLines(activity, glyphs, view)]),
  ].join('\n\n');
}

/** Days where the time is many days long, minutes where it is not. */
function momentText(at: number, { from, to }: Pick<Activity, 'from' | 'to'>): string {
  const [day, clock] = [dayText(at), clockText(at).slice(0, 5)];
  return to - from > 60 * 86_400_000 ? day : `${day} ${clock}`;
}

/** How long one sign of a line is. */
function lengthText(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 1) return `${Math.round(ms / 1000)} s`;
  if (minutes < 90) return `${Math.round(minutes)} min`;
  if (minutes < 48 * 60) return `${(minutes / 60).toFixed(1).replace(/\.0$/, '')} h`;
  return `${(minutes / 1440).toFixed(1).replace(/\.0$/, '')} d`;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const right = (text: string, cells: number): string =>
  ' '.repeat(Math.max(0, cells - displayWidth(text))) + text;

function agentLines(activity: Activity, glyphs: Glyphs, view: View): string {
  const { dim, bold, cyan, red } = view.paint;
  const cells = chartCells(view.width);
  const rows = activity.agents.map(({ agent, sessions, events, failures }) => {
    const [counts, failed] = [merged(events, cells), merged(failures, cells)];
    const signs = sparkline(counts, glyphs).map((sign, at) =>
      (failed[at] ?? 0) / Math.max(1, counts[at] ?? 0) >= badPart ? red(sign) : cyan(sign),
    );
    return [
      pad(truncate(safeLine(agent), nameCells), nameCells) +
        gap +
        signs.join('') +
        ' '.repeat(cells - counts.length),
      right(countText(sum(events)), 8),
      right(countText(sum(failures)), 7),
      right(countText(sessions), 8),
    ].join(' ');
  });
  const size = Math.ceil((activity.agents[0]?.events.length ?? 1) / cells);
  const title = `Activity, ${lengthText(activity.bucketMs * size)} a column, own height each`;
  const chart = nameCells + gap.length + cells;
  const counts = ` ${right('EVENTS', 8)} ${right('FAILED', 7)} ${right('SESSIONS', 8)}`;
  const header = bold(pad(truncate(title, chart), chart)) + dim(counts);
  return [header, ...rows, axisLine(activity, nameCells + gap.length, cells, view)].join('\n');
}

/** When the first column begins and when the last one ends. */
function axisLine(activity: Activity, indent: number, cells: number, { paint }: View): string {
  const first = momentText(activity.from, activity);
  const last = momentText(activity.to, activity);
  const room = cells - first.length - last.length;
  return ' '.repeat(indent) + paint.dim(room < 1 ? truncate(first, cells) : first + ' '.repeat(room) + last);
}

function toolTable({ tools }: Activity, glyphs: Glyphs, view: View): string {
  const { red, dim, bold } = view.paint;
  const cells = view.width < 100 ? 16 : 32;
  const part = ({ calls, failed, rejected }: Activity['tools'][number]): number =>
    (failed + rejected) / Math.max(1, calls);
  const table = renderTable(
    tools,
    [
      { header: 'TOOL', cell: ({ tool }) => tool, shrinks: true },
      { header: 'CALLS', cell: ({ calls }) => countText(calls), align: 'right' },
      { header: 'FAILED', cell: ({ failed }) => countText(failed), align: 'right' },
      { header: 'REFUSED', cell: ({ rejected }) => countText(rejected), align: 'right' },
      { header: 'RATE', cell: (row) => percent(part(row)), align: 'right' },
      { header: '', cell: (row) => bar(part(row), cells, glyphs), style: red },
    ],
    view,
  );
  return `${bold('Tools')}${dim(', and how many of their calls came to nothing')}\n${table}`;
}

const notSaid = 'not said';

function usageTable({ agents, usage }: Activity, view: View): string {
  const rows: { who: string; usage: Usage | null }[] = [
    ...agents.map((row) => ({ who: row.agent, usage: row.usage })),
    ...(agents.length > 1 ? [{ who: 'all together', usage }] : []),
  ];
  const tokens =
    (name: 'input' | 'output' | 'cacheRead' | 'cacheWrite') =>
    (row: { usage: Usage | null }): string =>
      row.usage === null ? notSaid : countText(row.usage[name]);
  const table = renderTable(
    rows,
    [
      { header: 'TOKENS', cell: ({ who }) => who, shrinks: true },
      { header: 'INPUT', cell: tokens('input'), align: 'right' },
      { header: 'OUTPUT', cell: tokens('output'), align: 'right' },
      { header: 'CACHE READ', cell: tokens('cacheRead'), align: 'right' },
      { header: 'CACHE WRITE', cell: tokens('cacheWrite'), align: 'right' },
      { header: 'COST', cell: (row) => costText(row.usage), align: 'right' },
    ],
    view,
  );
  return `${view.paint.bold('Tokens and cost')}${view.paint.dim(', as the agents say')}\n${table}`;
}

const costText = (usage: Usage | null): string =>
  usage === null || usage.costUsd === null ? notSaid : `$${usage.costUsd.toFixed(2)}`;

/** The end of a path says more than its beginning. */
const pathText = (path: string, cells: number, ascii: boolean): string => {
  const safe = safeLine(path);
  if (displayWidth(safe) <= cells) return pad(safe, cells);
  const dots = ascii ? '...' : '…';
  const tail = [...safe];
  while (tail.length > 0 && displayWidth(tail.join('')) > cells - dots.length)
    tail.splice(0, Math.max(1, tail.length - cells));
  return pad(dots + tail.join(''), cells);
};

/** Files as rows, time as columns: the darker, the more edits. */
function fileLines(activity: Activity, glyphs: Glyphs, view: View): string {
  const { dim, bold, yellow } = view.paint;
  const { files } = activity;
  const columns = fileColumns(view.width);
  const countsRoom = columns.length * 8 + (view.width >= roomForAgents ? agentCells : 0);
  const cells = Math.min(chartCells(view.width), Math.floor(view.width * heatPart));
  const longest = Math.max(...files.map(({ path }) => displayWidth(safeLine(path))));
  const pathCells = Math.max(8, Math.min(longest, view.width - cells - countsRoom - gap.length));
  const maps = files.map(({ edits }) => merged(edits, cells));
  const most = Math.max(1, ...maps.flat());
  const rows = files.map((file, at) => {
    const signs = heatRow(maps[at] ?? [], glyphs, most);
    const counts = columns.map(({ of }) => ` ${right(countText(of(file)), 7)}`).join('');
    const agents =
      view.width >= roomForAgents ? `  ${truncate(safeLine(file.agents.join(', ')), agentCells - 2)}` : '';
    const heat = yellow(signs.join('')) + ' '.repeat(cells - signs.length);
    return `${pathText(file.path, pathCells, view.ascii === true)}${gap}${heat}${counts}${agents}`.trimEnd();
  });
  const titleCells = pathCells + gap.length + cells;
  const headers = columns.map(({ header }) => ` ${right(header, 7)}`).join('');
  const shades = `${glyphs.shades.join('')} up to ${plural(most, 'edit')} a column`;
  return [
    bold(pad(truncate('Files, and when they were edited', titleCells), titleCells)) +
      dim(`${headers}${view.width >= roomForAgents ? '  AGENTS' : ''}`),
    ...rows,
    axisLine(activity, pathCells + gap.length, maps[0]?.length ?? cells, view),
    ' '.repeat(pathCells + gap.length) + dim(shades),
  ].join('\n');
}

/** Part of the line that the map of files takes at the most. */
const heatPart = 0.47;
const agentCells = 26;

type FileRow = Activity['files'][number];

function fileColumns(width: number): { header: string; of: (file: FileRow) => number }[] {
  return [
    { header: 'EDITS', of: ({ edits }) => sum(edits) },
    ...(width < 100 ? [] : [{ header: 'READS', of: ({ reads }: FileRow) => reads }]),
    { header: 'FAILED', of: ({ failures }) => failures },
  ];
}
