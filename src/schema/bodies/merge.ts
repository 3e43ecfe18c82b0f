import { z } from 'zod';
import { Standpoint } from '../view.ts';
import { RecordKind } from './record.ts';

export const Strategy = z.enum(['manual', 'latest', 'ours', 'theirs']);
export type Strategy = z.infer<typeof Strategy>;

/** A field whose value the merge has decided; it replaces the values of the events in `over`. */
export const DecidedField = z.object({
  kind: RecordKind,
  key: z.string(),
  field: z.string(),
  value: z.unknown(),
  over: z.array(z.string()),
  from: z
    .string()
    .nullable()
    .describe('event whose value it is; null: given by whoever resolved the conflict'),
});
export type DecidedField = z.infer<typeof DecidedField>;

export const MergeCommitted = z.looseObject({
  source: Standpoint,
  target: Standpoint,
  base: z.string().describe('hash of the view that both have seen'),
  strategy: z.string(),
  message: z.string().optional(),
  events: z.number().int().describe('events that became visible'),
  decided: z.array(DecidedField),
  /** Conflicts that there were, with how each was settled, for the record. */
  settled: z.array(z.looseObject({ conflict: z.string(), by: z.string() })).optional(),
});

export const MergeStopped = z.looseObject({
  source: z.string(),
  into: z.string(),
  conflicts: z.array(z.looseObject({ id: z.string() })),
});

export const MergeAborted = z.looseObject({ source: z.string(), into: z.string() });
