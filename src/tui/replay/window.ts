import { renumber } from './renumber.ts';
import { clampStep, type Page, type ReplayState, sessionsIn } from './state.ts';

/** Steps per request. */
export const PAGE_STEPS = 200;
/** Steps that are kept; of more the furthest away are forgotten. */
const MOST_STEPS = 1200;
/** Sessions whose names are kept. */
const MOST_SESSIONS = 2000;

/** The steps to ask for next: around the one that is shown, then the rows before and behind it; null when all are there. */
export function wantedSteps(state: ReplayState, rows: number): { after: number; limit: number } | null {
  // Which step it is that is shown is being asked: until then others would be seen in its place.
  if (state.failed || state.total === 0 || state.ask?.behind !== undefined) return null;
  for (let near = 0; near <= 2 * rows; near += 1) {
    // Those behind it first: 0, 1 … rows, -1 … -rows.
    const step = clampStep(state, state.at + (near <= rows ? near : rows - near));
    if (state.steps.has(step)) continue;
    const page = step - (step % PAGE_STEPS);
    // Large steps come fewer at a time than were asked for.
    const after = state.steps.has(page) ? step : page;
    return { after, limit: page + PAGE_STEPS - after };
  }
  return null;
}

/** With the steps that were asked for, unless others are wanted by now. */
export function addSteps(
  state: ReplayState,
  loaded: { era: number; after: number; output: Page },
): ReplayState {
  const { era, after, output } = loaded;
  if (era !== state.era) return state;
  if (output.order !== state.order) return renumber({ ...state, total: output.total }, output.order);
  const { total, agents } = output;
  const grown = { ...state, total, agents };
  const at = clampStep(grown, state.at);
  if (output.steps.length === 0 && after < total)
    return { ...grown, at, failed: true, message: 'these steps are not in the store any more' };
  const steps = new Map(state.steps);
  for (const [index, step] of output.steps.entries()) steps.set(after + index, step);
  const sessions = new Map([
    ...(state.sessions.size > MOST_SESSIONS ? [] : state.sessions),
    ...sessionsIn(output),
  ]);
  return { ...grown, at, sessions, steps: keepNear(steps, at) };
}

function keepNear<T>(steps: Map<number, T>, at: number): ReadonlyMap<number, T> {
  if (steps.size <= MOST_STEPS) return steps;
  const byDistance = [...steps].sort(([a], [b]) => Math.abs(a - at) - Math.abs(b - at));
  return new Map(byDistance.slice(0, MOST_STEPS));
}
