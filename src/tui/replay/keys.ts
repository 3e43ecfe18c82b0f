import type { Key } from 'ink';
import { stepKinds } from '../../core/replay/step-kinds.ts';
import { safeLine } from '../../core/safe-text.ts';
import { agentKey } from './choice.ts';
import type { Action, Direction, Mode, ReplayState, Target, Wish } from './state.ts';

/** What a key needs to know of the screen. */
export interface Reach {
  /** Lines of the detail that are visible. */
  detailRows: number;
  /** Greatest first line of the detail. */
  mostScroll: number;
  /** Steps in the list. */
  listRows: number;
}

/** Keys as the help shows them. */
export const keyHelp: readonly (readonly [string, string])[] = [
  ['← →', 'previous, next step'],
  ['PgUp PgDn', 'a screen of steps back, on'],
  ['Home End g G', 'first, last step'],
  ['↑ ↓ [ ]', 'scroll the step by a line, by a page'],
  ['space', 'play, pause (waits are cut to a second)'],
  ['+ -', 'play faster, slower: 1, 2, 4, 8, 16 ×'],
  ['f F', 'next, previous failure'],
  ['e E', 'next, previous edit'],
  ['d D', 'next, previous decision'],
  ['p P', 'next, previous prompt'],
  ['/ n N', 'search; next, previous match'],
  ['@', 'go to a time: 14:05, -2h, +10min'],
  [':', 'go to a step by its number'],
  ['| or t', 'only steps of some kinds, of some agents'],
  ['s', 'plan, claims and decisions as they were at this step'],
  ['b', 'make a branch from this step'],
  ['c', 'copy the id of the step'],
  ['o', 'open the file of the step ($VISUAL, $EDITOR)'],
  ['l', 'other sessions and branches'],
  ['v', 'compare with another session or branch, side by side'],
  ['? q', 'this help; quit'],
];

const seek = (target: Target, direction: Direction): Action => ({ type: 'seek', target, direction });
const mode = (to: Mode): Action => ({ type: 'mode', mode: to });
const wish = (what: Wish): Action => ({ type: 'wish', what });
const toEnd: Action = { type: 'jump', to: Number.MAX_SAFE_INTEGER };

const letters: Readonly<Record<string, Action>> = {
  g: { type: 'jump', to: 0 },
  G: toEnd,
  ' ': { type: 'play' },
  '+': { type: 'speed', by: 1 },
  '=': { type: 'speed', by: 1 },
  '-': { type: 'speed', by: -1 },
  n: seek('match', 'next'),
  N: seek('match', 'previous'),
  f: seek('failure', 'next'),
  F: seek('failure', 'previous'),
  e: seek('edit', 'next'),
  E: seek('edit', 'previous'),
  d: seek('decision', 'next'),
  D: seek('decision', 'previous'),
  p: seek('prompt', 'next'),
  P: seek('prompt', 'previous'),
  '/': mode('search'),
  '@': mode('time'),
  ':': mode('number'),
  '|': mode('filter'),
  t: mode('filter'),
  b: mode('fork'),
  '?': mode('help'),
  s: { type: 'knowledge' },
  c: wish('copy'),
  o: wish('open'),
  l: wish('list'),
  v: wish('compare'),
};

function typedAction(input: string, key: Key): Action | null {
  if (key.return) return { type: 'submit' };
  if (key.escape) return mode('read');
  if (key.backspace || key.delete) return { type: 'erase' };
  const typed = input === ' ' ? ' ' : safeLine(input) === '' ? '' : input.replace(/\s/g, ' ');
  return key.ctrl || key.meta || typed === '' ? null : { type: 'type', text: typed };
}

function filterAction(input: string, key: Key, { agents }: ReplayState): Action | null {
  if (key.return) return { type: 'submit' };
  if (key.escape) return mode('read');
  if (input === '0') return { type: 'pick-all' };
  const kind = stepKinds[Number(input) - 1];
  if (kind !== undefined) return { type: 'pick', kind };
  const agent = agents.find((_, place) => agentKey(place) === input);
  return agent === undefined ? null : { type: 'pick-agent', agent };
}

function specialAction(key: Key, reach: Reach): Action | null {
  if (key.rightArrow) return { type: 'move', by: 1 };
  if (key.leftArrow) return { type: 'move', by: -1 };
  if (key.downArrow) return { type: 'scroll', by: 1, most: reach.mostScroll };
  if (key.upArrow) return { type: 'scroll', by: -1, most: reach.mostScroll };
  if (key.pageDown) return { type: 'move', by: reach.listRows };
  if (key.pageUp) return { type: 'move', by: -reach.listRows };
  if (key.home) return { type: 'jump', to: 0 };
  if (key.end) return toEnd;
  return null;
}

function letterAction(letter: string, reach: Reach): Action | null {
  if (letter === ']') return { type: 'scroll', by: reach.detailRows, most: reach.mostScroll };
  if (letter === '[') return { type: 'scroll', by: -reach.detailRows, most: reach.mostScroll };
  return Object.hasOwn(letters, letter) ? (letters[letter] ?? null) : null;
}

/** What a key means now: an action, `quit`, or nothing. */
export function actionFor(input: string, key: Key, state: ReplayState, reach: Reach): Action | 'quit' | null {
  if (state.mode === 'filter') return filterAction(input, key, state);
  if (state.mode === 'help') return mode('read');
  if (state.mode !== 'read') return typedAction(input, key);
  if (input === 'q' && !key.ctrl) return 'quit';
  return specialAction(key, reach) ?? (key.ctrl || key.meta ? null : letterAction(input, reach));
}
