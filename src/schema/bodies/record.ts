import { z } from 'zod';

/** Field → ids of the events whose value of it was seen and is replaced; the daemon fills it in. */
const Over = z
  .record(z.string(), z.array(z.string()))
  .optional()
  .describe('field → ids of the events whose value is replaced; filled in by the daemon');

const writes = <F extends z.ZodRawShape>(fields: F) => z.looseObject(fields).partial();

export const PlanState = z.enum(['todo', 'doing', 'blocked', 'done', 'dropped']);
export const Standing = z.enum(['standing', 'withdrawn']);

const line = (most: number) => z.string().max(most);

/** Fields of each kind of record. Each is a register of its own. */
export const recordFields = {
  plan: writes({
    title: line(500).min(1),
    state: PlanState,
    owner: line(200).nullable(),
    note: line(8000),
    parent: z.string().max(100).nullable(),
    rank: z.number(),
    paths: z.array(line(4096)).max(200),
    removed: z.boolean(),
  }),
  decision: writes({
    subject: line(300).min(1),
    choice: line(4000).min(1),
    reason: line(8000),
    state: Standing,
  }),
  convention: writes({
    name: line(300).min(1),
    rule: line(4000).min(1),
    reason: line(8000),
    state: Standing,
  }),
  claim: writes({
    paths: z.array(line(4096)).max(200),
    holder: line(200),
    until: z.number().int().nonnegative(),
    state: z.enum(['held', 'released']),
  }),
} as const;

export type RecordKind = keyof typeof recordFields;
export const RecordKind = z.enum(['plan', 'decision', 'convention', 'claim']);

const recordBody = <K extends RecordKind>(kind: K, key: string) =>
  z.looseObject({ key: z.string().min(1).max(500).describe(key), set: recordFields[kind], over: Over });

export const PlanWritten = recordBody('plan', 'id of the plan item');
export const DecisionWritten = recordBody('decision', 'the normalised subject');
export const ConventionWritten = recordBody('convention', 'the normalised name');
export const ClaimWritten = recordBody('claim', 'id of the claim');

export const MemoryNoted = z.looseObject({
  content: z.string(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  embedding: z.array(z.number()).max(8192).optional().describe("the client's own vector"),
});

/** What it was like when an attempt was recorded, to tell whether it still is. */
export const AttemptState = z.object({
  head: z
    .string()
    .regex(/^[0-9a-f]{40,64}$/)
    .optional()
    .describe('git commit that was checked out'),
  files: z
    .record(z.string(), z.string().nullable())
    .optional()
    .describe("file below the repository's root → SHA-256 of its bytes; null: there was none"),
});

export const MemoryAttempted = z.looseObject({
  approach: z.string(),
  outcome: z.enum(['worked', 'failed', 'abandoned']),
  reason: z.string().optional(),
  derived: z
    .enum(['rejection', 'correction', 'revert', 'retries'])
    .optional()
    .describe('how it was read from the trace; absent: somebody said it'),
  evidence: z.array(z.string()).optional().describe('ids of the events that it was read from'),
  instead: z.string().optional().describe('what was done in its place'),
  failed: z.array(z.string()).optional().describe('approaches that failed before this one'),
  paths: z.array(z.string()).optional().describe('files that it is about'),
  state: AttemptState.optional(),
});
