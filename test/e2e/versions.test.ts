import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { prompts, session } from '../world/drafts.ts';
import { type Home, makeHome, type Outcome, packageRoot } from '../world/home.ts';
import { openLegacy, startMcp } from '../world/mcp.ts';

let home: Home;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.remove());

type Daemon = OutputOf<'daemon.status'>;

/** The built program under another version, as a second installation. */
function install(version: string): (args: string[], cwd?: string) => Promise<Outcome> {
  const root = join(home.dir, `hivemind-${version}`);
  mkdirSync(root);
  for (const name of ['bin', 'dist', 'oclif.manifest.json'])
    cpSync(join(packageRoot, name), join(root, name), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as object;
  writeFileSync(join(root, 'package.json'), JSON.stringify({ ...manifest, version }));
  symlinkSync(join(packageRoot, 'node_modules'), join(root, 'node_modules'));
  return async (args, cwd = home.dir) => {
    const done = await execa(process.execPath, [join(root, 'bin', 'run.js'), ...args], {
      cwd,
      env: home.env,
      extendEnv: false,
      reject: false,
      input: '',
    });
    return { exitCode: done.exitCode ?? -1, stdout: done.stdout, stderr: done.stderr };
  };
}

async function statusBy(run: (args: string[]) => Promise<Outcome>, command: string[]): Promise<Daemon> {
  const { exitCode, stdout, stderr } = await run([...command, '--json']);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Daemon;
}

test('a newer program replaces an older daemon, and nothing that was acknowledged is lost', async () => {
  const [older, newer] = [install('0.0.9'), install('0.0.10')];
  const before = await statusBy(older, ['daemon', 'start']);
  expect(before.version).toBe('0.0.9');
  const cwd = await home.repository('repo');
  expect((await older(['workspace', 'create', 'w'], cwd)).exitCode).toBe(0);

  const acked: string[] = [];
  let isReplaced = false;
  const appendOn = async (from: number): Promise<void> => {
    for (let round = 0; !isReplaced; round += 1) {
      const events = prompts(from + round * 2, 2);
      await home.call('event.append', { workspace: 'w', events }).then(
        ({ appended }) => void acked.push(...appended),
        () => undefined,
      );
    }
  };
  const writers = [appendOn(0), appendOn(1_000_000), appendOn(2_000_000)];
  while (acked.length < 20) await new Promise((resolve) => setTimeout(resolve, 10));
  const after = await statusBy(newer, ['daemon', 'start']);
  isReplaced = true;
  await Promise.all(writers);
  expect(after.version).toBe('0.0.10');
  expect(after.pid).not.toBe(before.pid);

  const shown = await home.call('session.show', { workspace: 'w', session, limit: 100_000 });
  const ids = shown.events.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(acked.filter((id) => !ids.includes(id))).toEqual([]);
  const seqs = shown.events.map(({ seq }) => seq).sort((a, b) => a - b);
  expect(seqs).toEqual(Array.from(seqs, (_, index) => index + (seqs[0] ?? 0)));
  // The daemon that was replaced leaves the new one its socket.
  expect((await statusBy(newer, ['daemon', 'status'])).pid).toBe(after.pid);
});

test('the MCP pipe of a newer program replaces an older daemon, that of an older one does not', async () => {
  const [older, newer] = [install('0.0.9'), install('0.0.10')];
  const cwd = await home.repository('repo');
  expect((await older(['workspace', 'create', 'w'], cwd)).exitCode).toBe(0);
  for (const program of ['0.0.10', '0.0.9']) {
    const mcp = startMcp(home, cwd, [], {}, join(home.dir, `hivemind-${program}`));
    await openLegacy(mcp);
    expect((await statusBy(newer, ['daemon', 'status'])).version).toBe('0.0.10');
    mcp.end();
    expect(await mcp.ended).toMatchObject({ code: 0, stderr: '' });
  }
});

test('an older program talks to a newer daemon and leaves it alone', async () => {
  const [older, same, newer] = [install('0.9.10'), install('0.10.0-beta'), install('0.10.0')];
  const first = await statusBy(newer, ['daemon', 'start']);
  const cwd = await home.repository('repo');
  expect((await older(['workspace', 'create', 'w'], cwd)).exitCode).toBe(0);
  await home.call('event.append', { workspace: 'w', events: prompts(0, 3) });
  for (const run of [older, same]) {
    const { exitCode, stdout } = await run(['session', 'list', '--json'], cwd);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ total: 1 });
    for (const command of ['start', 'status'])
      expect((await statusBy(run, ['daemon', command])).pid).toBe(first.pid);
  }
  expect((await older(['daemon', 'stop', '--json'])).stdout).toContain('true');
  expect((await newer(['daemon', 'status'])).exitCode).toBe(5);
});

test('a newer program that only looks, or stops, does not replace', async () => {
  const [older, newer] = [install('0.0.1'), install('0.0.2')];
  const { pid } = await statusBy(older, ['daemon', 'start']);
  expect(await statusBy(newer, ['daemon', 'status'])).toMatchObject({ pid, version: '0.0.1' });
  expect((await newer(['daemon', 'stop', '--json'])).stdout).toContain('true');
  expect((await older(['daemon', 'status'])).exitCode).toBe(5);
});

/** Something on the daemon's socket that takes every connection and never says a word. */
async function hang(): Promise<{ server: Server; close(): void }> {
  const run = join(home.dir, '.hivemind', 'run');
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(home.socket, resolve));
  return {
    server,
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

test('a daemon that hangs is given up in a bounded time, with the next command', async () => {
  const hung = await hang();
  try {
    // Side by side: each of them alone must be done long before this test's own limit.
    const mcp = startMcp(home, home.dir);
    const [outcomes, json, pipe] = await Promise.all([
      Promise.all(
        [['status'], ['recall', 'x'], ['daemon', 'status'], ['daemon', 'stop'], ['daemon', 'start']].map(
          async (args) => ({ args, ...(await home.hivemind(args)) }),
        ),
      ),
      home.hivemind(['daemon', 'stop', '--json']),
      mcp.ended,
    ]);
    for (const { args, exitCode, stdout, stderr } of outcomes) {
      expect([args, exitCode, stdout]).toEqual([args, 5, '']);
      expect(stderr).toMatch(/error: the daemon has not answered.*\ntry: hivemind daemon logs/);
    }
    expect(json.exitCode).toBe(5);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'DEADLINE_EXCEEDED' } });
    expect(pipe.code).toBe(5);
    expect(pipe.stderr).toMatch(/^hivemind mcp: the daemon has not answered.*\ntry: hivemind daemon logs\n$/);
  } finally {
    hung.close();
  }
});

test('a daemon that talks garbage is no daemon, and nobody waits for it', async () => {
  const run = join(home.dir, '.hivemind', 'run');
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('\u0000\u0001 no HTTP\r\n\r\nnot even JSON');
  });
  await new Promise<void>((resolve) => server.listen(home.socket, resolve));
  try {
    const { exitCode, stdout, stderr } = await home.hivemind(['daemon', 'status']);
    expect([exitCode, stdout]).toEqual([5, '']);
    expect(stderr).toMatch(/^error: .+\ntry: hivemind daemon start\n?$/);
  } finally {
    server.close();
  }
});
