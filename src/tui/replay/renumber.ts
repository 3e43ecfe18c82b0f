import type { ReplayState } from './state.ts';

/** Said of a search that went by the numbers of before. */
export const searchAgain = 'older steps have come in, and all have new numbers: search again';

/**
 * Steps have other numbers than they had: what is held is dropped, and the step that is shown is looked for by its event.
 * One that was not loaded yet is as far behind the nearest one that was.
 */
export function renumber(state: ReplayState, order: string): ReplayState {
  const fresh: ReplayState = { ...state, order, era: state.era + 1, steps: new Map() };
  // An event and a time are found under any numbers.
  if (state.ask?.wanted.event !== undefined || state.ask?.wanted.at !== undefined) return fresh;
  const message = state.ask === null ? state.message : searchAgain;
  const number = nearestHeld(state);
  const event = number === undefined ? undefined : state.steps.get(number);
  if (number === undefined || event === undefined) return { ...fresh, message, ask: null };
  const asked = state.asked + 1;
  const ask = { wanted: { event: event.id }, what: '', number: asked, behind: state.at - number };
  return { ...fresh, message, asked, ask };
}

function nearestHeld({ steps, at }: ReplayState): number | undefined {
  let nearest: number | undefined;
  for (const number of steps.keys())
    if (nearest === undefined || Math.abs(number - at) < Math.abs(nearest - at)) nearest = number;
  return nearest;
}
