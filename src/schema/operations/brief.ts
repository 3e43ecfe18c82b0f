import { z } from 'zod';
import { operation } from '../operation.ts';
import { branchField, workspaceField } from './fields.ts';

export const briefShow = operation({
  name: 'brief.show',
  summary: 'Show what an agent is told at the start of a session.',
  writes: false,
  doors: { cli: 'brief' },
  stamped: ['cwd', 'caller'],
  input: z.object({
    ...workspaceField,
    ...branchField,
    session: z.string().optional().describe('Session that the brief is for; its own events are left out'),
  }),
  output: z.object({
    workspace: z.string(),
    text: z.string().describe('under 8,000 characters'),
    sessions: z.number().int(),
  }),
});
