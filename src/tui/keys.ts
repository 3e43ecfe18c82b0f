import type { Key } from 'ink';

/** Keys of one input: a terminal may hand over several letters, and the Enter after them, at once. */
export function singleKeys(input: string, key: Key): { input: string; key: Key }[] {
  if (input.length <= 1 || key.ctrl || key.meta) return [{ input, key }];
  return [...input].map((letter) => ({
    input: letter === '\r' ? '' : letter,
    key: { ...key, return: letter === '\r' },
  }));
}
