import { isOfMachines } from '../../core/live-line.ts';
import { compareEvents, type Event } from '../../schema/event.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { LiveSession } from '../../schema/operations/live.ts';

export type Shown = OutputOf<'live.show'>;

/** Events that are kept for the feed. */
export const mostEvents = 500;

export interface WatchState {
  shown: Shown;
  /** In order, the latest last. */
  events: readonly Event[];
  /** What came since the feed was paused; null while it runs. */
  held: readonly Event[] | null;
  /** Session that is marked; null: the first. */
  selected: string | null;
  /** Session whose events alone are shown. */
  focus: string | null;
  mode: 'read' | 'filter' | 'help';
  /** What is being typed after `/`. */
  typed: string;
  /** What the events that are shown have in them, in lower case. */
  query: string;
  /** Whether the daemon answers. */
  isLive: boolean;
  /** Events that were passed over. */
  missed: number;
  /** What to tell in the last line; empty for the keys. */
  message: string;
  isEverything: boolean;
}

export type Action =
  | { type: 'shown'; shown: Shown }
  | { type: 'came'; events: readonly Event[] }
  | { type: 'missed'; count: number }
  | { type: 'live'; isLive: boolean }
  | { type: 'failed'; message: string }
  | { type: 'move'; by: number }
  | { type: 'focus' }
  | { type: 'clear' }
  | { type: 'pause' }
  | { type: 'mode'; mode: WatchState['mode'] }
  | { type: 'type'; text: string }
  | { type: 'erase' }
  | { type: 'submit' };

export const openWatchState = (shown: Shown, isEverything: boolean): WatchState => ({
  shown,
  events: shown.recent,
  held: null,
  selected: null,
  focus: null,
  mode: 'read',
  typed: '',
  query: '',
  isLive: true,
  missed: 0,
  message: '',
  isEverything,
});

/** The session that is marked; one that has ended makes way to the first. */
export function selectedSession({ shown, selected }: WatchState): LiveSession | undefined {
  return shown.sessions.find(({ session }) => session === selected) ?? shown.sessions[0];
}

/** Events of the feed: of the session alone that one has jumped to, and with what was typed. */
export function feedOf({ events, focus, query }: WatchState): Event[] {
  return events.filter(
    (event) =>
      (focus === null || event.session === focus) &&
      (query === '' ||
        [event.type, event.agent, event.actor.name, event.text, ...event.paths].some((text) =>
          text.slice(0, 4000).toLowerCase().includes(query),
        )),
  );
}

export function reduceWatch(state: WatchState, action: Action): WatchState {
  switch (action.type) {
    case 'shown':
      return { ...withEvents(state, action.shown.recent), shown: action.shown, message: '' };
    case 'came':
      return withEvents(state, action.events);
    case 'missed':
      return { ...state, missed: state.missed + action.count };
    case 'live':
      return { ...state, isLive: action.isLive };
    case 'failed':
      return { ...state, message: action.message };
    case 'move':
      return { ...state, selected: neighbour(state, action.by) };
    case 'focus':
      return { ...state, focus: focusOf(state) };
    case 'clear':
      return { ...state, focus: null, query: '', typed: '', mode: 'read' };
    case 'pause':
      return state.held === null ? { ...state, held: [] } : withEvents({ ...state, held: null }, state.held);
    default:
      return reduceTyping(state, action);
  }
}

type Typing = Extract<Action, { type: 'mode' | 'type' | 'erase' | 'submit' }>;

function reduceTyping(state: WatchState, action: Typing): WatchState {
  switch (action.type) {
    case 'mode':
      return { ...state, mode: action.mode, typed: action.mode === 'filter' ? state.query : '' };
    case 'type':
      return { ...state, typed: (state.typed + action.text).slice(0, 200) };
    case 'erase':
      return { ...state, typed: [...state.typed].slice(0, -1).join('') };
    case 'submit':
      return { ...state, query: state.typed.trim().toLowerCase(), typed: '', mode: 'read' };
  }
}

function withEvents(state: WatchState, more: readonly Event[]): WatchState {
  if (state.held !== null) return { ...state, held: joined(state.held, more, state) };
  return { ...state, events: joined(state.events, more, state) };
}

/** Each once, however often it is told. */
function joined(
  before: readonly Event[],
  more: readonly Event[],
  { events, isEverything }: WatchState,
): readonly Event[] {
  const known = new Set([...before, ...events].map(({ id }) => id));
  const fresh = more.filter(({ id, type }) => !known.has(id) && (isEverything || !isOfMachines(type)));
  if (fresh.length === 0) return before;
  return [...before, ...fresh].sort(compareEvents).slice(-mostEvents);
}

function neighbour(state: WatchState, by: number): string | null {
  const { sessions } = state.shown;
  const current = selectedSession(state);
  const at = sessions.findIndex(({ session }) => session === current?.session);
  return sessions[Math.max(0, Math.min(sessions.length - 1, at + by))]?.session ?? null;
}

function focusOf(state: WatchState): string | null {
  const session = selectedSession(state)?.session ?? null;
  return state.focus === session ? null : session;
}
