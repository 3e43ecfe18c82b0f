import type { z } from 'zod';
import {
  type DecidedIn,
  EventForgotten,
  type EventRuns,
  type ForgetBy,
  type RekeyedRecord,
  WorkspacePruned,
} from '../../schema/bodies/forget.ts';
import type { FoldedEvent } from '../../schema/event.ts';

export const forgettingTypes: readonly string[] = ['event.forgotten', 'workspace.pruned'];

/** What one event ordered to be forgotten or pruned, who and when. */
export interface FoldedForgetting {
  event: string;
  /** The place of that event. */
  ordered: { writer: string; seq: number };
  kind: 'forgotten' | 'pruned';
  by: ForgetBy;
  who: string;
  why: string;
  at: number;
  count: number;
  events: EventRuns;
  keys: z.infer<typeof RekeyedRecord>[];
  decided: z.infer<typeof DecidedIn>[];
  /** Of a pruning: epoch milliseconds up to which. */
  before: number | null;
}

/** Notes what an event orders; what cannot be understood orders nothing. */
export function foldForgetting(all: Map<string, FoldedForgetting>, event: FoldedEvent): void {
  const { id, at, actor, writer, seq } = event;
  const shared = { event: id, ordered: { writer, seq }, who: actor.name, at };
  if (event.type === 'event.forgotten') {
    const body = EventForgotten.safeParse(event.body);
    if (!body.success) return;
    const { by, why = '', count, events, keys, decided } = body.data;
    all.set(id, { ...shared, kind: 'forgotten', by, why, count, events, keys, decided, before: null });
    return;
  }
  const body = WorkspacePruned.safeParse(event.body);
  if (!body.success) return;
  const { by, count, events, before } = body.data;
  all.set(id, { ...shared, kind: 'pruned', by, why: '', count, events, keys: [], decided: [], before });
}
