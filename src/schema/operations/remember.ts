import { z } from 'zod';
import { operation } from '../operation.ts';
import { branchField, workspaceField } from './fields.ts';

const stored = z.object({
  workspace: z.string(),
  branch: z.string(),
  event: z.string(),
  kind: z.enum(['decision', 'convention', 'attempt', 'fact']),
  key: z.string().nullable().describe('under which a decision or a convention is kept'),
  replaced: z
    .string()
    .nullable()
    .describe('what a decision or a convention said until now; null: nothing, or the same'),
});

const said = (what: string, most = 4000) => z.string().trim().min(1).max(most).describe(what);

/** An event by its id, or by the end of it. */
export const eventTail = z
  .string()
  .regex(/^(evt_)?[0-9a-f]{6,32}$/, 'an event id is evt_ and 32 hex digits; its last 6 or more will do');

const replacesField = eventTail
  .optional()
  .describe('Event of a fact or an attempt of which it takes the place');

const versionField = eventTail
  .optional()
  .describe('Event of the version of which it takes the place: refused where another has come since');

const shared = {
  why: z.string().max(8000).optional().describe('Why'),
  paths: z.array(z.string().max(4096)).max(200).optional().describe('Files that it is about'),
  ...workspaceField,
  ...branchField,
};

export const memoryRemember = operation({
  name: 'memory.remember',
  summary: 'Remember a decision, a convention, an attempt or a fact.',
  description:
    'With --subject it is a decision about that subject, and replaces what was decided about it before; with --convention a rule under that name; with --outcome an approach that was tried. Otherwise a fact.',
  writes: true,
  doors: { cli: 'remember' },
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
  output: stored,
});

export const memoryDecide = operation({
  name: 'memory.decide',
  summary: 'Remember what was decided about a subject, and what was not chosen.',
  description:
    'It replaces what was decided about the same subject before, which stays in `hivemind memory history`. With --paths it is kept what these files are now, so that it can be told later whether the decision still holds.',
  writes: true,
  doors: { cli: 'remember decision' },
  positional: ['subject', 'choice'],
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind remember decision "session store" PostgreSQL --why "we need transactions" --alternative "Redis: loses writes on failover" --paths src/sessions.ts',
  ],
  input: z.object({
    subject: said('What it is about', 300),
    choice: said('What was chosen'),
    alternative: z
      .array(z.string().max(3000))
      .max(20)
      .optional()
      .describe('What was not chosen and why, as "choice: why not"; may be given several times'),
    replaces: versionField,
    ...shared,
  }),
  output: stored,
});

export const memoryAgree = operation({
  name: 'memory.agree',
  summary: 'Remember a convention: a rule that every brief tells.',
  writes: true,
  doors: { cli: 'remember convention' },
  positional: ['name', 'rule'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind remember convention mocks "tests never mock our own code" --why "they hid two bugs"'],
  input: z.object({ name: said('Its name', 300), rule: said('The rule'), replaces: versionField, ...shared }),
  output: stored,
});

export const memoryAttempt = operation({
  name: 'memory.attempt',
  summary: 'Remember an approach that was tried, and how it ended.',
  writes: true,
  doors: { cli: 'remember attempt' },
  positional: ['approach'],
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind remember attempt "cache sessions in memory" --outcome failed --why "two workers" --instead "PostgreSQL"',
  ],
  input: z.object({
    approach: said('What was tried'),
    outcome: z.enum(['worked', 'failed', 'abandoned']).default('failed').describe('How it ended'),
    instead: z.string().max(4000).optional().describe('What was done in its place'),
    replaces: replacesField,
    ...shared,
  }),
  output: stored,
});

export const memoryNote = operation({
  name: 'memory.note',
  summary: 'Remember a fact.',
  writes: true,
  doors: { cli: 'remember fact' },
  positional: ['text'],
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind remember fact "the staging database is rebuilt every night" --paths infra/staging.tf',
    'hivemind remember fact "the staging database is rebuilt every Sunday" --replaces 4b8f7e61',
  ],
  input: z.object({ text: said('What is to be known'), replaces: replacesField, ...shared }),
  output: stored,
});
