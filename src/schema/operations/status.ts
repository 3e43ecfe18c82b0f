import { z } from 'zod';
import { operation } from '../operation.ts';
import { Workspace } from '../records.ts';
import { AgentConnection } from './agent.ts';
import { DaemonStatus } from './daemon.ts';
import { branchField, environmentField, workspaceField } from './fields.ts';
import { OpeningRepairs } from './store.ts';

/** A figure that is kept within bounds; docs/reference/limits.md says what happens at each. */
export const Limit = z.object({
  name: z
    .enum(['queue', 'queueBytes', 'memory', 'memoryBytes', 'lag', 'rss', 'diskFree'])
    .describe('queue: events that wait for the disk; memory: events that are in no indexed table yet'),
  value: z.number(),
  unit: z.enum(['events', 'bytes', 'ms']),
  soft: z.number().nullable(),
  hard: z.number().nullable(),
  state: z.enum(['ok', 'soft', 'hard']).describe('which bound is passed'),
});
export type Limit = z.infer<typeof Limit>;

export const statusShow = operation({
  name: 'status.show',
  summary: 'Show agents, workspace, daemon, last event, and what is missing.',
  writes: false,
  doors: { cli: 'status' },
  stamped: ['cwd', 'environment', 'caller'],
  input: z.object({ ...workspaceField, ...branchField, ...environmentField }),
  output: z.object({
    daemon: DaemonStatus,
    workspace: Workspace.nullable(),
    branch: z.string().nullable().describe('branch that one is on here; null: it cannot be told'),
    capture: z.boolean().describe('false: .hivemind.json or .hivemind.local.json turns capture off here'),
    paused: DaemonStatus.shape.paused.describe('capture is paused, here or on this machine'),
    events: z.number().int(),
    sessions: z.number().int(),
    tail: z.number().int(),
    lastEvent: z
      .object({ id: z.string(), type: z.string(), at: z.number().int(), agent: z.string() })
      .nullable(),
    agents: z.array(AgentConnection).describe('those that are connected'),
    store: z
      .object({
        sizeBytes: z.number().int().describe('what the workspace takes on this disk'),
        trouble: z
          .string()
          .nullable()
          .describe('what keeps events from LanceDB, or those of other machines from here'),
        repairs: OpeningRepairs,
      })
      .nullable()
      .describe('null without a workspace'),
    limits: z.array(Limit),
    missing: z.array(z.string()).describe('what to do next, each with the command to type'),
  }),
});
