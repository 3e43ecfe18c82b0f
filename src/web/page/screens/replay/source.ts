import type { Event } from '../../../../schema/event.ts';
import type { OutputOf } from '../../../../schema/operation.ts';
import type { StepKind } from '../../../../schema/operations/replay.ts';
import type { Knowledge } from '../../../../schema/records.ts';

export type ReplayPage = Pick<
  OutputOf<'replay.show'>,
  'subject' | 'session' | 'children' | 'agents' | 'total' | 'order' | 'steps'
>;
export type Lanes = Pick<OutputOf<'replay.lanes'>, 'from' | 'to' | 'bucketMs' | 'first' | 'lanes' | 'total'>;

/** Which steps are numbered; of what is empty, all. */
export interface Choice {
  only: readonly StepKind[];
  agents: readonly string[];
}

/** No step and nobody is left out. */
export const everything: Choice = { only: [], agents: [] };

/** What a step is looked for by. */
export interface Sought {
  kind?: StepKind | undefined;
  text?: string | undefined;
  /** A moment, such as 2026-05-01T10:00. */
  at?: string | undefined;
}

/** The number of a step, null: there is none; and the order that it is one of. */
export type Found = Pick<OutputOf<'replay.find'>, 'step' | 'order'>;

/** Where the steps of a replay come from: the daemon, or a page that was saved. Each call rejects with a CallError. */
export interface ReplaySource {
  page: (skip: number, limit: number, signal: AbortSignal) => Promise<ReplayPage>;
  /** What was planned and decided at a step. */
  knowledge: (step: number, signal: AbortSignal) => Promise<Knowledge | null>;
  /** The next step behind `from` (or before it) that is so. */
  find: (sought: Sought, from: number, direction: 'next' | 'previous', signal: AbortSignal) => Promise<Found>;
  lanes: (buckets: number, signal: AbortSignal) => Promise<Lanes>;
  /** The number of the step that is this event; null: it is none of them. */
  place: (event: string, signal: AbortSignal) => Promise<number | null>;
  /** Makes a branch that begins at this event; null: it cannot be done here. */
  branch: ((name: string, event: string) => Promise<string>) | null;
  /** Said where knowledge is not that of the step. */
  knowledgeNote: string | null;
}

export type Step = Event;
