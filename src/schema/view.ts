import { z } from 'zod';

/** How far one sees into one branch: writer id → last visible seq (inclusive). Absent means nothing. */
export const Cut = z.record(z.string(), z.number().int().nonnegative());
export type Cut = z.infer<typeof Cut>;

/** Where a view is taken: a branch as it was when its events ended at `cut`. What the branch itself saw by then belongs to it. */
export const Standpoint = z.object({ branch: z.string(), cut: Cut });
export type Standpoint = z.infer<typeof Standpoint>;

/**
 * One run of events: those of `writer` on `branch` behind `after` and up to `upTo`; a `null` upTo is a live head, a `null`
 * writer everybody.
 */
export interface Span {
  branch: string;
  writer: string | null;
  upTo: number | null;
  /** Exclusive; 0 when it is not there. */
  after?: number;
}
