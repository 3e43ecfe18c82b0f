import { displayWidth, truncate } from '../../core/display-width.ts';
import { safeText } from '../../core/safe-text.ts';

/** A line that is being typed; `at` counts characters before the cursor. */
export interface Editor {
  letters: readonly string[];
  at: number;
}

export type Edit =
  | { edit: 'insert'; text: string }
  | { edit: 'erase' | 'delete' | 'erase-word' | 'erase-all' | 'left' | 'right' | 'home' | 'end' };

/** Longer than any field takes. */
const MOST_LETTERS = 20_000;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const lettersOf = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** An editor of `text` with the cursor behind it. */
export function openEditor(text: string): Editor {
  const letters = lettersOf(safeText(text));
  return { letters, at: letters.length };
}

export const typedText = ({ letters }: Editor): string => letters.join('');

/** The editor after a key; pure. */
export function applyEdit({ letters, at }: Editor, edit: Edit): Editor {
  const cut = (from: number, to: number): Editor => ({
    letters: letters.toSpliced(from, to - from),
    at: from,
  });
  switch (edit.edit) {
    case 'insert':
      return insert({ letters, at }, edit.text);
    case 'erase':
      return cut(Math.max(0, at - 1), at);
    case 'delete':
      return cut(at, Math.min(letters.length, at + 1));
    case 'erase-word':
      return cut(wordStart(letters, at), at);
    case 'erase-all':
      return { letters: [], at: 0 };
    case 'left':
      return { letters, at: Math.max(0, at - 1) };
    case 'right':
      return { letters, at: Math.min(letters.length, at + 1) };
    case 'home':
      return { letters, at: 0 };
    case 'end':
      return { letters, at: letters.length };
  }
}

/** A mark that is typed behind its letter becomes one with it, so the beginning is read anew. */
function insert({ letters, at }: Editor, text: string): Editor {
  const before = lettersOf(letters.slice(0, at).join('') + safeText(text));
  const all = [...before, ...letters.slice(at)];
  return all.length > MOST_LETTERS ? { letters, at } : { letters: all, at: before.length };
}

function wordStart(letters: readonly string[], at: number): number {
  let start = at;
  while (start > 0 && /^\s/.test(letters[start - 1] ?? '')) start--;
  while (start > 0 && !/^\s/.test(letters[start - 1] ?? '')) start--;
  return start;
}

const CURSOR = '█';
const shownLetter = (letter: string): string => (letter === '\n' ? '↵' : letter === '\t' ? ' ' : letter);

/** The part of the line around the cursor that fits into `cells`. */
export function editorText({ letters, at }: Editor, cells: number): string {
  const room = Math.max(2, cells - 1);
  let first = at;
  let width = 0;
  // What stands before the cursor gets all but a few cells, so that one sees what one types into.
  const before = letters.length > at ? room - Math.min(8, Math.floor(room / 3)) : room;
  while (first > 0) {
    width += displayWidth(shownLetter(letters[first - 1] ?? ''));
    if (width > before) break;
    first--;
  }
  const head = letters.slice(first, at).map(shownLetter).join('');
  const rest = letters
    .slice(at, at + room)
    .map(shownLetter)
    .join('');
  return head + CURSOR + truncate(rest, Math.max(0, cells - 1 - displayWidth(head)));
}
