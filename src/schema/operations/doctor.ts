import { z } from 'zod';
import { operation } from '../operation.ts';
import { environmentField, workspaceField } from './fields.ts';

/** One thing that was looked at and is not as it should be. */
export const Finding = z.object({
  check: z.string().describe('what was looked at, such as hooks or spool'),
  level: z.enum(['warning', 'error']).describe('error: something is not captured, or not safe'),
  what: z.string().describe('what is wrong, in one line'),
  hint: z.string().describe('what to type'),
  fixed: z.boolean().describe('it was put right (--fix)'),
});
export type Finding = z.infer<typeof Finding>;

export const doctorRun = operation({
  name: 'doctor.run',
  summary: 'Find what keeps agents from being captured, and say in one line each what to do.',
  description:
    'Looks at the daemon, its socket and its processes, the settings of connected agents, bindings, the spool, git hooks and the store. With --fix it puts right what needs no decision of yours. Ends with 1 when something is left to do.',
  writes: true,
  doors: { cli: 'doctor' },
  stamped: ['cwd', 'environment'],
  examples: ['hivemind doctor', 'hivemind doctor --fix'],
  input: z.object({
    fix: z.boolean().default(false).describe('Put right what can be put right'),
    ...workspaceField,
    ...environmentField,
  }),
  output: z.object({
    checks: z.array(z.string()).describe('what was looked at'),
    findings: z.array(Finding),
  }),
});
