import type { OutputOf } from '../../schema/operation.ts';
import type { Engine, Handler } from './handler.ts';

export async function daemonState({ daemon, workspaces }: Engine): Promise<OutputOf<'daemon.status'>> {
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
    idleExitMs: daemon.idleExitMs,
  };
}

export const showDaemon: Handler<'daemon.status'> = (_input, _context, engine) => daemonState(engine);

export const stopDaemon: Handler<'daemon.stop'> = async (_input, _context, { daemon }) => {
  await daemon.stop();
  return { stopped: true };
};
