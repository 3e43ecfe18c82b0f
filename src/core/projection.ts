import type { FoldedEvent } from '../schema/event.ts';

/**
 * A fold of events into records. `fold` must be a join: the same events give the same records in any order of
 * arrival, so it may not assume that events come sorted. Each event is folded once.
 */
export interface Projection<R> {
  /** Types whose text and body the fold reads; of all others only the envelope is there after a restart. */
  reads: readonly string[];
  fold(records: Map<string, R>, event: FoldedEvent): void;
}
