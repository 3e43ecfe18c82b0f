/** What stands in front of the steps. */
export type Dialog = 'help' | 'branch' | 'moment' | null;

export interface ViewerState {
  /** The step that is shown, from 0. */
  at: number;
  total: number;
  isPlaying: boolean;
  /** 1, 2, 4, 8 or 16 times as fast as it was. */
  speed: number;
  /** What `n` looks for. */
  query: string;
  isKnowledge: boolean;
  dialog: Dialog;
  /** What has just been done, or could not be. */
  message: string;
}

export type Action =
  | { type: 'total'; total: number }
  | { type: 'move'; by: number }
  | { type: 'jump'; to: number }
  /** Steps have other numbers: the one that is shown is so much further on. */
  | { type: 'renumber'; by: number }
  | { type: 'tick' }
  | { type: 'play' }
  | { type: 'speed'; by: 1 | -1 }
  | { type: 'query'; query: string }
  | { type: 'knowledge' }
  | { type: 'dialog'; dialog: Dialog }
  | { type: 'say'; message: string };

const fastest = 16;

export const openState = (at: number): ViewerState => ({
  at,
  total: 0,
  isPlaying: false,
  speed: 1,
  query: '',
  isKnowledge: false,
  dialog: null,
  message: '',
});

/** Where there is nothing yet, the step that is wanted stays wanted. */
const inside = (step: number, total: number): number =>
  total === 0 ? Math.max(0, step) : Math.max(0, Math.min(total - 1, step));

const shown = (state: ViewerState, step: number): ViewerState => ({
  ...state,
  at: inside(step, state.total),
  message: '',
});

/** The viewer after `action`; pure. */
export function reduceViewer(state: ViewerState, action: Action): ViewerState {
  switch (action.type) {
    case 'total':
      return { ...state, total: action.total, at: action.total === 0 ? 0 : inside(state.at, action.total) };
    case 'move':
      return { ...shown(state, state.at + action.by), isPlaying: false };
    case 'jump':
      return { ...shown(state, action.to), isPlaying: false };
    case 'renumber':
      return { ...state, at: inside(state.at + action.by, state.total) };
    case 'tick':
      return state.at + 1 < state.total ? shown(state, state.at + 1) : { ...state, isPlaying: false };
    case 'play':
      return { ...state, isPlaying: !state.isPlaying };
    case 'speed': {
      const speed = Math.max(1, Math.min(fastest, action.by > 0 ? state.speed * 2 : state.speed / 2));
      return { ...state, speed, message: `${speed} × as fast` };
    }
    case 'query':
      return { ...state, query: action.query };
    case 'knowledge':
      return { ...state, isKnowledge: !state.isKnowledge };
    case 'dialog':
      return { ...state, dialog: action.dialog, isPlaying: false };
    case 'say':
      return { ...state, message: action.message };
  }
}

const longestPauseMs = 1000;
const shortestPauseMs = 40;

/** How long a step stays while it plays: as long as it took, within a second, and faster by the speed. */
export const pauseMs = (hereAt: number, nextAt: number, speed: number): number =>
  Math.max(shortestPauseMs, Math.max(0, Math.min(longestPauseMs, nextAt - hereAt)) / speed);
