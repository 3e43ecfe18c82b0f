import type { Event } from '../../schema/event.ts';
import { forgottenBy } from '../../schema/forgotten.ts';
import type { FoldedForgetting } from './forgettings.ts';

/**
 * Types whose content is a trace of work and nothing else: no record, branch, merge or commit is folded from it. All
 * others stay whole whatever their age, those that this version does not know as well.
 */
const traces = new Set([
  'session.compacted',
  'turn.prompted',
  'turn.replied',
  'tool.called',
  'file.edited',
  'hook.unreadable',
  'recall.injected',
  'recall.warned',
]);

/** Whether the content of an old event can be taken away, and is still there. */
export const isPrunable = (event: Event): boolean => traces.has(event.type) && forgottenBy(event) === null;

/** Epoch milliseconds up to which the workspace was pruned; null: it never was. */
export function prunedBefore(forgettings: Iterable<FoldedForgetting>): number | null {
  let before: number | null = null;
  for (const one of forgettings) if (one.before !== null) before = Math.max(before ?? 0, one.before);
  return before;
}
