import { z } from 'zod';

/** What one can see: branch id → writer id → last visible seq (inclusive). Absent means nothing. */
export const View = z.record(z.string(), z.record(z.string(), z.number().int().nonnegative()));
export type View = z.infer<typeof View>;

/** One visible run of events: those of `writer` on `branch` up to `upTo`; `null` upTo is a live head, `null` writer everybody. */
export interface Span {
  branch: string;
  writer: string | null;
  upTo: number | null;
}
