import { z } from 'zod';
import { Event } from '../event.ts';
import { operation } from '../operation.ts';
import { CaptureGap, Session, Usage } from '../records.ts';
import { branchField, limitField, workspaceField } from './fields.ts';

export const sessionArgument = z
  .string()
  .max(200)
  .optional()
  .describe("Session id, the end of it, or the agent's own session id (default: the last session)");

/** A session as a row of a list. */
export const SessionRow = Session.extend({
  children: z.number().int().describe('sessions that it has started'),
  usage: Usage.nullable().describe(
    'what its answers took; null: it was not asked for, the agent does not say, or it would take long to count (session show does)',
  ),
});
export type SessionRow = z.infer<typeof SessionRow>;

export const sessionList = operation({
  name: 'session.list',
  summary: 'List captured sessions, latest first.',
  writes: false,
  doors: { cli: 'session list' },
  stamped: ['cwd', 'caller'],
  examples: ['hivemind session list --agent codex --query parser', 'hivemind session list --failed --usage'],
  input: z.object({
    ...workspaceField,
    ...branchField,
    agent: z.string().optional().describe('Only sessions of this agent'),
    query: z
      .string()
      .max(300)
      .optional()
      .describe('Only sessions that say this in their title, role, model, directory or id, in any case'),
    parent: z.string().max(200).optional().describe('Only sessions that this one has started, by its id'),
    roots: z.boolean().default(false).describe('Only sessions that no other session started'),
    failed: z.boolean().default(false).describe('Only sessions in which something failed'),
    usage: z.boolean().default(false).describe('Also the tokens that their answers took'),
    skip: z.number().int().min(0).default(0).describe('Leave out this many of the latest'),
    limit: limitField(20, 1000),
  }),
  output: z.object({
    workspace: z.string(),
    sessions: z.array(SessionRow),
    agents: z.array(z.string()).describe('whose sessions there are, whichever are asked for'),
    total: z.number().int(),
  }),
});

export const sessionShow = operation({
  name: 'session.show',
  summary: 'Show a session: its events in order, its child sessions, what failed.',
  writes: false,
  doors: { cli: 'session show' },
  positional: ['session'],
  stamped: ['cwd', 'caller'],
  input: z.object({
    ...workspaceField,
    ...branchField,
    session: sessionArgument,
    limit: limitField(1000, 100000),
  }),
  output: z.object({
    workspace: z.string(),
    session: Session,
    children: z.array(Session),
    events: z.array(Event),
    missing: z.array(CaptureGap).describe('what is known to be missing of it'),
    usage: Usage.nullable().describe('of its answers together; null: the agent does not say'),
  }),
});
