import { z } from 'zod';
import { operation } from '../operation.ts';
import { workspaceField } from './fields.ts';

const count = z.number().int();

/** What one rule of today finds in events as they are stored. */
export const Finding = z.object({
  rule: z.string(),
  events: count.describe('events in which it finds something'),
  versions: z
    .array(count)
    .describe('versions of the rules that these went through; 0: of before versions were kept'),
  ids: z.array(z.string()).describe('the first 20 of them'),
});

export const scanRun = operation({
  name: 'scan.run',
  summary: 'Look for secrets in what is stored, with the rules of today.',
  description:
    'Rules get better, and what was stored before stays as it was: this runs the present ones over the text, the paths and the body of every event, on all branches, and names the events in which they find something, never what they find. Changes nothing. Ends with exit code 1 when there is something.',
  writes: false,
  streams: true,
  doors: { cli: 'scan' },
  stamped: ['cwd'],
  examples: ['hivemind scan', 'hivemind scan --all --json'],
  input: z.object({
    ...workspaceField,
    all: z.boolean().default(false).describe('All workspaces of this machine'),
  }),
  output: z.object({
    version: count.describe('version of the rules'),
    workspaces: z.array(
      z.object({ workspace: z.string(), events: count.describe('read'), findings: z.array(Finding) }),
    ),
    found: count.describe('events in which something was found'),
    durationMs: count,
  }),
});
