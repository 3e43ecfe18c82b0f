import type { Key } from 'ink';
import { safeLine } from '../core/safe-text.ts';
import type { Action, ReplayState } from './state.ts';

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
  ['↑ ↓', 'scroll the step'],
  ['PgUp PgDn', 'scroll a page of the step'],
  ['[ ]', 'a screen of steps back, on'],
  ['g G', 'first, last step'],
  ['space', 'play, pause (waits are cut to a second)'],
  ['/', 'search; n next, N previous match'],
  ['f F', 'next, previous failure'],
  ['s', 'plan and decisions as they were at this step'],
  ['?', 'this help'],
  ['q', 'quit'],
];

function typedAction(input: string, key: Key): Action | null {
  if (key.return) return { type: 'submit' };
  if (key.escape) return { type: 'mode', mode: 'read' };
  if (key.backspace || key.delete) return { type: 'erase' };
  return key.ctrl || key.meta || input === '' ? null : { type: 'type', text: input.replace(/\s/g, ' ') };
}

function specialAction(key: Key, reach: Reach): Action | null {
  const scroll = (by: number): Action => ({ type: 'scroll', by, most: reach.mostScroll });
  if (key.rightArrow) return { type: 'move', by: 1 };
  if (key.leftArrow) return { type: 'move', by: -1 };
  if (key.downArrow) return scroll(1);
  if (key.upArrow) return scroll(-1);
  if (key.pageDown) return scroll(reach.detailRows);
  if (key.pageUp) return scroll(-reach.detailRows);
  if (key.home) return { type: 'jump', to: 0 };
  if (key.end) return { type: 'jump', to: Number.MAX_SAFE_INTEGER };
  return null;
}

function letterAction(letter: string, reach: Reach): Action | null {
  switch (letter) {
    case 'g':
      return { type: 'jump', to: 0 };
    case 'G':
      return { type: 'jump', to: Number.MAX_SAFE_INTEGER };
    case ' ':
      return { type: 'play' };
    case '[':
      return { type: 'move', by: -reach.listRows };
    case ']':
      return { type: 'move', by: reach.listRows };
    case '/':
      return { type: 'mode', mode: 'search' };
    case 's':
      return { type: 'knowledge' };
    case '?':
      return { type: 'mode', mode: 'help' };
    case 'n':
      return { type: 'seek', target: 'match', direction: 1 };
    case 'N':
      return { type: 'seek', target: 'match', direction: -1 };
    case 'f':
      return { type: 'seek', target: 'failure', direction: 1 };
    case 'F':
      return { type: 'seek', target: 'failure', direction: -1 };
    default:
      return null;
  }
}

/** Keys of one input: a terminal may hand over several letters, and the Enter after them, at once. */
export function singleKeys(input: string, key: Key): { input: string; key: Key }[] {
  if (input.length <= 1 || key.ctrl || key.meta) return [{ input, key }];
  return [...input].map((letter) => ({
    input: letter === '\r' ? '' : letter,
    key: { ...key, return: letter === '\r' },
  }));
}

/** What a key means now: an action, `quit`, or nothing. */
export function actionFor(input: string, key: Key, state: ReplayState, reach: Reach): Action | 'quit' | null {
  if (state.mode === 'search') return typedAction(safeLine(input) === '' && input !== ' ' ? '' : input, key);
  if (state.mode === 'help') return { type: 'mode', mode: 'read' };
  if (input === 'q' && !key.ctrl) return 'quit';
  return specialAction(key, reach) ?? (key.ctrl || key.meta ? null : letterAction(input, reach));
}
