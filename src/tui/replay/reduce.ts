import { choosePicked, pickAgent, pickAll, pickKind } from './choice.ts';
import { advance, changeSpeed } from './playing.ts';
import { startAsk, startSeek, submit, takeFound } from './seek.ts';
import { type Action, type Mode, type ReplayState, show } from './state.ts';
import { addSteps } from './window.ts';

/** Longer than a name or a search may be. */
const MOST_TYPED = 500;

/** The viewer after `action`; pure. */
export function reduceReplay(before: ReplayState, action: Action): ReplayState {
  switch (action.type) {
    case 'loaded':
      return addSteps(before, action);
    case 'found':
      return takeFound(before, action.number, action.output);
    case 'failed':
      return { ...before, failed: true, ask: null, playing: false, message: action.message };
    case 'told':
      return { ...before, message: action.message };
    case 'forked':
      return { ...before, fork: null, message: action.message };
    case 'tick':
      return before.playing ? advance(before) : before;
    default:
      return reduceKey({ ...before, message: '', failed: false }, action);
  }
}

type KeyAction = Exclude<Action, { type: 'loaded' | 'found' | 'failed' | 'told' | 'forked' | 'tick' }>;

function reduceKey(state: ReplayState, action: KeyAction): ReplayState {
  switch (action.type) {
    case 'move':
      return { ...show(state, state.at + action.by), playing: false, ask: movedAsk(state, action.by) };
    case 'jump':
      return { ...show(state, action.to), playing: false, ask: null };
    case 'scroll':
      return { ...state, scroll: Math.max(0, Math.min(action.most, state.scroll + action.by)) };
    case 'knowledge':
      return { ...state, scroll: 0, isKnowledge: !state.isKnowledge };
    case 'play':
      return { ...state, ask: null, playing: !state.playing };
    case 'speed':
      return changeSpeed(state, action.by);
    case 'seek':
      return startSeek(state, action.target, action.direction);
    case 'ask':
      return startAsk(state, action.wanted, action.what);
    case 'wish':
      return {
        ...state,
        playing: false,
        asked: state.asked + 1,
        wish: { what: action.what, number: state.asked + 1 },
      };
    default:
      return reduceTyping(state, action);
  }
}

/** What is looked for is not waited for any more, but for which step it is that is shown. */
export const movedAsk = ({ ask }: ReplayState, by: number): ReplayState['ask'] =>
  ask?.behind === undefined ? null : { ...ask, behind: ask.behind + by };

type TypingAction = Extract<
  KeyAction,
  { type: 'mode' | 'type' | 'erase' | 'submit' | 'pick' | 'pick-agent' | 'pick-all' }
>;

function reduceTyping(state: ReplayState, action: TypingAction): ReplayState {
  switch (action.type) {
    case 'mode':
      return inMode(state, action.mode);
    case 'type':
      return { ...state, typed: (state.typed + action.text).slice(0, MOST_TYPED) };
    case 'erase':
      return { ...state, typed: Array.from(state.typed).slice(0, -1).join('') };
    case 'submit':
      return state.mode === 'filter' ? choosePicked(state) : submit(state);
    case 'pick':
      return pickKind(state, action.kind);
    case 'pick-agent':
      return pickAgent(state, action.agent);
    case 'pick-all':
      return pickAll(state);
  }
}

const inMode = (state: ReplayState, mode: Mode): ReplayState => ({
  ...state,
  mode,
  typed: '',
  playing: false,
  picked: state.choice,
});
