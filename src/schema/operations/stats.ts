import { z } from 'zod';
import { operation } from '../operation.ts';
import { workspaceField } from './fields.ts';

/** One half of the warnings that fired, and what became of the calls. */
export const WarningHalf = z.object({
  fired: z.number().int(),
  ended: z.number().int().describe('calls of which it is known how they ended'),
  failed: z.number().int().describe('the call failed or was refused'),
  revertedSoon: z.number().int().describe('the call went well, and was taken back within 30 minutes'),
  changedCourse: z
    .number()
    .int()
    .describe('the call was not made; another one of the same tool went well within 30 minutes'),
  precision: z
    .number()
    .nullable()
    .describe('share of the calls whose end is known that came to one of these; null: none is known'),
});

export const statsWarnings = operation({
  name: 'stats.warnings',
  summary: 'How often agents were warned of a call, and how often that was right.',
  description:
    'Half of the warnings that fire are held back, chosen by a hash of session and call, so that what showing them changes can be measured. Times are those of this daemon since it was started.',
  writes: false,
  doors: { cli: 'stats warnings' },
  stamped: ['cwd'],
  examples: ['hivemind stats warnings --since 7d'],
  input: z.object({
    since: z
      .string()
      .max(40)
      .optional()
      .describe('Not before: 90m, 12h or 7d ago, or a date such as 2026-01-31'),
    ...workspaceField,
  }),
  output: z.object({
    workspace: z.string(),
    setting: z.enum(['on', 'off']),
    fired: z.number().int(),
    shown: WarningHalf,
    heldBack: WarningHalf,
    otherSessions: z
      .number()
      .nullable()
      .describe('share of the warnings that rest on other sessions alone; null: none fired'),
    judged: z.number().int().describe('calls that were judged since the daemon opened the workspace'),
    p50Ms: z.number().nullable().describe('time that judging took'),
    p95Ms: z.number().nullable(),
  }),
});
