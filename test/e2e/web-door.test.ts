import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { type Asked, ask, type Visitor, visit } from '../world/page-client.ts';

let home: Home;
let repository: string;
let us: Visitor;
const opened = async (): Promise<string> => (await home.json<{ url: string }>(['web'], repository)).url;
const port = (): number => Number(new URL(us.origin).port);

beforeAll(async () => {
  home = makeHome();
  repository = await home.repository('shop');
  await home.json(['workspace', 'create', 'shop'], repository);
  us = await visit(await opened());
});
afterAll(() => home.remove());

const codeOf = (body: string): string => (JSON.parse(body) as { error: { code: string } }).error.code;
const resultOf = (body: string) => (JSON.parse(body) as { result: Record<string, unknown> }).result;

test('an address opens the page once, for the browser that uses it', async () => {
  const url = await opened();
  expect((await ask(url, { method: 'HEAD' })).status).toBe(403);
  const entered = await ask(url);
  expect(entered).toMatchObject({ status: 303, headers: { location: '/w/shop' } });
  const [cookie = ''] = entered.headers['set-cookie'] ?? [];
  expect(cookie).toMatch(new RegExp(`^hivemind-${port()}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`));
  expect((await ask(url)).status).toBe(403);
  expect((await ask(`${us.origin}/enter?code=${'A'.repeat(43)}`)).status).toBe(403);
  expect((await ask(`${us.origin}/enter`)).headers['set-cookie']).toBeUndefined();
});

test('who is let in again in the same browser goes on with the same key, and another cookie', async () => {
  const { cookie: before } = us;
  const again = await ask(await opened(), { headers: { cookie: before } });
  us.cookie = again.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  expect((await us.get('/api/hello', { cookie: before })).status).toBe(403);
  const hello = await us.get('/api/hello');
  expect(JSON.parse(hello.body)).toMatchObject({ csrf: us.key, workspace: 'shop', workspaces: ['shop'] });
});

test('the cookie alone opens nothing: every port of this machine is sent it', async () => {
  for (const path of ['/api/hello', '/api/live?workspace=shop'])
    expect((await us.get(path, { 'x-hivemind-csrf': '' })).status).toBe(403);
  expect((await us.call('workspace.list', {}, { 'x-hivemind-csrf': '' })).status).toBe(403);
  expect((await us.get('/api/hello')).status).toBe(200);
});

test('what the page does is done by who sits here, through this door', async () => {
  const said = await us.call('memory.note', { text: 'written on the page', workspace: 'shop' });
  const { event } = resultOf(said.body) as { event: string };
  const shown = await home.json<{ event: { agent: string; actor: object } }>(['show', event], repository);
  const made = await home.json<{ event: string }>(['remember', 'fact', 'typed'], repository);
  const typed = await home.json<{ event: { actor: object } }>(['show', made.event], repository);
  expect(shown.event).toMatchObject({ agent: 'web', actor: typed.event.actor });
});

test('a page that an agent opens acts in the name of the agent', async () => {
  const env = { CLAUDECODE: '1' };
  const { stdout } = await home.hivemind(['web', '--json'], { cwd: repository, env });
  const agent = await visit((JSON.parse(stdout) as { url: string }).url);
  const said = await agent.call('memory.note', { text: 'by an agent', workspace: 'shop' });
  const { event } = resultOf(said.body) as { event: string };
  const shown = await home.json<{ event: { actor: object } }>(['show', event], repository);
  expect(shown.event.actor).toEqual({ kind: 'agent', name: 'claude-code' });
});

const call = (more: Asked['headers'], body = '{}'): Asked => ({
  method: 'POST',
  path: '/api/op/workspace.list',
  headers: { cookie: us.cookie, 'x-hivemind-csrf': us.key, 'content-type': 'application/json', ...more },
  body,
});

test.each<[string, () => Asked]>([
  ['a name that was made to lead here', () => call({ host: `evil.test:${port()}` })],
  ['a host without its port', () => call({ host: '127.0.0.1' })],
  ['another port', () => call({ host: `127.0.0.1:${port() + 1}` })],
  ['a host that only begins like ours', () => call({ host: `127.0.0.1:${port()}.evil.test` })],
  ['localhost without its port', () => call({ host: 'localhost' })],
  ['another origin', () => call({ origin: 'http://evil.test' })],
  ['the origin of another port', () => call({ origin: `http://127.0.0.1:${port() + 1}` })],
  ['our origin with TLS', () => call({ origin: `https://127.0.0.1:${port()}` })],
  ['an origin that hides itself', () => call({ origin: 'null' })],
  ['another site', () => call({ 'sec-fetch-site': 'cross-site' })],
  ['another port of this site', () => call({ 'sec-fetch-site': 'same-site' })],
  ['a post that nobody’s page has sent', () => call({ 'sec-fetch-site': 'none' })],
  ['no cookie', () => call({ cookie: '' })],
  ['a wrong cookie', () => call({ cookie: `${us.cookie.slice(0, -2)}xx` })],
  ['the cookie of another daemon', () => call({ cookie: us.cookie.replace('=', '1=') })],
  ['no key', () => call({ 'x-hivemind-csrf': '' })],
  ['a wrong key', () => call({ 'x-hivemind-csrf': us.key.slice(1) })],
  ['a form', () => call({ 'content-type': 'application/x-www-form-urlencoded' }, 'a=b')],
  ['a form of plain text', () => call({ 'content-type': 'text/plain' })],
  ['a form with a file', () => call({ 'content-type': 'multipart/form-data; boundary=a' })],
  ['an operation that is not for it', () => ({ ...call({}), path: '/api/op/daemon.stop' })],
  ['no operation', () => ({ ...call({}), path: '/api/op/__proto__' })],
  ['a directory', () => call({}, JSON.stringify({ cwd: repository }))],
  ['a directory in the address', () => ({ ...call({}), path: `/api/op/git.log?cwd=${repository}` })],
  ['an environment', () => call({}, JSON.stringify({ environment: { PATH: '/tmp' } }))],
  ['a link on another page', () => ({ path: '/', headers: { 'sec-fetch-site': 'cross-site' } })],
])('%s is refused', async (_what, asked) => {
  expect((await ask(us.origin, call({ host: `localhost:${port()}` }))).status).toBe(200);
  const { status, body } = await ask(us.origin, asked());
  expect([status, codeOf(body)]).toEqual([403, 'PERMISSION_DENIED']);
});

test('a program that is to be run later, and files that git does not have, are not for the page', async () => {
  const set = (key: string, value: string) => us.call('workspace.set', { key, value, workspace: 'shop' });
  expect((await set('resolver', 'touch /tmp/x')).status).toBe(403);
  expect((await set('strategy', 'latest')).status).toBe(200);
  writeFileSync(join(repository, '.env'), 'TOKEN=abc\n');
  symlinkSync('/etc/passwd', join(repository, 'passwords'));
  const why = (where: string) => us.call('git.why', { where, workspace: 'shop' });
  expect(resultOf((await why('README.md:1')).body)).toMatchObject({ path: 'README.md', text: '# shop' });
  for (const where of ['/etc/passwd:1', '../../../../etc/passwd:1', '.env:1', 'passwords:1', '.git/config:1'])
    expect([where, (await why(where)).status]).toEqual([where, 404]);
  const log = await us.call('git.log', { workspace: 'shop' });
  expect(resultOf(log.body).commits).toMatchObject([{ subject: 'begin shop' }]);
  expect((await us.call('git.log', { workspace: 'shop', path: '/etc' })).status).toBe(400);
});

test('every answer says what a browser may do with it', async () => {
  const index = await us.get('/w/shop/sessions');
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(index.body)?.[1] ?? '';
  expect([index.status, (await ask(us.origin)).status]).toEqual([200, 403]);
  const answers = [
    index,
    await us.get('/api/hello'),
    await us.get('/api/nothing'),
    await us.get('/assets/no.js'),
  ];
  answers.push(await ask(us.origin), await ask(us.origin, call({ host: 'evil.test' })));
  for (const { headers } of answers) expect(headers['cache-control']).toBe('no-store');
  const asset = await us.get(script);
  expect(asset.headers['cache-control']).toContain('immutable');
  for (const { headers } of [...answers, asset]) {
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
});

test('an address leads to a file of the page, or to the page', async () => {
  for (const path of [
    '/assets/..%2f..%2fpackage.json',
    '/assets/../../package.json',
    '/assets/%00',
    '/assets/',
  ])
    expect([path, (await us.get(path)).status]).toEqual([path, 404]);
  const index = (await us.get('/')).body;
  for (const path of ['/../package.json', '//etc/passwd', '/%2e%2e/package.json', '/w/a.js', '/.git/config'])
    expect([path, (await us.get(path)).body]).toEqual([path, index]);
});

/** Sends what `pieces` gives until the other side has had enough; resolves with the status that it answered. */
const upload = (headers: Record<string, string | number>, pieces: number): Promise<number> =>
  new Promise((resolve) => {
    const options = { ...call({ ...headers }), agent: false } as const;
    const request = httpRequest(`${us.origin}/api/op/workspace.list`, options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    request.on('error', () => resolve(0));
    for (let sent = 0; sent < pieces; sent += 1) request.write(Buffer.alloc(1 << 20, 0x20));
  });

test('a body that is too large is refused, whether it says so or not', async () => {
  expect(await upload({ 'content-length': 10 ** 12 }, 1)).toBe(400);
  expect(await upload({ 'transfer-encoding': 'chunked' }, 3)).toBe(400);
  expect((await us.call('workspace.list', {})).status).toBe(200);
});

test('connections that bring nothing keep nobody out, and are closed', async () => {
  const open = new Set<Socket>();
  const connect = (words: string): Promise<Socket> =>
    new Promise((resolve) => {
      const socket = createConnection({ host: '127.0.0.1', port: port() }, () => {
        socket.write(words);
        resolve(socket);
      });
      open.add(socket);
      socket.on('error', resolve as () => void).on('close', () => open.delete(socket));
      socket.resume();
    });
  const slow = await connect('GET / HTTP/1.1\r\n');
  const drip = setInterval(() => slow.write('x: y\r\n'), 500);
  const partHead = `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port()}\r\n`;
  const partBody = `POST / HTTP/1.1\r\nhost: 127.0.0.1:${port()}\r\ncontent-length: 9\r\n\r\n`;
  for (let made = 0; made < 10_000; made += 100)
    await Promise.all(
      Array.from({ length: 100 }, (_, at) => connect(['', partHead, partBody][at % 3] ?? '')),
    );
  expect((await us.call('workspace.list', {})).status).toBe(200);
  await eventually(async () => open.size <= 256, 'all but some of them to be closed');
  await eventually(async () => slow.closed, 'a head that never ends to be given up');
  clearInterval(drip);
  for (const socket of open) socket.destroy();
});

test('what comes is told as it comes, without a name, and from where one was', async () => {
  const follow = async (after: string, until: string): Promise<string> => {
    const gone = new AbortController();
    const response = await fetch(`${us.origin}/api/live?workspace=shop&form=light`, {
      headers: { cookie: us.cookie, 'x-hivemind-csrf': us.key, 'last-event-id': after },
      signal: gone.signal,
    });
    let read = '';
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      read += piece;
      if (read.includes('event: ready') && after === '' && !read.includes(until))
        await home.json(['remember', 'fact', until], repository);
      if (read.includes(until) && read.endsWith('\n\n')) break;
    }
    gone.abort();
    return read;
  };
  const first = await follow('', 'told live');
  expect(first).toMatch(/^id: \S+\ndata: \{.*"type":"memory\.noted".*told live.*\}$/m);
  const place = /^id: (\S+)/.exec(first)?.[1] ?? '';
  expect(await follow(place, 'told live')).toMatch(/^id: \S+\ndata: \{/m);
  expect((await us.get('/api/live?workspace=nothing')).status).toBe(404);
  expect((await us.get('/api/live?workspace=shop&cwd=/tmp')).status).toBe(403);
});

test('a page that is open keeps the daemon from its rest', async () => {
  const resting = makeHome();
  resting.env.HIVEMIND_IDLE_EXIT_MS = '1000';
  try {
    await resting.json(['workspace', 'create', 'rest']);
    const { origin, cookie, key } = await visit((await resting.json<{ url: string }>(['web'])).url);
    const gone = new AbortController();
    const headers = { cookie, 'x-hivemind-csrf': key };
    await fetch(`${origin}/api/live?workspace=rest`, { headers, signal: gone.signal });
    await sleep(4_000);
    expect((await ask(`${origin}/api/hello`, { headers })).status).toBe(200);
    gone.abort();
    // Requests of those who are not let in are no reason to stay.
    const ends = async (): Promise<boolean> => (await ask(`${origin}/api/hello`).catch(() => null)) === null;
    await eventually(ends, 'the daemon to end');
  } finally {
    await resting.remove();
  }
});

test('once it is stopped no browser is known; a daemon that starts anew knows none either', async () => {
  const stream = await fetch(`${us.origin}/api/live?workspace=shop`, {
    headers: { cookie: us.cookie, 'x-hivemind-csrf': us.key },
  });
  expect(await home.json(['web', 'status'])).toEqual({ url: `${us.origin}/`, pages: expect.any(Number) });
  expect(await home.json(['web', 'stop'])).toEqual({ url: null, pages: 0 });
  await expect(stream.text()).rejects.toThrow();
  await expect(us.get('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(await home.json(['web', 'status'])).toEqual({ url: null, pages: 0 });
  const next = await visit(await opened());
  const asBefore = { headers: { cookie: us.cookie.replace(String(port()), new URL(next.origin).port) } };
  expect((await ask(`${next.origin}/api/hello`, asBefore)).status).toBe(403);
  await home.json(['daemon', 'stop']);
  await expect(next.get('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(await home.json(['web', 'status'])).toEqual({ url: null, pages: 0 });
  us = await visit(await opened());
  expect((await us.call('workspace.list', {})).status).toBe(200);
});

test('the socket still refuses browsers, and no log has a code, a cookie or a key', async () => {
  const status = await new Promise((resolve) =>
    httpRequest({
      socketPath: home.socket,
      path: '/v1/op/workspace.list',
      method: 'POST',
      headers: { origin: us.origin },
    })
      .on('response', ({ statusCode }) => resolve(statusCode))
      .end('{}'),
  );
  expect(status).toBe(403);
  await us.call('no.operation', {});
  await sleep(50);
  const logs = join(home.dir, '.hivemind', 'logs');
  const logged = readdirSync(logs)
    .map((name) => readFileSync(join(logs, name), 'utf8'))
    .join('');
  expect(logged).toContain('the page is served');
  for (const secret of [us.key, us.cookie.split('=')[1] ?? '', 'code=']) expect(logged).not.toContain(secret);
});
