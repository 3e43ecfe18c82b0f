import { z } from 'zod';
import { Event } from '../event.ts';
import { operation } from '../operation.ts';
import { Claim, Convention, Decision } from '../records.ts';
import { atField, branchField, limitField, workspaceField } from './fields.ts';

export const memoryRemember = operation({
  name: 'memory.remember',
  summary: 'Remember a decision, a convention, an attempt or a fact.',
  description:
    'With --subject it is a decision about that subject, and replaces what was decided about it before; with --convention a rule under that name; with --outcome an approach that was tried. Otherwise a fact.',
  writes: true,
  doors: { cli: 'remember', mcp: 'remember' },
  positional: ['text'],
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind remember "use PostgreSQL" --subject "session store" --reason "we need transactions"',
    'hivemind remember "tests never mock our own code" --convention mocks',
  ],
  input: z.object({
    text: z.string().trim().min(1).max(4000).describe('What was decided, agreed, tried or learned'),
    subject: z.string().trim().min(1).max(300).optional().describe('It is a decision about this'),
    convention: z.string().trim().min(1).max(300).optional().describe('It is a convention of this name'),
    outcome: z
      .enum(['worked', 'failed', 'abandoned'])
      .optional()
      .describe('It is an approach that was tried, and ended so'),
    reason: z.string().max(8000).optional().describe('Why'),
    withdraw: z.boolean().default(false).describe('The decision or convention no longer stands'),
    paths: z.array(z.string().max(4096)).max(200).optional().describe('Files that it is about'),
    embedding: z
      .array(z.number())
      .min(1)
      .max(8192)
      .optional()
      .describe("Of a fact: a vector of the caller's own model"),
    metadata: z.record(z.string(), z.unknown()).optional().describe('Of a fact: fields to find it by'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    event: z.string(),
    kind: z.enum(['decision', 'convention', 'attempt', 'fact']),
    key: z.string().nullable().describe('under which a decision or a convention is kept'),
  }),
});

export const memoryList = operation({
  name: 'memory.list',
  summary: 'List decisions and conventions that stand, and who is editing what.',
  writes: false,
  doors: { cli: 'memory list' },
  stamped: ['cwd', 'caller'],
  input: z.object({
    withdrawn: z.boolean().default(false).describe('Also what no longer stands'),
    ...atField,
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    decisions: z.array(Decision),
    conventions: z.array(Convention),
    claims: z.array(Claim),
  }),
});

export const MemoryHit = z.object({
  id: z.string().describe('event id'),
  content: z.string().describe('what was noted; of other events their text'),
  metadata: z.record(z.string(), z.unknown()),
  score: z
    .number()
    .describe(
      'with a vector alone the cosine, -1 to 1; else comparable within one answer only, 0 with neither',
    ),
  branch: z.string().describe('name of the branch that it stands on'),
  agent: z.string(),
  at: z.number().int(),
  event: Event.describe('the event, without its vector'),
});

export const memoryQuery = operation({
  name: 'memory.query',
  summary: 'Find events by words, by a vector of your own, or by metadata; the answer is a flat list.',
  description:
    'A vector is compared with every memory.noted event that is seen from the branch and has a vector of as many dimensions: exactly, without an index. Words are searched in the text of all events. With both, what is found by either is ranked by the mean of the two. `where` leaves only events whose metadata has these values. With `where` alone: the newest notes first.',
  writes: false,
  doors: { mcp: 'query' },
  stamped: ['cwd', 'caller'],
  input: z.object({
    text: z.string().min(1).max(4000).optional().describe('Words, a question, an error message, a path'),
    vector: z
      .array(z.number())
      .min(1)
      .max(8192)
      .optional()
      .describe("A vector of the caller's own model, of any length but zero"),
    where: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe('Metadata that a hit must have: field → value'),
    limit: limitField(10, 1000),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    hits: z.array(MemoryHit).describe('best first'),
    compared: z.number().int().describe('vectors that were compared'),
  }),
});
