import { z } from 'zod';
import { operation } from '../operation.ts';
import { workspaceField } from './fields.ts';

const State = {
  url: z.string().nullable().describe('address of the page, without a code; null: it is not served'),
  pages: z.number().int().describe('browsers that have been let in and are not forgotten yet'),
};

export const webOpen = operation({
  name: 'web.open',
  summary: 'Open the page in the browser.',
  description:
    'The daemon serves it on 127.0.0.1 alone, at a port that the system chooses, until it ends or `hivemind web stop`. The address that is printed has a code in it that works once and for two minutes; the browser gets a cookie for it, and no other browser is let in. Without a display, and with --json, the address is only printed.',
  writes: false,
  doors: { cli: 'web' },
  stamped: ['cwd'],
  examples: ['hivemind web', 'hivemind web --no-open', 'hivemind web --path /w/my-repo/sessions'],
  input: z.object({
    path: z
      .string()
      .max(2000)
      .regex(/^\/(?![/\\])/, 'a path of the page begins with one slash')
      .optional()
      .describe('Where in the page to begin'),
    ...workspaceField,
  }),
  output: z.object({
    url: z.string().describe('opens the page once'),
    expiresAt: z.number().int().describe('epoch milliseconds'),
  }),
});

export const webStatus = operation({
  name: 'web.status',
  summary: 'Say whether the page is served.',
  writes: false,
  doors: { cli: 'web status' },
  input: z.object({}),
  output: z.object(State),
});

export const webStop = operation({
  name: 'web.stop',
  summary: 'Stop serving the page, and forget every browser that was let in.',
  writes: false,
  doors: { cli: 'web stop' },
  input: z.object({}),
  output: z.object(State),
});
