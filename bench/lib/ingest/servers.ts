import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runSql } from './socket-systems.ts';

/** A peer that runs as a server of its own, in a folder of its own. */
export interface PeerServer {
  /** Where clients find it. */
  place: string;
  pid: number;
  stop(): Promise<void>;
}

/** PostgreSQL as Debian ships it, in a new cluster: only what many connections need is set, all else is its default. */
export async function startPostgres(directory: string, binaries: string): Promise<PeerServer> {
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o755);
  const data = join(directory, 'data');
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? idOf('postgres') : null;
  if (user !== null) chownSync(directory, user.uid, user.gid);
  execFileSync(join(binaries, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'], {
    ...user,
    cwd: '/',
    stdio: 'ignore',
  });
  const settings = ['max_connections=300', 'listen_addresses=', `unix_socket_directories=${directory}`];
  const child = spawn(
    join(binaries, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    { ...user, cwd: '/', stdio: 'ignore' },
  );
  await untilAnswers('PostgreSQL', child, () =>
    runSql(directory, 'CREATE TABLE events (id text PRIMARY KEY, body jsonb)'),
  );
  const stop = async (): Promise<void> => {
    await end(child, 'SIGINT');
    rmSync(directory, { recursive: true, force: true });
  };
  return { place: directory, pid: child.pid ?? 0, stop };
}

/** Redis that acknowledges after fsync. */
export async function startRedis(directory: string): Promise<PeerServer> {
  mkdirSync(directory);
  const socket = join(directory, 'redis.sock');
  const settings = {
    port: '0',
    unixsocket: socket,
    dir: directory,
    appendonly: 'yes',
    appendfsync: 'always',
  };
  const child = spawn(
    'redis-server',
    [...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]), '--save', ''],
    { stdio: 'ignore' },
  );
  await untilAnswers('Redis', child, async () => {
    if (!existsSync(socket)) throw new Error('no socket');
  });
  return { place: socket, pid: child.pid ?? 0, stop: () => end(child, 'SIGTERM') };
}

function idOf(name: string): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function untilAnswers(name: string, child: ChildProcess, ask: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries > 200 || child.exitCode !== null) throw new Error(`${name} did not start`, { cause: error });
      await sleep(50);
    }
  }
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
