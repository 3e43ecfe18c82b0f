import { useEffect, useRef } from 'react';
import { isTyping } from './frame.tsx';

/**
 * Key (as `KeyboardEvent.key` says it; with `Shift+` before the name of a key without a letter) → what it does; where
 * that answers false, the key does what it always does.
 */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

/** Does what a key stands for, unless something is typed, a dialog is open, or the key follows the `g` of the frame. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    let isGoing = false;
    const onKey = (event: KeyboardEvent): void => {
      const { key, shiftKey, target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
      const follows = isGoing;
      isGoing = !isGoing && key === 'g';
      if (follows || event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
      const name = shiftKey && key.length > 1 ? `Shift+${key}` : key;
      const act = Object.hasOwn(latest.current, name) ? latest.current[name] : undefined;
      if (act !== undefined && act(event) !== false) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** Moves the focus by `by` among the elements that `selector` finds, from the one that has it, or is around it. */
export function moveFocus(selector: string, by: number): void {
  const all = [...document.querySelectorAll<HTMLElement>(selector)];
  const at = all.findIndex((element) => element.contains(document.activeElement));
  const next = at === -1 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
  const element = all[next];
  element?.focus();
  element?.scrollIntoView({ block: 'nearest' });
}
