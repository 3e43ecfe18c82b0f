import { z } from 'zod';
import { Event } from '../event.ts';
import { operation } from '../operation.ts';
import { CaptureGap, Knowledge, Session, Usage } from '../records.ts';
import { branchField, limitField, workspaceField } from './fields.ts';

const sessionArgument = z
  .string()
  .max(200)
  .optional()
  .describe("Session id, the end of it, or the agent's own session id (default: the last session)");

export const sessionList = operation({
  name: 'session.list',
  summary: 'List captured sessions, latest first.',
  writes: false,
  doors: { cli: 'session list', mcp: 'sessions' },
  stamped: ['cwd', 'caller'],
  input: z.object({
    ...workspaceField,
    ...branchField,
    agent: z.string().optional().describe('Only sessions of this agent'),
    limit: limitField(20, 1000),
  }),
  output: z.object({ workspace: z.string(), sessions: z.array(Session), total: z.number().int() }),
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

export const replayShow = operation({
  name: 'replay.show',
  summary: 'Replay a session step by step.',
  description: 'In a terminal this opens the viewer; elsewhere it prints the steps as text.',
  writes: false,
  doors: { cli: 'replay' },
  positional: ['session'],
  stamped: ['cwd', 'caller'],
  input: z.object({
    ...workspaceField,
    ...branchField,
    session: sessionArgument,
    after: z.number().int().min(0).default(0).describe('Skip this many steps'),
    limit: limitField(500, 10000),
    children: z.boolean().default(true).describe("Weave in the subagents' steps"),
    state: z
      .boolean()
      .default(false)
      .describe('Also the plan, the decisions and the claims as they were at the last step that is shown'),
  }),
  output: z.object({
    workspace: z.string(),
    session: Session,
    children: z.array(Session),
    total: z.number().int().describe('steps in the whole session'),
    steps: z.array(Event),
    state: Knowledge.nullable(),
  }),
});
