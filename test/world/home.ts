import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
  /** Runs hook.sh as an agent would. */
  hook(event: string, payload: string, cwd?: string): Promise<Outcome>;
  kill(): Promise<void>;
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
      const { exitCode, stdout, stderr } = await hivemind([...args, '--json'], { cwd });
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
    hook: (event, payload, cwd = dir) =>
      run('/bin/sh', [join(packageRoot, 'bin', 'hook.sh'), 'claude-code', event], cwd, { input: payload }),
    kill: async () => {
      const status = await client.call('daemon.status', {}).catch(() => null);
      if (status !== null) process.kill(status.pid, 'SIGKILL');
    },
    remove: async () => {
      await client.call('daemon.stop', {}).catch(() => undefined);
      client.close();
      for (let tries = 0; tries < 100; tries += 1) {
        const gone = await createClient(socket, '0.0.0')
          .call('daemon.status', {})
          .then(
            () => false,
            () => true,
          );
        if (gone) break;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Waits until `check` gives something; the daemon takes hooks in after they have returned. */
export async function eventually<T>(
  check: () => Promise<T | null | undefined | false>,
  what: string,
  timeoutMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
