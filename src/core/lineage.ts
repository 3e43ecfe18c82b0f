import type { Event } from '../schema/event.ts';
import type { Branch } from '../schema/records.ts';
import type { Span, View } from '../schema/view.ts';

/** What a fork of `parent` begins with: everything that the parent sees when its head is `head`. */
export function forkView(parent: Branch, head: Readonly<Record<string, number>>): View {
  return mergeViews(parent.from, { [parent.id]: { ...head } });
}

/** Pointwise maximum: what a merge of both sees. */
export const mergeViews = (left: View, right: View): View =>
  combine(left, right, (a, b) => Math.max(a ?? 0, b ?? 0));

/** Pointwise minimum: the merge base, unique also after criss-cross merges. */
export const baseView = (left: View, right: View): View =>
  combine(left, right, (a, b) => Math.min(a ?? 0, b ?? 0));

function combine(
  left: View,
  right: View,
  pick: (a: number | undefined, b: number | undefined) => number,
): View {
  const result: View = {};
  for (const branch of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const [a, b] = [left[branch] ?? {}, right[branch] ?? {}];
    for (const writer of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const seq = pick(a[writer], b[writer]);
      if (seq > 0) result[branch] = { ...result[branch], [writer]: seq };
    }
  }
  return result;
}

/** The runs of events that a live branch sees: what it was forked from, and all that is on it. */
export const liveSpans = (branch: Branch): Span[] => [
  ...viewSpans(branch.from).filter((span) => span.branch !== branch.id),
  { branch: branch.id, writer: null, upTo: null },
];

/** The runs of events in a recorded view. */
export const viewSpans = (view: View): Span[] =>
  Object.entries(view).flatMap(([branch, writers]) =>
    Object.entries(writers).map(([writer, upTo]) => ({ branch, writer, upTo })),
  );

export const seesEvent = (view: View, event: Pick<Event, 'branch' | 'writer' | 'seq'>): boolean =>
  (view[event.branch]?.[event.writer] ?? 0) >= event.seq;
