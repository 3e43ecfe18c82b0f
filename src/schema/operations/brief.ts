import { z } from 'zod';
import { operation } from '../operation.ts';
import { branchField, workspaceField } from './fields.ts';

export const BriefSection = z.object({
  name: z.string(),
  heading: z.string(),
  lines: z.array(
    z.object({
      text: z.string(),
      reason: z.string().describe('why it is worth telling'),
      value: z.number().describe('what it is worth; compared with others for the tokens that it takes'),
      tokens: z.number().int(),
      told: z.boolean(),
      leftOut: z.string().describe('why it is not told; empty when it is'),
    }),
  ),
});
export type BriefSection = z.infer<typeof BriefSection>;

export const briefShow = operation({
  name: 'brief.show',
  summary: 'Show what an agent is told at the start of a session, and why.',
  description:
    'What was handed over, the plan as far as it matters now, every convention, decisions and failed attempts that touch the work, what others do right now, recent failures. It fits a budget (`hivemind workspace set brief-tokens 1500`) and never takes more than 8,000 characters.',
  writes: false,
  doors: { cli: 'brief' },
  stamped: ['cwd', 'caller'],
  examples: ['hivemind brief', 'hivemind brief --agent codex --explain', 'hivemind brief --compaction'],
  input: z.object({
    ...workspaceField,
    ...branchField,
    session: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('Session that the brief is for, by its id or the end of it; its own events are left out'),
    agent: z.string().min(1).max(100).optional().describe('Agent that the brief is for, such as codex'),
    compaction: z
      .boolean()
      .default(false)
      .describe('As after a compaction: with what the session itself has done'),
    subagent: z.boolean().default(false).describe('As for a subagent: shorter'),
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    text: z.string().describe('under 8,000 characters; empty when there is nothing to tell'),
    tokens: z.number().int().describe('an estimate that is rather too high'),
    budget: z.number().int(),
    sessions: z.number().int().describe('sessions of others that it tells of'),
    sections: z.array(BriefSection).describe('every line that was thought of, told or not'),
  }),
});
