import { z } from 'zod';
import { operation } from '../operation.ts';
import { workspaceField } from './fields.ts';

/** How many of the sessions that a rule is about kept it. */
const Share = z.object({
  of: z.number().int().describe('sessions that the rule is about'),
  did: z.number().int(),
  not: z.array(z.string()).describe('ids of those that did not, the newest 100'),
});

export const statsCompliance = operation({
  name: 'stats.compliance',
  summary: 'How often agents recall, record, keep up the plan and hand off by themselves.',
  description:
    'Per agent and model: what connect tells them to do, and in how many sessions they did. `rules` in the JSON says how each is counted.',
  writes: false,
  doors: { cli: 'stats compliance' },
  stamped: ['cwd'],
  examples: ['hivemind stats compliance --since 7d', 'hivemind stats compliance --verbose'],
  input: z.object({
    since: z
      .string()
      .max(40)
      .default('30d')
      .describe('Only sessions that were active since: 2h, 3d or 1w ago, 2026-05-01, 2026-05-01T10:00'),
    session: z.string().min(1).max(200).optional().describe('Only this session, whenever it was'),
    verbose: z.boolean().default(false).describe('Name the sessions that did not, and say the rules'),
    ...workspaceField,
  }),
  output: z.object({
    workspace: z.string(),
    agents: z.array(
      z.object({
        agent: z.string(),
        model: z.string().nullable(),
        sessions: z.number().int(),
        briefed: Share,
        recalled: Share,
        recalledFirst: Share,
        recorded: Share,
        planned: Share,
        taken: z.number().int().describe('plan items that were begun'),
        done: z.number().int().describe('plan items that were done or dropped'),
        handedOff: Share,
      }),
    ),
    unread: z
      .number()
      .int()
      .describe('sessions among which there were too many calls that name Hivemind to look at all'),
    rules: z.record(z.string(), z.string()).describe('how each of these is counted'),
  }),
});
