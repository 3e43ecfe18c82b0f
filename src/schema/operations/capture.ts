import { z } from 'zod';
import { operation } from '../operation.ts';
import { workspaceField } from './fields.ts';

export const captureHook = operation({
  name: 'capture.hook',
  summary: "Take one hook payload of an agent; answers with what the agent's hook should print.",
  description:
    'Called by bin/hook.sh. The payload is kept as the agent sent it until the adapter has translated it; a payload that cannot be read is stored as text, never refused.',
  writes: true,
  doors: {},
  stamped: ['cwd', 'delivery'],
  raw: { body: 'payload', reply: 'stdout' },
  input: z.object({
    agent: z.string().min(1).max(100).describe('which adapter translates the payload'),
    event: z.string().min(1).max(100).describe("the agent's own name of the hook event"),
    payload: z.string().describe('the raw payload, as it stood on standard input'),
    bytes: z.coerce
      .number()
      .int()
      .nonnegative()
      .optional()
      .describe('size of the payload before its middle was cut'),
    delivery: z.string().max(200).optional().describe('Nonce of this delivery: sent twice, stored once'),
    branch: z
      .string()
      .max(300)
      .optional()
      .describe('Branch that the agent works on ($HIVEMIND_BRANCH where the hook ran)'),
    parent: z
      .string()
      .max(700)
      .optional()
      .describe('Agent and native id of the session in whose shell this one runs, as AGENT:ID'),
    cwd: workspaceField.cwd.describe('Where the hook ran, for a payload that does not say'),
    at: z.coerce
      .number()
      .int()
      .optional()
      .describe('Epoch milliseconds when the hook ran (spooled payloads)'),
  }),
  output: z.object({
    workspace: z.string().nullable().describe('null: this directory belongs to no workspace'),
    placed: z.boolean().describe('false: neither the payload nor the hook says where it belongs'),
    appended: z.number().int(),
    duplicates: z.number().int(),
    stdout: z.string().describe('what the hook prints for the agent; empty for nothing'),
  }),
});

const only = z
  .string()
  .max(300)
  .optional()
  .describe('Workspace name or id: this one alone (default: everything on this machine)');

export const capturePause = operation({
  name: 'capture.pause',
  summary: 'Capture nothing for a while, or until you resume.',
  description:
    'While it is paused hooks keep nothing, not in the spool either, and what transcripts say of that time is left out when they are read later. What is written on purpose (remember, plan, event.append) is stored as ever. Survives a restart of the daemon.',
  writes: true,
  doors: { cli: 'pause' },
  positional: ['for'],
  examples: ['hivemind pause', 'hivemind pause 30min', 'hivemind pause 2h --only my-repo'],
  input: z.object({
    for: z.string().max(40).optional().describe('How long: 30min, 2h, 1d (default: until hivemind resume)'),
    only,
  }),
  output: z.object({
    workspace: z.string().nullable().describe('name; null: everything on this machine'),
    until: z.number().int().nullable().describe('epoch milliseconds; null: until somebody resumes'),
  }),
});

export const captureResume = operation({
  name: 'capture.resume',
  summary: 'Capture again after a pause.',
  writes: true,
  doors: { cli: 'resume' },
  input: z.object({ only }),
  output: z.object({ ended: z.number().int().describe('pauses that were ended') }),
});
