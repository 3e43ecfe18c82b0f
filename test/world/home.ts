import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Call } from '../../src/schema/operation.ts';
import { createClient } from '../../src/wire/client.ts';

export const packageRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Outcome {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** One user's world: an empty HOME with the built program, an emptied environment, a real daemon started on demand. */
export interface Home {
  /** HOME of the world. */
  dir: string;
  env: Record<string, string>;
  socket: string;
  call: Call;
  /** Runs the built `hivemind` in `cwd` (default: HOME). */
  hivemind(
    args: string[],
    options?: { cwd?: string; input?: string; env?: Record<string, string> },
  ): Promise<Outcome>;
  /** The same, for a result: fails the test when the command fails. */
  json<T = Record<string, unknown>>(args: string[], cwd?: string): Promise<T>;
  /** A real git repository with one commit, at HOME/name. */
  repository(name: string): Promise<string>;
  /** Runs hook.sh as an agent would; `more` is its directory, or that and its name and environment. */
  hook(
    event: string,
    payload: string,
    more?: string | { cwd?: string; agent?: string; env?: Record<string, string> },
  ): Promise<Outcome>;
  /** Sends SIGKILL to the daemon, as a crash or the kernel would. */
  kill(): Promise<void>;
  /** Ends whatever still runs in this world, and takes it away. */
  remove(): Promise<void>;
}

const outcome = (result: { exitCode?: number | undefined; stdout: string; stderr: string }): Outcome => ({
  exitCode: result.exitCode ?? -1,
  stdout: result.stdout,
  stderr: result.stderr,
});

export function makeHome(): Home {
  const dir = mkdtempSync(join(tmpdir(), 'hm-'));
  const env: Record<string, string> = {
    HOME: dir,
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    // Each world is new, and would compile everything anew.
    NODE_COMPILE_CACHE: join(packageRoot, 'node_modules', '.cache', 'compiled'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Dev',
    GIT_AUTHOR_EMAIL: 'dev@example.test',
    GIT_COMMITTER_NAME: 'Dev',
    GIT_COMMITTER_EMAIL: 'dev@example.test',
  };
  const socket = join(dir, '.hivemind', 'run', 'daemon.sock');
  const client = createClient(socket, '0.0.0');
  const run = async (
    command: string,
    args: string[],
    cwd: string,
    more: { input?: string; env?: Record<string, string> } = {},
  ): Promise<Outcome> =>
    outcome(
      await execa(command, args, {
        cwd,
        env: { ...env, ...more.env },
        extendEnv: false,
        reject: false,
        input: more.input ?? '',
      }),
    );

  const hivemind: Home['hivemind'] = (args, { cwd = dir, ...more } = {}) =>
    run(process.execPath, [join(packageRoot, 'bin', 'run.js'), ...args], cwd, more);
  return {
    dir,
    env,
    socket,
    call: client.call,
    hivemind,
    json: async (args, cwd = dir) => {
      const end = args.includes('--') ? args.indexOf('--') : args.length;
      const { exitCode, stdout, stderr } = await hivemind(args.toSpliced(end, 0, '--json'), { cwd });
      if (exitCode !== 0)
        throw new Error(`hivemind ${args.join(' ')} ended with ${exitCode}: ${stdout}${stderr}`);
      return JSON.parse(stdout);
    },
    repository: async (name) => {
      const path = join(dir, name);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'README.md'), `# ${name}\n`);
      for (const args of [
        ['init', '-q', '-b', 'main'],
        ['add', '.'],
        ['commit', '-q', '-m', `begin ${name}`],
      ]) {
        const done = await run('git', args, path);
        if (done.exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr}`);
      }
      return path;
    },
    hook: (event, payload, more = {}) => {
      const { cwd = dir, agent = 'claude-code', env = {} } = typeof more === 'string' ? { cwd: more } : more;
      return run('/bin/sh', [join(packageRoot, 'bin', 'hook.sh'), agent, event], cwd, {
        input: payload,
        env,
      });
    },
    kill: async () => {
      const status = await client.call('daemon.status', {}).catch(() => null);
      if (status !== null) process.kill(status.pid, 'SIGKILL');
    },
    remove: async () => {
      client.close();
      await endProcesses(dir, client.call);
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * Ends every process whose HOME is `dir`: the daemon, hooks still under way, and a daemon that has only just been
 * started, which would make the folder anew and live on in it for an hour.
 */
async function endProcesses(dir: string, call: Call): Promise<void> {
  if (!existsSync('/proc/self/environ')) {
    await call('daemon.stop', {}).catch(() => undefined);
    return;
  }
  // A process that is just being replaced by another program has no environment for a moment: so it is asked twice.
  for (let quiet = 0; quiet < 2; quiet += 1) {
    for (const pid of processesOf(dir)) {
      quiet = -1;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
    await sleep(20);
  }
}

const processesOf = (dir: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`.includes(`\0HOME=${dir}\0`);
      } catch {
        return false;
      }
    })
    .map(Number);

/** Waits until `check` gives something; the daemon takes hooks in after they have returned. A file that it reads may not be there yet. */
export async function eventually<T>(
  check: () => Promise<T | null | undefined | false>,
  what: string,
  timeoutMs = 40_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await check().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return null;
    });
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(50);
  }
}
