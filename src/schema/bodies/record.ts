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

/** provisional: the bucket was out of reach, and another machine may have it as well. */
export const ClaimStanding = z.enum(['confirmed', 'provisional']);
/** withdrawn: by whoever offered it. */
export const HandoffState = z.enum(['offered', 'accepted', 'declined', 'withdrawn', 'expired']);

/** Whom a handoff is for. */
export const Addressee = z.union([
  z.object({ kind: z.enum(['agent', 'role']), name: line(200).min(1) }),
  z.object({ kind: z.literal('anybody') }),
]);

/** What files and the commit were like when something was recorded, to tell whether they still are. */
export const Basis = z.object({
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
export type Basis = z.infer<typeof Basis>;

/** What was not chosen. */
export const Alternative = z.object({ choice: line(1000).min(1), reason: line(2000).default('') });

/** Fields of each kind of record. Each is a register of its own. */
export const recordFields = {
  plan: writes({
    title: line(500).min(1),
    state: PlanState,
    owner: line(200).nullable(),
    note: line(8000),
    parent: z.string().max(100).nullable(),
    rank: z.number(),
    priority: z.number().int().min(0).max(4).nullable(),
    paths: z.array(line(4096)).max(200),
    removed: z.boolean(),
  }),
  decision: writes({
    subject: line(300).min(1),
    choice: line(4000).min(1),
    reason: line(8000),
    alternatives: z.array(Alternative).max(20),
    paths: z.array(line(4096)).max(200),
    basis: Basis.nullable(),
    state: Standing,
  }),
  convention: writes({
    name: line(300).min(1),
    rule: line(4000).min(1),
    reason: line(8000),
    paths: z.array(line(4096)).max(200),
    basis: Basis.nullable(),
    state: Standing,
  }),
  claim: writes({
    paths: z.array(line(4096)).max(200),
    item: line(100),
    handoff: line(100),
    holder: line(200),
    session: line(100),
    branch: line(100),
    why: line(300),
    until: z.number().int().nonnegative(),
    state: z.enum(['held', 'released', 'lost']),
    standing: ClaimStanding,
    lostTo: line(200),
  }),
  handoff: writes({
    to: Addressee,
    from: line(200),
    session: line(100).nullable(),
    branch: line(100),
    content: line(100),
    item: line(100).nullable(),
    state: HandoffState,
    by: line(200).nullable(),
    bySession: line(100).nullable(),
    claim: line(100).nullable(),
    until: z.number().int().nonnegative(),
  }),
} as const;

/**
 * Members of sets within a record, by the name of the set. Each is a register of its own, the field `<set>/<member>`: two
 * that are added at the same time both stay. Null takes it out.
 */
export const recordSets: { readonly [K in RecordKind]?: Readonly<Record<string, z.ZodType>> } = {
  plan: {
    dependsOn: z.literal(true).nullable(),
    link: z.literal(true).nullable(),
    blocker: line(1000).min(1).nullable(),
    question: z.object({ text: line(1000).min(1), answer: line(4000).nullable() }).nullable(),
  },
};

export type RecordKind = keyof typeof recordFields;
export const RecordKind = z.enum(['plan', 'decision', 'convention', 'claim', 'handoff']);

const recordBody = <K extends RecordKind>(kind: K, key: string) =>
  z.looseObject({ key: z.string().min(1).max(500).describe(key), set: recordFields[kind], over: Over });

export const PlanWritten = recordBody('plan', 'id of the plan item');
export const DecisionWritten = recordBody('decision', 'the normalised subject');
export const ConventionWritten = recordBody('convention', 'the normalised name');
export const ClaimWritten = recordBody('claim', 'id of the claim');
export const HandoffWritten = recordBody('handoff', 'id of the handoff');

export const MemoryNoted = z.looseObject({
  content: z.string(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  basis: Basis.optional(),
  embedding: z.array(z.number()).max(8192).optional().describe("the client's own vector"),
});

/** A fact or an attempt does not stand any more. Decisions and conventions have a name under which that is told. */
export const MemoryReplaced = z.looseObject({
  event: z.string().describe('id of the event that told it'),
  by: z.string().nullable().describe('id of the event that took its place; null: it was withdrawn'),
  why: z.string().optional(),
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
  state: Basis.optional(),
});
