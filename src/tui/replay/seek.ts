import { seekMoment } from '../../core/replay/seek-moment.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { renumber, searchAgain } from './renumber.ts';
import {
  clampStep,
  type Direction,
  type ReplayState,
  show,
  stepAt,
  type Target,
  type Wanted,
} from './state.ts';

/** Asks for a step; what is asked before is not waited for any more. */
export const startAsk = (state: ReplayState, wanted: Wanted, what: string): ReplayState => ({
  ...state,
  playing: false,
  asked: state.asked + 1,
  ask: { wanted, what, number: state.asked + 1 },
});

export function startSeek(state: ReplayState, target: Target, direction: Direction): ReplayState {
  if (target === 'match' && state.query === '') return { ...state, message: 'nothing to search for yet: /' };
  // Before the first there is none, and -1 would mean: from the end.
  if (direction === 'previous' && state.at === 0) return { ...state, message: 'this is the first step' };
  const what = target === 'match' ? `“${state.query}”` : target;
  const said = direction === 'next' ? `no later ${what}` : `no earlier ${what}`;
  const by = target === 'match' ? { text: state.query } : { kind: target };
  return startAsk(state, { from: state.at, direction, ...by }, said);
}

/** Takes the answer to the question under way: shows the step, looks further, or says that there is none. */
export function takeFound(state: ReplayState, number: number, output: OutputOf<'replay.find'>): ReplayState {
  const { ask } = state;
  if (ask === null || ask.number !== number) return state;
  const { step, event, searched, total, order } = output;
  const isOther = order !== state.order;
  if (isOther && step === null && ask.wanted.from !== undefined)
    return { ...renumber({ ...state, total }, order), message: searched === null ? ask.what : searchAgain };
  const known = { ...state, total, order, era: state.era + (isOther ? 1 : 0), ask: null };
  const held: ReplayState['steps'] = isOther ? new Map() : state.steps;
  if (step !== null) {
    const steps = event === null ? held : new Map(held).set(step, event);
    if (ask.behind !== undefined) return { ...known, steps, at: clampStep(known, step + ask.behind) };
    return show({ ...known, steps, message: '' }, step);
  }
  if (searched !== null)
    return {
      ...startAsk(known, { ...ask.wanted, from: searched }, ask.what),
      message: `searching… step ${searched + 1}`,
    };
  // A time behind the last step is the end, and so is an event that is behind all that are chosen.
  if (ask.wanted.at !== undefined || ask.wanted.event !== undefined)
    return {
      ...show({ ...known, steps: held }, total - 1),
      message: total === 0 ? 'there are no such steps' : ask.what,
    };
  return { ...known, message: ask.what };
}

/** A typed line, taken. */
export function submit(state: ReplayState): ReplayState {
  const typed = state.typed.trim();
  const read: ReplayState = { ...state, mode: 'read', typed: '' };
  if (typed === '') return read;
  switch (state.mode) {
    case 'search':
      return startSeek({ ...read, query: typed }, 'match', 'next');
    case 'number':
      return goToNumber(read, typed);
    case 'time':
      return goToTime(read, typed);
    case 'fork':
      return startFork(read, typed);
    default:
      return read;
  }
}

function goToNumber(state: ReplayState, typed: string): ReplayState {
  if (!/^\d{1,12}$/.test(typed)) return { ...state, message: `“${safeLine(typed)}” is no number` };
  return show({ ...state, ask: null }, clampStep(state, Number(typed) - 1));
}

function goToTime(state: ReplayState, typed: string): ReplayState {
  const here = stepAt(state, state.at)?.at;
  const moment = here === undefined ? null : seekMoment(typed, here);
  if (moment === null)
    return {
      ...state,
      message: `“${safeLine(typed)}” is no time: such as 14:05, -2h, +10min, 2026-05-01T10:00`,
    };
  return startAsk(state, { at: new Date(moment).toISOString() }, 'that is behind the last step');
}

function startFork(state: ReplayState, name: string): ReplayState {
  const event = stepAt(state, state.at);
  if (event === undefined) return { ...state, message: 'the step is not loaded yet' };
  return { ...state, asked: state.asked + 1, fork: { name, event: event.id, number: state.asked + 1 } };
}
