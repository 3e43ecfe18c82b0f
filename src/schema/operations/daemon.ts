import { z } from 'zod';
import { operation } from '../operation.ts';

export const DaemonStatus = z.object({
  version: z.string(),
  pid: z.number().int(),
  startedAt: z.number().int(),
  home: z.string(),
  socket: z.string(),
  rssBytes: z.number().int(),
  connections: z.number().int(),
  workspacesOpen: z.number().int(),
  spooled: z.number().int().describe('hook payloads waiting in the spool'),
  spoolDropped: z
    .object({ count: z.number().int(), lastAt: z.number().int() })
    .nullable()
    .describe('payloads that hooks dropped because the spool was full, in the week after the last of them'),
  paused: z
    .object({ until: z.number().int().nullable().describe('null: until somebody resumes') })
    .nullable()
    .describe('capture is off on this machine'),
  idleExitMs: z.number().int(),
});

export const daemonStatus = operation({
  name: 'daemon.status',
  summary: 'Show the daemon: version, pid, memory, what is open.',
  writes: false,
  doors: { cli: 'daemon status' },
  input: z.object({}),
  output: DaemonStatus,
});

export const daemonStop = operation({
  name: 'daemon.stop',
  summary: 'Stop the daemon after everything acknowledged is safely stored.',
  writes: true,
  doors: { cli: 'daemon stop' },
  input: z.object({}),
  output: z.object({ stopped: z.boolean() }),
});
