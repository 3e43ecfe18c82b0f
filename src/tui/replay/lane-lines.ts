import { displayWidth, pad, truncate } from '../../core/display-width.ts';
import { sessionTag } from '../../core/replay/who.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { clock, type Line, lineOf, type Part, type Tone } from '../lines.ts';

export type Lanes = OutputOf<'replay.lanes'>;
type Lane = Lanes['lanes'][number];

/** Cells of the name before a lane. */
export const LANE_LABEL = 18;

/** How many parts the time is cut into on a screen so wide. */
export const laneBuckets = (columns: number): number => Math.max(8, Math.min(1000, columns - LANE_LABEL));

/** How much was done in a part of the time: as bars, and as shades where something failed, which colour alone must not say. */
const heights = '▁▂▃▄▅▆▇█';
const shades = '░▒▓';
const dayMs = 86_400_000;

/** When the replay begins and ends, and where in it the step is that is shown; then who worked when, and where something failed. */
export function laneLines(
  lanes: Lanes,
  { at, rows, columns }: { at: number; rows: number; columns: number },
): Line[] {
  if (rows < 1) return [];
  const cells = Math.max(1, columns - LANE_LABEL);
  const here = Math.max(0, Math.min(cells - 1, Math.floor((at - lanes.from) / lanes.bucketMs)));
  const count = Math.min(cells, lanes.first.length);
  const ruler = `${'─'.repeat(here)}▼${'─'.repeat(Math.max(0, count - here - 1))}`;
  const head: Line = { text: truncate(pad(spanText(lanes), LANE_LABEL) + ruler, columns), tone: 'dim' };
  const shown = inView(lanes.lanes, here, rows - 1);
  return [head, ...shown.map((lane) => laneLine(lane, count, here))];
}

const spanText = ({ from, to }: Lanes): string =>
  to - from < dayMs ? `${clock(from)}–${clock(to)}` : `${dayText(from)}–${dayText(to)}`;

const dayText = (at: number): string => {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '?' : `${date.getMonth() + 1}/${date.getDate()}`;
};

/** Of more lanes than there are lines those that have steps nearest to the present. */
function inView(lanes: readonly Lane[], here: number, rows: number): readonly Lane[] {
  if (lanes.length <= rows) return lanes;
  const distance = (lane: Lane): number =>
    lane.steps.reduce(
      (least, count, at) => (count > 0 ? Math.min(least, Math.abs(at - here)) : least),
      Infinity,
    );
  const near = new Set([...lanes].sort((a, b) => distance(a) - distance(b)).slice(0, Math.max(0, rows)));
  return lanes.filter((lane) => near.has(lane));
}

function laneLine(lane: Lane, count: number, here: number): Line {
  const most = Math.max(1, ...lane.steps);
  const child = lane.parent === null ? '' : '↳ ';
  const name = truncate(child + sessionTag(lane.agent, lane.session), LANE_LABEL - 1);
  const parts: Part[] = [{ text: name + ' '.repeat(LANE_LABEL - displayWidth(name)), tone: 'dim' }];
  for (let bucket = 0; bucket < count; bucket += 1) {
    const [steps = 0, failures = 0] = [lane.steps[bucket], lane.failures[bucket]];
    const text = steps === 0 ? ' ' : levelOf(failures > 0 ? shades : heights, steps / most);
    const tone: Tone = bucket === here ? 'current' : failures > 0 ? 'failed' : 'plain';
    const last = parts.at(-1);
    if (bucket > 0 && last?.tone === tone) last.text += text;
    else parts.push({ text, tone });
  }
  return lineOf(parts);
}

const levelOf = (levels: string, share: number): string => levels[Math.ceil(share * levels.length) - 1] ?? '';
