import type { Event } from '../schema/event.ts';
import type { OutputOf } from '../schema/operation.ts';
import type { Session } from '../schema/records.ts';

/** Steps per request; a page of large steps stays within a few megabytes. */
export const PAGE_STEPS = 200;
/** Pages kept; more are forgotten, the furthest away first. */
const MOST_PAGES = 6;

export type Target = 'match' | 'failure';
export type Direction = 1 | -1;

/** A search under way: `next` is the first step not yet looked at. */
export interface Seek {
  target: Target;
  direction: Direction;
  next: number;
}

export interface ReplayState {
  session: Session;
  children: readonly Session[];
  total: number;
  /** Loaded steps by page number. */
  pages: ReadonlyMap<number, readonly Event[]>;
  /** The step that is shown, from 0. */
  at: number;
  /** First visible line of the detail. */
  scroll: number;
  playing: boolean;
  mode: 'read' | 'search' | 'help';
  /** The detail shows what was planned and decided at the step, not the step. */
  isKnowledge: boolean;
  /** What is being typed after `/`. */
  typed: string;
  /** What `n` looks for, in lower case. */
  query: string;
  seek: Seek | null;
  /** What to tell the user in the last line; empty for the keys. */
  message: string;
  /** A page could not be loaded: nothing is asked for until the next key. */
  failed: boolean;
}

export type Action =
  | { type: 'loaded'; page: number; output: OutputOf<'replay.show'> }
  | { type: 'failed'; message: string }
  | { type: 'move'; by: number }
  | { type: 'jump'; to: number }
  | { type: 'scroll'; by: number; most: number }
  | { type: 'play' }
  | { type: 'knowledge' }
  | { type: 'tick' }
  | { type: 'mode'; mode: ReplayState['mode'] }
  | { type: 'type'; text: string }
  | { type: 'erase' }
  | { type: 'submit' }
  | { type: 'seek'; target: Target; direction: Direction };

export const pageOf = (step: number): number => Math.floor(step / PAGE_STEPS);

/** The step at `index`, or undefined when its page is not loaded. */
export const stepAt = (state: ReplayState, index: number): Event | undefined =>
  state.pages.get(pageOf(index))?.[index % PAGE_STEPS];

/** State of a viewer that has just loaded the page of step `at`. */
export function openState(output: OutputOf<'replay.show'>, at: number): ReplayState {
  const state: ReplayState = {
    session: output.session,
    children: output.children,
    total: output.total,
    pages: new Map([[pageOf(at), output.steps]]),
    at: 0,
    scroll: 0,
    playing: false,
    mode: 'read',
    isKnowledge: false,
    typed: '',
    query: '',
    seek: null,
    message: '',
    failed: false,
  };
  return { ...state, at: clampStep(state, at) };
}

const clampStep = (state: ReplayState, step: number): number => Math.max(0, Math.min(state.total - 1, step));

/** The next page to ask for: that of the step, of the search, then of the rows around the step; null when all are there. */
export function wantedPage(state: ReplayState, rows: number): number | null {
  if (state.failed || state.total === 0) return null;
  const steps = [
    state.at,
    ...(state.seek === null ? [] : [state.seek.next]),
    state.at + rows,
    state.at - rows,
  ];
  for (const step of steps) {
    const page = pageOf(clampStep(state, step));
    if (!state.pages.has(page)) return page;
  }
  return null;
}

function matches(event: Event, target: Target, query: string): boolean {
  if (target === 'failure') return event.status !== 'ok';
  const text = [event.type, event.actor.name, event.text, ...event.paths, JSON.stringify(event.body)].join(
    '\n',
  );
  return text.toLowerCase().includes(query);
}

/** Goes on with a search through the loaded steps; it stops at a hit, at the end, or where a page is missing. */
function continueSeek(state: ReplayState): ReplayState {
  if (state.seek === null) return state;
  const { target, direction } = state.seek;
  let next = state.seek.next;
  while (next >= 0 && next < state.total) {
    if (!state.pages.has(pageOf(next)))
      return { ...state, seek: { target, direction, next }, message: `searching… step ${next + 1}` };
    const event = stepAt(state, next);
    if (event !== undefined && matches(event, target, state.query))
      return { ...show(state, next), seek: null, message: '' };
    next += direction;
  }
  const what = target === 'failure' ? 'failure' : `“${state.query}”`;
  return { ...state, seek: null, message: `no ${direction === 1 ? 'later' : 'earlier'} ${what}` };
}

const show = (state: ReplayState, step: number): ReplayState => ({
  ...state,
  at: clampStep(state, step),
  scroll: 0,
});

function keepNearPages(state: ReplayState, loaded: number): ReadonlyMap<number, readonly Event[]> {
  if (state.pages.size <= MOST_PAGES) return state.pages;
  const here = pageOf(state.at);
  const byDistance = [...state.pages.entries()].sort(([a], [b]) => Math.abs(a - here) - Math.abs(b - here));
  const near = new Map(byDistance.slice(0, MOST_PAGES - 1));
  const steps = state.pages.get(loaded);
  return steps === undefined ? near : near.set(loaded, steps);
}

function addPage(state: ReplayState, page: number, output: OutputOf<'replay.show'>): ReplayState {
  const pages = new Map(state.pages).set(page, output.steps);
  const grown = { ...state, pages, total: output.total, children: output.children, session: output.session };
  const sought = continueSeek({ ...grown, at: clampStep(grown, state.at) });
  return { ...sought, pages: keepNearPages(sought, page) };
}

function startSeek(state: ReplayState, target: Target, direction: Direction): ReplayState {
  if (target === 'match' && state.query === '') return { ...state, message: 'nothing to search for yet: /' };
  return continueSeek({ ...state, playing: false, seek: { target, direction, next: state.at + direction } });
}

function submit(state: ReplayState): ReplayState {
  const query = state.typed.trim().toLowerCase();
  const read: ReplayState = { ...state, mode: 'read', typed: '' };
  return query === '' ? read : startSeek({ ...read, query }, 'match', 1);
}

const advance = (state: ReplayState): ReplayState =>
  state.at + 1 < state.total ? show(state, state.at + 1) : { ...state, playing: false };

/** The viewer after `action`; pure. */
export function reduceReplay(before: ReplayState, action: Action): ReplayState {
  switch (action.type) {
    case 'loaded':
      return addPage(before, action.page, action.output);
    case 'failed':
      return { ...before, failed: true, seek: null, playing: false, message: action.message };
    case 'tick':
      return before.playing ? advance(before) : before;
    default:
      return reduceKey({ ...before, message: '', failed: false }, action);
  }
}

type KeyAction = Exclude<Action, { type: 'loaded' | 'failed' | 'tick' }>;

function reduceKey(state: ReplayState, action: KeyAction): ReplayState {
  switch (action.type) {
    case 'move':
      return { ...show(state, state.at + action.by), playing: false, seek: null };
    case 'jump':
      return { ...show(state, action.to), playing: false, seek: null };
    case 'scroll':
      return { ...state, scroll: Math.max(0, Math.min(action.most, state.scroll + action.by)) };
    case 'knowledge':
      return { ...state, scroll: 0, isKnowledge: !state.isKnowledge };
    case 'play':
      return { ...state, seek: null, playing: !state.playing };
    case 'mode':
      return { ...state, mode: action.mode, typed: '', playing: false };
    case 'type':
      return { ...state, typed: (state.typed + action.text).slice(0, 200) };
    case 'erase':
      return { ...state, typed: state.typed.slice(0, -1) };
    case 'submit':
      return submit(state);
    case 'seek':
      return startSeek(state, action.target, action.direction);
  }
}

const LONGEST_PAUSE_MS = 1000;
const SHORTEST_PAUSE_MS = 60;

/** How long a playing viewer stays at its step: as long as it took, within a second. Null: it does not go on by itself now. */
export function pauseMs(state: ReplayState): number | null {
  if (!state.playing) return null;
  if (state.at + 1 >= state.total) return 0;
  const [here, next] = [stepAt(state, state.at), stepAt(state, state.at + 1)];
  if (here === undefined || next === undefined) return null;
  return Math.max(SHORTEST_PAUSE_MS, Math.min(LONGEST_PAUSE_MS, next.at - here.at));
}

/** How deep below the shown session an event's session is, and under which name; null for the session itself. */
export function childOf(state: ReplayState, event: Event): { depth: number; role: string } | null {
  const byId = new Map(state.children.map((child) => [child.id, child]));
  const child = byId.get(event.session);
  if (child === undefined) return null;
  let depth = 1;
  // A hostile parent chain may be a ring: a child is never deeper than there are children.
  for (let parent = byId.get(child.parent ?? ''); parent !== undefined && depth < byId.size; depth++) {
    parent = byId.get(parent.parent ?? '');
  }
  return { depth, role: child.role ?? child.agent };
}
