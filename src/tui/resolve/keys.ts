import type { Key } from 'ink';
import { singleKeys } from '../keys.ts';
import type { Edit } from './editor.ts';
import type { Action, ResolveState } from './state.ts';

/** What a key needs to know of the screen. */
export interface Reach {
  /** Lines of the body that are visible. */
  rows: number;
  /** Greatest first line of the body. */
  mostScroll: number;
}

/** Keys as the help shows them. */
export const keyHelp: readonly (readonly [string, string])[] = [
  ['o ←', 'take ours'],
  ['t →', 'take theirs'],
  ['b', 'keep both decisions'],
  ['e', 'give another value'],
  ['u', 'undo this one'],
  ['j k ↓ ↑', 'next, previous conflict'],
  ['n', 'next that is not settled'],
  ['L', 'settle the rest by latest'],
  ['J K', 'scroll, also PgDn PgUp'],
  ['m', 'merge, once all are settled'],
  ['q', 'quit, nothing is merged'],
];

const letters: Readonly<Record<string, Action>> = {
  o: { type: 'take', side: 'ours' },
  t: { type: 'take', side: 'theirs' },
  b: { type: 'take', side: 'both' },
  e: { type: 'edit' },
  u: { type: 'undo' },
  j: { type: 'move', by: 1 },
  k: { type: 'move', by: -1 },
  n: { type: 'next-unsettled' },
  L: { type: 'latest' },
  m: { type: 'merge' },
  '?': { type: 'help' },
};

function readAction(input: string, key: Key, { rows, mostScroll }: Reach): Action | null {
  const scroll = (by: number): Action => ({ type: 'scroll', by, most: mostScroll });
  if (key.leftArrow) return { type: 'take', side: 'ours' };
  if (key.rightArrow) return { type: 'take', side: 'theirs' };
  if (key.downArrow) return { type: 'move', by: 1 };
  if (key.upArrow) return { type: 'move', by: -1 };
  if (key.pageDown) return scroll(rows);
  if (key.pageUp) return scroll(-rows);
  if (input === 'J') return scroll(1);
  if (input === 'K') return scroll(-1);
  if (key.home) return { type: 'move', by: -Number.MAX_SAFE_INTEGER };
  if (key.end) return { type: 'move', by: Number.MAX_SAFE_INTEGER };
  return key.ctrl || key.meta ? null : (letters[input] ?? null);
}

function chooseAction(input: string, key: Key): Action | null {
  if (key.return) return { type: 'submit' };
  if (key.escape || input === 'q') return { type: 'read' };
  if (key.leftArrow || key.upArrow || input === 'k') return { type: 'choose', by: -1 };
  if (key.rightArrow || key.downArrow || input === 'j' || key.tab) return { type: 'choose', by: 1 };
  return null;
}

const controls: Readonly<Record<string, Edit>> = {
  a: { edit: 'home' },
  e: { edit: 'end' },
  u: { edit: 'erase-all' },
  w: { edit: 'erase-word' },
  d: { edit: 'delete' },
};

function editOf(input: string, key: Key): Edit | null {
  if (key.leftArrow) return { edit: 'left' };
  if (key.rightArrow) return { edit: 'right' };
  if (key.home) return { edit: 'home' };
  if (key.end) return { edit: 'end' };
  // Terminals send the code of "delete" for the key that erases backwards.
  if (key.backspace || key.delete) return { edit: 'erase' };
  if (key.ctrl) return controls[input] ?? null;
  return key.meta || input === '' ? null : { edit: 'insert', text: input };
}

function typedAction(input: string, key: Key): Action | null {
  if (key.return) return { type: 'submit' };
  if (key.escape) return { type: 'read' };
  const edit = editOf(input, key);
  return edit === null ? null : { type: 'key', edit };
}

/** Keys of one input: letters that come at once are taken one by one, unless they are text for the editor. */
export function keysOf(input: string, key: Key, { mode }: ResolveState): { input: string; key: Key }[] {
  return mode === 'edit' && !input.includes('\r') ? [{ input, key }] : singleKeys(input, key);
}

/** What a key means now: an action, `quit`, or nothing. */
export function actionFor(
  input: string,
  key: Key,
  state: ResolveState,
  reach: Reach,
): Action | 'quit' | null {
  switch (state.mode) {
    case 'edit':
      return typedAction(input, key);
    case 'choose':
      return chooseAction(input, key);
    case 'help':
      return { type: 'read' };
    case 'merging':
      return null;
    case 'read':
      return input === 'q' && !key.ctrl ? 'quit' : readAction(input, key, reach);
  }
}
