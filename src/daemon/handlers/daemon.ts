import type { OutputOf } from '../../schema/operation.ts';
import type { Pauses } from '../pauses.ts';
import type { Engine, Handler } from './handler.ts';

export async function daemonState({
  daemon,
  workspaces,
  pauses,
}: Engine): Promise<OutputOf<'daemon.status'>> {
  return {
    version: daemon.version,
    pid: process.pid,
    startedAt: daemon.startedAt,
    home: daemon.home,
    socket: daemon.socket,
    rssBytes: process.memoryUsage.rss(),
    connections: daemon.connections(),
    workspacesOpen: workspaces.openCount(),
    spooled: await daemon.spooled(),
    spoolDropped: await daemon.spoolDropped(),
    paused: pausedUntil(pauses, null),
    idleExitMs: daemon.idleExitMs,
  };
}

/** Until when capture is off; null when it is on. */
export function pausedUntil(pauses: Pauses, workspace: string | null): { until: number | null } | null {
  const pause = pauses.current(workspace);
  return pause === null ? null : { until: pause.until };
}

export const showDaemon: Handler<'daemon.status'> = (_input, _context, engine) => daemonState(engine);

export const stopDaemon: Handler<'daemon.stop'> = async (_input, _context, { daemon }) => {
  await daemon.stop();
  return { stopped: true };
};
