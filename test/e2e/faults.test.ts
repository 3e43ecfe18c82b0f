import { rmSync } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { session } from '../world/drafts.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { replies } from '../world/replies.ts';

let home: Home;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.remove());

/** Appends in a loop from several clients until `done`; collects acknowledged ids and the codes of refusals. */
function ingest(call: Home['call'], given: object = {}) {
  const acked: string[] = [];
  const codes = new Set<string>();
  let next = 0;
  let isDone = false;
  const client = async (): Promise<void> => {
    while (!isDone) {
      next += 10;
      await call('event.append', { workspace: 'w', events: replies(next, 10, given) }).then(
        ({ appended }) => acked.push(...appended),
        (error) => codes.add(error.code),
      );
    }
  };
  const running = Promise.all(Array.from({ length: 8 }, client));
  const done = (): Promise<unknown> => {
    isDone = true;
    return running;
  };
  return { acked, codes, done };
}

async function allIds(call: Home['call']): Promise<string[]> {
  const { events } = await call('session.show', { workspace: 'w', session, limit: 100_000 });
  return events.map(({ id }) => id);
}

const ended = async (pid: number): Promise<boolean> => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

const openMcp = (): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connectSocket(home.socket);
    socket.on('error', reject);
    socket.once('data', () => resolve(socket.on('error', () => undefined)));
    socket.write(
      'GET /v1/mcp?workspace=w HTTP/1.1\r\nhost: d\r\nconnection: upgrade\r\nupgrade: mcp\r\n\r\n',
    );
  });

async function startWithWorkspace(): Promise<OutputOf<'daemon.status'>> {
  const status = await home.json<OutputOf<'daemon.status'>>(['daemon', 'start']);
  await home.call('workspace.create', { name: 'w', bind: false });
  return status;
}

test.each(['SIGTERM', 'daemon.stop'])(
  '%s during ingest: it ends, and all that was acked is there',
  async (how) => {
    const { pid } = await startWithWorkspace();
    const socket = await openMcp();
    const work = ingest(home.call);
    await eventually(async () => work.acked.length > 500, 'some events');
    if (how === 'SIGTERM') process.kill(pid, how);
    else expect(await home.call('daemon.stop', {})).toEqual({ stopped: true });
    await eventually(() => ended(pid), 'the daemon to end');
    await work.done();
    socket.destroy();
    await home.json(['daemon', 'start']);
    const ids = await allIds(home.call);
    expect(new Set(ids).size).toBe(ids.length);
    expect(work.acked.filter((id) => !ids.includes(id))).toEqual([]);
    expect([...work.codes]).toEqual(['UNAVAILABLE']);
  },
);

test('an event that is too large is refused; the largest that is taken survives a kill', async () => {
  await startWithWorkspace();
  const refused = home.call('event.append', {
    workspace: 'w',
    events: replies(1, 1, { text: 'x '.repeat(5e6) }),
  });
  await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  const large = replies(2, 9, { text: 'word '.repeat(800_000) });
  const { appended } = await home.call('event.append', { workspace: 'w', events: large });
  await home.kill();
  await home.json(['daemon', 'start']);
  expect(await allIds(home.call)).toEqual(appended);
});

test('an MCP client whose line never ends is cut off, and others are served', async () => {
  await startWithWorkspace();
  const socket = await openMcp();
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  const megabyte = Buffer.alloc(1 << 20, 'A');
  for (let sent = 0; sent < 80 && !socket.destroyed; sent += 1)
    await new Promise((resolve) => socket.write(megabyte, resolve));
  await closed;
  await eventually(
    async () => (await home.call('daemon.status', {})).connections === 0,
    'the connection to be gone',
  );
});

test('a daemon whose run folder is cleared away makes room for the next, and no two ever own the stores', async () => {
  const { stdout } = await home.hivemind(['daemon', 'start', '--json'], {
    env: { HIVEMIND_IDLE_EXIT_MS: '5000' },
  });
  const { pid } = JSON.parse(stdout) as OutputOf<'daemon.status'>;
  await home.call('workspace.create', { name: 'w', bind: false });
  const { appended } = await home.call('event.append', { workspace: 'w', events: replies(1, 3) });
  rmSync(join(home.dir, '.hivemind', 'run'), { recursive: true });
  const next = await home.json<OutputOf<'daemon.status'>>(['daemon', 'start']);
  expect(next.pid).not.toBe(pid);
  await eventually(() => ended(pid), 'the first daemon to end');
  expect(await allIds(home.call)).toEqual(appended);
});
