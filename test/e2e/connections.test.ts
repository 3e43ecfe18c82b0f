import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { post } from '../world/upload.ts';

let home: Home;
let sockets: Socket[] = [];
beforeEach(async () => {
  home = makeHome();
  await home.json(['daemon', 'start']);
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  return home.remove();
});

/** A connection on which `text` is sent and then nothing more; asked for again while the kernel's own queue is full. */
async function stall(text: string): Promise<Socket> {
  for (;;) {
    try {
      return await connectAndSend(text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await sleep(10);
    }
  }
}

const connectAndSend = (text: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(home.socket, () => {
      socket.write(text);
      resolve(socket);
    });
    sockets.push(socket);
    // Once connected it may be reset: that is for the test to see.
    socket.on('error', reject);
    socket.resume();
  });

const head = 'POST /v1/op/daemon.status HTTP/1.1\r\nhost: d\r\ncontent-type: application/json\r\n';

test.each([
  ['that say nothing', ''],
  ['that stop in their head', head],
  ['that stop in their body', `${head}content-length: 100\r\n\r\n{`],
  ['that have been answered', `${head}content-length: 2\r\n\r\n{}`],
])('2,200 connections %s keep nobody out', async (_name, text) => {
  for (let opened = 0; opened < 2_200; opened += 20)
    await Promise.all(Array.from({ length: 20 }, () => stall(text)));
  await sleep(50);
  for (let times = 0; times < 20; times += 1)
    expect((await home.call('daemon.status', {})).connections).toBe(0);
  await eventually(
    async () => sockets.filter((socket) => socket.closed).length >= 150,
    'the oldest of them to be closed',
  );
});

test('who is refused early gets to read why, however much it was about to send', async () => {
  const body = Buffer.alloc(48 << 20, 0x20);
  const tooLarge = await post(home.socket, '/v1/op/event.append', body);
  expect(tooLarge).toMatchObject({ status: 400, body: { error: { code: 'INVALID_ARGUMENT' } } });
  const fromPage = await post(home.socket, '/v1/events?workspace=w', body, { origin: 'http://evil.test' });
  expect(fromPage).toMatchObject({ status: 403, body: { error: { code: 'PERMISSION_DENIED' } } });
  const nowhere = await post(home.socket, '/v2', body);
  expect(nowhere).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
  // HTTP/1.0, as our own client speaks it, and a client that asks before it sends.
  for (const args of [['-0'], ['-H', 'expect: 100-continue']]) {
    const common = ['-s', '--unix-socket', home.socket, 'http://d/v1/op/event.append'];
    const { stdout } = await execa('curl', [...common, ...args, '--data-binary', '@-'], { input: body });
    expect(JSON.parse(stdout).error.code).toBe('INVALID_ARGUMENT');
  }
});

test('a client that asks whether it may send its body is told that it may', async () => {
  const args = ['-s', '-v', '-H', 'expect: 100-continue', '--unix-socket', home.socket];
  const { stdout, stderr } = await execa('curl', [...args, 'http://d/v1/op/daemon.status', '-d', '{}']);
  expect(stderr).toContain('100 Continue');
  expect(JSON.parse(stdout).result).toMatchObject({ home: expect.any(String) });
});

test('bytes that are no HTTP are answered with an error, and others are served', async () => {
  for (const bytes of [Buffer.alloc(100_000, 7), Buffer.from('GET\r\n\r\n'), Buffer.from('\0'.repeat(10))]) {
    const socket = await stall('');
    const answer: Buffer[] = [];
    socket.on('data', (chunk) => answer.push(chunk));
    socket.write(bytes);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(Buffer.concat(answer).toString()).toMatch(/^HTTP\/1.1 400 .*INVALID_ARGUMENT/s);
  }
  expect(await home.call('daemon.status', {})).toMatchObject({ connections: 0 });
});
