import { z } from 'zod';
import { operation } from '../operation.ts';
import { Claim, Convention, Decision } from '../records.ts';
import { atField, branchField, workspaceField } from './fields.ts';

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
