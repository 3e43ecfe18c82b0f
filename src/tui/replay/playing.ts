import { type ReplayState, show, stepAt } from './state.ts';

/** Waits are cut to this at speed 1. */
const LONGEST_PAUSE_MS = 1000;
/** As often as a screen is drawn. */
const SHORTEST_PAUSE_MS = 16;

export const FASTEST = 16;

/** How long a playing viewer stays at its step: as long as it took, within a second, divided by the speed. Null: it does not go on by itself now. */
export function pauseMs(state: ReplayState): number | null {
  if (!state.playing) return null;
  if (state.at + 1 >= state.total) return 0;
  const [here, next] = [stepAt(state, state.at), stepAt(state, state.at + 1)];
  if (here === undefined || next === undefined) return null;
  return pauseOf(next.at - here.at, state.speed);
}

/** A wait as it is played. */
export const pauseOf = (tookMs: number, speed: number): number =>
  Math.max(SHORTEST_PAUSE_MS, Math.round(Math.min(LONGEST_PAUSE_MS, tookMs) / speed));

export const advance = (state: ReplayState): ReplayState =>
  state.at + 1 < state.total ? show(state, state.at + 1) : { ...state, playing: false };

export function changeSpeed(state: ReplayState, by: 1 | -1): ReplayState {
  const speed = Math.max(1, Math.min(FASTEST, by === 1 ? state.speed * 2 : state.speed / 2));
  return { ...state, speed, message: `${speed} ×` };
}
