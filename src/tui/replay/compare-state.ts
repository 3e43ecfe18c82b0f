import { advance, changeSpeed, pauseOf } from './playing.ts';
import { movedAsk, reduceReplay } from './reduce.ts';
import { startAsk } from './seek.ts';
import { type Action, type ReplayState, show, stepAt } from './state.ts';

type Two<T> = readonly [T, T];
export type Side = 0 | 1;

/** Two replays that go through time together. */
export interface CompareState {
  panes: Two<ReplayState>;
  /** The pane that keys are for which are about one of them. */
  focus: Side;
  /** The moment in each from which its time is counted, epoch milliseconds: the same where both were going on at once. */
  bases: Two<number>;
  playing: boolean;
}

export type CompareAction =
  | { type: 'pane'; side: Side; action: Action }
  | { type: 'step'; by: number }
  | { type: 'end'; to: 'first' | 'last' }
  | { type: 'focus' }
  | { type: 'play' }
  | { type: 'speed'; by: 1 | -1 }
  | { type: 'tick' };

interface Times {
  from: number;
  to: number;
}

/** Two that overlap in time go by the clock; else each by the time since it began. */
export function openCompare(panes: Two<ReplayState>, [a, b]: Two<Times>, focus: Side = 0): CompareState {
  const overlap = a.from <= b.to && b.from <= a.to;
  const begin = Math.min(a.from, b.from);
  return { panes, focus, bases: overlap ? [begin, begin] : [a.from, b.from], playing: false };
}

export const goesByClock = ({ bases }: CompareState): boolean => bases[0] === bases[1];

export function reduceCompare(state: CompareState, action: CompareAction): CompareState {
  switch (action.type) {
    case 'pane':
      return reducePane(state, action.side, action.action);
    case 'step':
      return { ...withMovedAsks(state, stepBy(state, action.by)), playing: false };
    case 'end':
      return {
        ...state,
        playing: false,
        panes: both(state, (pane) => ({
          ...show(pane, action.to === 'first' ? 0 : pane.total - 1),
          ask: null,
        })),
      };
    case 'focus':
      return { ...state, focus: otherOf(state.focus) };
    case 'play':
      return { ...state, playing: !state.playing };
    case 'speed':
      return { ...state, panes: both(state, (pane) => changeSpeed(pane, action.by)) };
    case 'tick':
      return state.playing ? stepBy(state, 1) : state;
  }
}

export const otherOf = (side: Side): Side => (side === 0 ? 1 : 0);

const both = ({ panes }: CompareState, change: (pane: ReplayState) => ReplayState): Two<ReplayState> => [
  change(panes[0]),
  change(panes[1]),
];

const withPane = (state: CompareState, side: Side, pane: ReplayState): CompareState => ({
  ...state,
  panes: side === 0 ? [pane, state.panes[1]] : [state.panes[0], pane],
});

/** Somebody has gone on by hand: what either of them looked for would take him back there. */
function withMovedAsks(before: CompareState, after: CompareState): CompareState {
  const moved = (side: Side): ReplayState => {
    const [from, to] = [before.panes[side], after.panes[side]];
    return { ...to, ask: movedAsk(from, to.at - from.at) };
  };
  return { ...after, panes: [moved(0), moved(1)] };
}

/** What one of them does alone; when it has found something the other goes to the same time. */
function reducePane(state: CompareState, side: Side, action: Action): CompareState {
  const before = state.panes[side];
  const pane = reduceReplay(before, action);
  const isAnswer = action.type === 'loaded' || action.type === 'found';
  const next = { ...withPane(state, side, pane), playing: isAnswer && state.playing };
  const { ask } = before;
  const isFound = action.type === 'found' && ask?.number === action.number && pane.ask === null;
  const isOwn = isFound && ask?.wanted.event === undefined && !isFollowing(ask?.what);
  const hasJumped = action.type === 'submit' && before.mode === 'number';
  return isOwn || hasJumped ? follow(next, side) : next;
}

/** Says of a question that it was asked to bring a pane to the time of the other. */
const following = 'it ends before that';
const isFollowing = (what: string | undefined): boolean => what === following;

function follow(state: CompareState, side: Side): CompareState {
  const here = stepAt(state.panes[side], state.panes[side].at);
  if (here === undefined) return state;
  const other = otherOf(side);
  const moment = here.at - state.bases[side] + state.bases[other];
  const at = new Date(Math.max(0, moment)).toISOString();
  return withPane(state, other, startAsk(state.panes[other], { at }, following));
}

/** Time since the beginning of a pane's step; null: there is none, or it is not loaded. */
function offsetOf(state: CompareState, side: Side, step: number): number | null {
  const event = stepAt(state.panes[side], step);
  return event === undefined ? null : event.at - state.bases[side];
}

function stepBy(state: CompareState, by: number): CompareState {
  let next = state;
  for (let left = Math.abs(by); left > 0; left -= 1) next = by > 0 ? forward(next) : back(next);
  return next;
}

/** When the next step of each pane is; null: there is none, or it is not loaded. */
const nextsOf = (state: CompareState): (number | null)[] =>
  ([0, 1] as const).map((side) => offsetOf(state, side, state.panes[side].at + 1));

/** A pane that has more, which is not loaded yet, may be the first to go on: it is waited for. */
function isWaiting(state: CompareState): boolean {
  const nexts = nextsOf(state);
  return ([0, 1] as const).some(
    (side) => nexts[side] === null && state.panes[side].at + 1 < state.panes[side].total,
  );
}

/** The pane whose next step comes first goes on. */
function forward(state: CompareState): CompareState {
  const [a = null, b = null] = nextsOf(state);
  if (isWaiting(state)) return state;
  if (a === null && b === null) return { ...state, playing: false };
  const side: Side = b === null || (a !== null && a <= b) ? 0 : 1;
  return withPane(state, side, advance(state.panes[side]));
}

/** The pane whose step came last goes back. */
function back(state: CompareState): CompareState {
  const [a, b] = ([0, 1] as const).map((side) =>
    state.panes[side].at > 0 ? (offsetOf(state, side, state.panes[side].at) ?? 0) : null,
  );
  if ((a ?? null) === null && (b ?? null) === null) return state;
  const side: Side = (b ?? null) === null || ((a ?? null) !== null && (a ?? 0) > (b ?? 0)) ? 0 : 1;
  const pane = state.panes[side];
  return withPane(state, side, show(pane, pane.at - 1));
}

/** How long a playing comparison stays where it is; null: it does not go on by itself now. */
export function comparePauseMs(state: CompareState): number | null {
  if (!state.playing || isWaiting(state)) return null;
  const here = Math.max(...([0, 1] as const).map((side) => offsetOf(state, side, state.panes[side].at) ?? 0));
  const next = Math.min(...nextsOf(state).map((one) => one ?? Number.POSITIVE_INFINITY));
  return pauseOf(Number.isFinite(next) ? next - here : 0, state.panes[0].speed);
}
