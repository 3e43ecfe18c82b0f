import { chmodSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { dirname, join } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import { refuseForeign } from './socket-directory.ts';

/** Listens on the socket, in a directory that nobody else may enter. */
export async function listen(
  server: Server,
  { socket, runDirectory }: { socket: string; runDirectory: string },
): Promise<void> {
  for (const directory of new Set([dirname(socket), runDirectory])) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    refuseForeign(directory);
  }
  // The caller holds the lock, so whatever is there is stale; anything but a socket is somebody's file.
  const there = lstatSync(socket, { throwIfNoEntry: false });
  if (there?.isSocket()) rmSync(socket);
  else if (there !== undefined)
    throw new AppError('FAILED_PRECONDITION', `${socket} is there and is no socket`, {
      hint: `look at it, then remove ${socket}`,
    });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: socket, backlog }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  chmodSync(socket, 0o600);
  if (dirname(socket) !== runDirectory)
    writeFileSync(join(runDirectory, 'socket-path'), socket, { mode: 0o600 });
}

/** Connections that the kernel keeps for us while we are busy; beyond that a client is refused. */
const backlog = 4_096;

export const inodeOf = (path: string): number | undefined => lstatSync(path, { throwIfNoEntry: false })?.ino;

export const removeSocket = (path: string): void => rmSync(path, { force: true });
