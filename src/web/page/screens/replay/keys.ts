import { useEffect, useRef } from 'react';
import type { StepKind } from '../../../../schema/operations/replay.ts';
import type { Action } from './state.ts';

/** What a key does that is more than a change of the state. */
export type Deed =
  | { do: 'dispatch'; action: Action }
  | { do: 'seek'; kind: StepKind; direction: 'next' | 'previous' }
  | { do: 'match'; direction: 'next' | 'previous' }
  | { do: 'step'; direction: 'next' | 'previous' }
  | { do: 'scroll'; by: number }
  | { do: 'search' }
  | { do: 'copy' };

/** Keys as the help shows them; those of the terminal viewer, where a browser leaves them free. */
export const keyHelp: readonly (readonly [string, string])[] = [
  ['← →, h l, j k', 'previous, next step'],
  ['[ ]', 'twenty steps back, on'],
  ['Home, End', 'first, last step'],
  ['↑ ↓, PgUp PgDn', 'scroll the step'],
  ['f F', 'next, previous failure'],
  ['e E', 'next, previous edit'],
  ['d D', 'next, previous decision'],
  ['p P', 'next, previous prompt'],
  ['/', 'search; n next, N previous match'],
  ['@', 'go to a time'],
  ['space', 'play, pause (waits are cut to a second)'],
  ['+ −', 'faster, slower (1 to 16 ×)'],
  ['s', 'plan, decisions and claims as they were at this step'],
  ['b', 'make a branch that begins at this step'],
  ['c', 'copy the id of the step'],
  ['?', 'these keys'],
];

const kinds: Record<string, StepKind> = { f: 'failure', e: 'edit', d: 'decision', p: 'prompt' };
const screenSteps = 20;

const move = (by: number): Deed => ({ do: 'dispatch', action: { type: 'move', by } });
const jump = (to: number): Deed => ({ do: 'dispatch', action: { type: 'jump', to } });
const next: Deed = { do: 'step', direction: 'next' };
const previous: Deed = { do: 'step', direction: 'previous' };

const deeds: Record<string, Deed> = {
  ArrowRight: next,
  l: next,
  j: next,
  ArrowLeft: previous,
  h: previous,
  k: previous,
  '[': move(-screenSteps),
  ']': move(screenSteps),
  Home: jump(0),
  End: jump(Number.MAX_SAFE_INTEGER),
  ArrowDown: { do: 'scroll', by: 60 },
  ArrowUp: { do: 'scroll', by: -60 },
  PageDown: { do: 'scroll', by: 400 },
  PageUp: { do: 'scroll', by: -400 },
  '/': { do: 'search' },
  n: { do: 'match', direction: 'next' },
  N: { do: 'match', direction: 'previous' },
  '@': { do: 'dispatch', action: { type: 'dialog', dialog: 'moment' } },
  ' ': { do: 'dispatch', action: { type: 'play' } },
  '+': { do: 'dispatch', action: { type: 'speed', by: 1 } },
  '=': { do: 'dispatch', action: { type: 'speed', by: 1 } },
  '-': { do: 'dispatch', action: { type: 'speed', by: -1 } },
  s: { do: 'dispatch', action: { type: 'knowledge' } },
  b: { do: 'dispatch', action: { type: 'dialog', dialog: 'branch' } },
  c: { do: 'copy' },
  '?': { do: 'dispatch', action: { type: 'dialog', dialog: 'help' } },
};

/** What a key means; null: nothing here. */
export function deedOf(key: string): Deed | null {
  const kind = kinds[key.toLowerCase()];
  if (kind !== undefined && key.length === 1)
    return { do: 'seek', kind, direction: key === key.toLowerCase() ? 'next' : 'previous' };
  return Object.hasOwn(deeds, key) ? (deeds[key] ?? null) : null;
}

/** Space and Enter press what has the focus, and what is open in front has the keys to itself. */
const isTaken = (target: EventTarget | null, key: string): boolean =>
  target instanceof Element &&
  (target.closest('input, textarea, select, dialog') !== null ||
    (key === ' ' && target.closest('button, a, summary') !== null));

/** Calls `onDeed` for the keys of the viewer, wherever the focus is, unless something is being typed. */
export function useKeys(onDeed: (deed: Deed) => void): void {
  const latest = useRef(onDeed);
  latest.current = onDeed;
  useEffect(() => {
    let isGoing = false;
    const onKey = (event: KeyboardEvent): void => {
      const { key, target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(target, key)) return;
      // `g` and a letter is the way to another screen.
      const wasGoing = isGoing;
      isGoing = !wasGoing && key === 'g';
      const deed = wasGoing ? null : deedOf(key);
      if (deed === null) return;
      event.preventDefault();
      latest.current(deed);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
