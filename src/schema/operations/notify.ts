import { z } from 'zod';
import { operation } from '../operation.ts';

/** How a run of a hook's command ended; its output is not kept. */
export const NotifyRun = z.object({
  at: z.number().int(),
  durationMs: z.number().int(),
  exitCode: z.number().int().nullable().describe('null: it did not end by itself, or was never begun'),
  trouble: z
    .string()
    .nullable()
    .describe('why it did not end well, such as "exit 1", "ended by SIGKILL" or "not found"'),
});
export type NotifyRun = z.infer<typeof NotifyRun>;

export const NotifyState = z.object({
  name: z.string(),
  workspace: z.string(),
  branch: z.string(),
  on: z.array(z.string()),
  path: z.array(z.string()),
  agent: z.array(z.string()),
  past: z.boolean(),
  command: z.array(z.string()),
  runs: z.number().int().describe('since the daemon was started, as all that follows'),
  failures: z.number().int(),
  skipped: z
    .number()
    .int()
    .describe('events for which it was not run: too many came at once, or more in a minute than it is run'),
  waiting: z.number().int(),
  last: NotifyRun.nullable(),
  trouble: z
    .string()
    .nullable()
    .describe('why it hears nothing; null: it does, once its workspace is in use'),
});
export type NotifyState = z.infer<typeof NotifyState>;

export const notifyList = operation({
  name: 'notify.list',
  summary: 'List the commands that are run when something happens, and how they fared.',
  writes: false,
  doors: { cli: 'notify list' },
  input: z.object({}),
  output: z.object({
    file: z.string().describe('where they are kept'),
    trouble: z.string().nullable().describe('why the file is not used'),
    hooks: z.array(NotifyState),
  }),
});

export const notifyTest = operation({
  name: 'notify.test',
  summary: "Run a hook's command once, for the last event that it was waiting for.",
  description: 'Where there is none yet it gets one of the type notify.tested, which is stored nowhere.',
  writes: false,
  doors: { cli: 'notify test' },
  positional: ['name'],
  examples: ['hivemind notify test desktop'],
  input: z.object({ name: z.string().min(1).max(100).describe('Name of the hook') }),
  output: z.object({ name: z.string(), run: NotifyRun }),
});
