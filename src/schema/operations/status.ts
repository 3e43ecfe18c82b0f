import { z } from 'zod';
import { operation } from '../operation.ts';
import { Workspace } from '../records.ts';
import { DaemonStatus } from './daemon.ts';
import { workspaceField } from './fields.ts';

export const statusShow = operation({
  name: 'status.show',
  summary: 'Show agents, workspace, daemon, last event, and what is missing.',
  writes: false,
  doors: { cli: 'status' },
  stamped: ['cwd', 'home'],
  input: z.object({ ...workspaceField, home: z.string().optional() }),
  output: z.object({
    daemon: DaemonStatus,
    workspace: Workspace.nullable(),
    capture: z.boolean().describe('false: .hivemind.json turns capture off here'),
    events: z.number().int(),
    sessions: z.number().int(),
    tail: z.number().int(),
    lastEvent: z
      .object({ id: z.string(), type: z.string(), at: z.number().int(), agent: z.string() })
      .nullable(),
    agents: z.array(
      z.object({
        agent: z.string(),
        scope: z.string(),
        connected: z.boolean(),
        missing: z.array(z.string()),
      }),
    ),
    missing: z.array(z.string()).describe('what to do next, each with the command to type'),
  }),
});
