import type { Key } from 'ink';
import { safeLine } from '../../core/safe-text.ts';
import type { Action, WatchState } from './state.ts';

/** Keys as the help shows them. */
export const watchKeys: readonly (readonly [string, string])[] = [
  ['↑ ↓', 'mark another session'],
  ['Enter', 'only the events of this session; again: of all'],
  ['/', 'only events with these letters (type, agent, text, path)'],
  ['Esc', 'everything again'],
  ['space p', 'pause, go on'],
  ['?', 'this help'],
  ['q', 'quit'],
];

function typedAction(input: string, key: Key): Action | null {
  if (key.return) return { type: 'submit' };
  if (key.escape) return { type: 'clear' };
  if (key.backspace || key.delete) return { type: 'erase' };
  if (key.ctrl || key.meta || input === '') return null;
  const text = input === ' ' ? ' ' : safeLine(input);
  return text === '' ? null : { type: 'type', text };
}

/** What a key means now: an action, `quit`, or nothing. */
export function watchAction(input: string, key: Key, state: WatchState): Action | 'quit' | null {
  if (state.mode === 'filter') return typedAction(input, key);
  if (state.mode === 'help') return { type: 'mode', mode: 'read' };
  if (key.return) return { type: 'focus' };
  if (key.escape) return { type: 'clear' };
  if (key.upArrow) return { type: 'move', by: -1 };
  if (key.downArrow) return { type: 'move', by: 1 };
  if (key.ctrl || key.meta) return null;
  switch (input) {
    case 'q':
      return 'quit';
    case 'k':
      return { type: 'move', by: -1 };
    case 'j':
      return { type: 'move', by: 1 };
    case ' ':
    case 'p':
      return { type: 'pause' };
    case '/':
      return { type: 'mode', mode: 'filter' };
    case '?':
      return { type: 'mode', mode: 'help' };
    default:
      return null;
  }
}
