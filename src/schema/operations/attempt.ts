import { z } from 'zod';
import { operation } from '../operation.ts';
import { Holds } from '../records.ts';
import { branchField, limitField, momentField, workspaceField } from './fields.ts';

export const AttemptRow = z.object({
  id: z.string().describe('event id'),
  at: z.number().int(),
  by: z.string().describe('who did it, or told of it'),
  agent: z.string(),
  session: z.string(),
  branch: z.string().describe('name of the branch that it stands on'),
  derived: z
    .enum(['rejection', 'correction', 'revert', 'retries'])
    .nullable()
    .describe('how it was read from the trace; null: somebody said it'),
  approach: z.string(),
  outcome: z.enum(['worked', 'failed', 'abandoned']),
  reason: z.string().describe('quoted from the trace; empty when it does not say'),
  instead: z.string().describe('what was done in its place; empty when that is not known'),
  failed: z.array(z.string()).describe('approaches that failed before this one'),
  paths: z.array(z.string()),
  evidence: z.array(z.string()).describe('ids of the events that it was read from'),
  holds: Holds,
});
export type AttemptRow = z.infer<typeof AttemptRow>;

export const attemptList = operation({
  name: 'attempt.list',
  summary: 'List what was tried and how it ended: refused, corrected, reverted, failed and then solved.',
  description:
    'Attempts are read from the trace without a language model, or told by people and agents. With a path: those about that file or folder; with other words: those that match, best first; else the newest first. Each says whether the files and the commit are still what they were; nothing from memory is executed.',
  writes: false,
  doors: { cli: 'attempts' },
  positional: ['about'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind attempts', 'hivemind attempts src/parser.ts', 'hivemind attempts "flaky login test"'],
  input: z.object({
    about: z.string().trim().min(1).max(4000).optional().describe('A path, or words'),
    limit: limitField(10, 200),
    skip: z.number().int().min(0).default(0).describe('So many are passed over'),
    outcome: z.enum(['worked', 'failed', 'abandoned']).optional().describe('Only those that ended so'),
    since: momentField('Not before'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    attempts: z.array(AttemptRow),
    matched: z.number().int().describe('how many there are, with those that are not shown'),
    note: z.string().describe('says so when there is nothing'),
  }),
});
