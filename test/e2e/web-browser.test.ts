import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeOf, giveChromium } from '../world/browser.ts';
import { eventually, type Home, makeHome, packageRoot } from '../world/home.ts';

/** A name that its owner makes lead to this machine once a page of his is open. */
const rebound = 'rebound.test';
const given = giveChromium([`--host-resolver-rules=MAP ${rebound} 127.0.0.1`]);

/** What is put into the page to listen there. */
interface Heard {
  stream: typeof import('../../src/web/page/stream.ts');
  heard: string[];
  lost: AbortController;
}

let home: Home;
let repository: string;
let stranger: Server;
let page = '';
const opened = async (): Promise<string> => (await home.json<{ url: string }>(['web'], repository)).url;
const strange = (host: string): string => `http://${host}:${(stranger.address() as AddressInfo).port}/`;

beforeAll(async () => {
  home = makeHome();
  repository = await home.repository('shop');
  await home.json(['workspace', 'create', 'shop'], repository);
  stranger = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(page);
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  stranger.close();
  await home.remove();
});

const facts = async (): Promise<number> => {
  const { facts: all } = await home.json<{ facts: unknown[] }>(
    ['memory', 'list', '--kind', 'fact'],
    repository,
  );
  return all.length;
};

test('the address that is printed opens the page, and it stays open when it is loaded again', async () => {
  const ours = await given().openPage(home, { cwd: repository });
  await ours.page.getByRole('heading', { level: 1 }).waitFor();
  expect(ours.page.url()).toBe(`${ours.origin}/w/shop`);
  await ours.page.reload();
  await ours.page.getByRole('heading', { level: 1 }).waitFor();
  const other = await ours.page.context().newPage();
  await other.goto(`${ours.origin}/w/shop/sessions`);
  await other.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
  expect(await axeOf(other)).toEqual([]);
  expect(await ours.page.context().cookies()).toMatchObject([
    { httpOnly: true, sameSite: 'Strict', path: '/' },
  ]);
  expect(await ours.page.evaluate('document.cookie')).toBe('');
  await ours.close();
});

test('a browser that was not let in is told how one gets in', async () => {
  const ours = await given().openPage(home, { cwd: repository });
  const context = await given().browser.newContext();
  const other = await context.newPage();
  const answer = await other.goto(`${ours.origin}/w/shop`);
  expect(answer?.status()).toBe(403);
  await other.getByText('hivemind web').waitFor();
  expect(await axeOf(other)).toEqual([]);
  await context.close();
  await ours.close();
});

test('the cookie without the key, as another port of this machine gets it, opens nothing', async () => {
  const ours = await given().openPage(home, { cwd: repository });
  const [cookie] = await ours.page.context().cookies();
  await ours.page.getByRole('heading', { level: 1 }).waitFor();
  const thief = await given().browser.newContext();
  if (cookie !== undefined) await thief.addCookies([cookie]);
  const other = await thief.newPage();
  await other.goto(`${ours.origin}/w/shop`);
  await other.getByText('hivemind web').waitFor();
  await thief.close();
  await ours.close();
});

const call = (origin: string): string => `${origin}/api/op/memory.note`;
const note = JSON.stringify({ text: 'forged', workspace: 'shop' });

test.each([
  ['another site', 'localhost'],
  ['another port of the same site', '127.0.0.1'],
])('%s cannot post, read, frame or follow', async (_what, host) => {
  const ours = await given().openPage(home, { cwd: repository });
  const before = await facts();
  const address = call(ours.origin);
  page = `<!doctype html>
    <form id="form" method="post" action="${address}" enctype="text/plain"><input name='{"text":"forged","x":"' value='"}'></form>
    <form id="plain" method="post" action="${address}"><input name="text" value="forged"></form>
    <iframe src="${ours.origin}/w/shop"></iframe>
    <img src="${ours.origin}/icon.svg">
    <a id="link" href="${ours.origin}/w/shop">open</a>`;
  const context = ours.page.context();
  for (const id of ['form', 'plain']) {
    const other = await context.newPage();
    await other.goto(strange(host));
    const answer = other.waitForResponse((response) => response.url() === address);
    await other.evaluate(
      (name) => (globalThis as unknown as Record<string, { submit(): void }>)[name]?.submit(),
      id,
    );
    expect((await answer).status()).toBe(403);
    await other.close();
  }
  const other = await context.newPage();
  await other.goto(strange(host));
  const tried = await other.evaluate(
    async ([to, text]) => {
      const outcome = async (sent: Promise<Response>): Promise<string> =>
        sent.then(
          (response) => response.type,
          () => 'failed',
        );
      const options = { method: 'POST', credentials: 'include' as const, body: text ?? '' };
      return [
        await outcome(fetch(to ?? '', { ...options, headers: { 'content-type': 'application/json' } })),
        await outcome(fetch((to ?? '').replace('op/memory.note', 'hello'), { credentials: 'include' })),
        await outcome(fetch(to ?? '', { ...options, mode: 'no-cors' })),
        document.images[0]?.naturalWidth === 0 ? 'no picture' : 'a picture',
      ];
    },
    [address, note],
  );
  expect(tried).toEqual(['failed', 'failed', 'failed', 'no picture']);
  expect(other.frames().map((frame) => frame.url())).toContain('chrome-error://chromewebdata/');
  const followed = other.waitForResponse((response) => response.url() === `${ours.origin}/w/shop`);
  await other.locator('#link').click();
  expect((await followed).status()).toBe(403);
  await other.close();
  expect(await facts()).toBe(before);
  await ours.close();
});

test('a name that is made to lead here is refused', async () => {
  const url = new URL(await opened());
  url.hostname = rebound;
  const context = await given().browser.newContext();
  const other = await context.newPage();
  expect((await other.goto(url.href))?.status()).toBe(403);
  expect(await other.textContent('body')).toContain('PERMISSION_DENIED');
  url.hostname = '127.0.0.1';
  expect((await other.goto(url.href))?.status()).toBe(200);
  await context.close();
});

test('a script that finds its way into the page does not run', async () => {
  const ours = await given().openPage(home, { cwd: repository });
  await ours.page.getByRole('heading', { level: 1 }).waitFor();
  const ran = await ours.page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="window.ran = true">');
    await new Promise((resolve) => setTimeout(resolve, 300));
    return 'ran' in window;
  });
  expect(ran).toBe(false);
  await expect(ours.close()).rejects.toThrow('Content Security Policy');
});

/** A line from the browser to the daemon that can be cut: an HTTP proxy. */
async function layLine() {
  let isCut = false;
  const proxy = createServer((asked, answer) => {
    const { url = '', method, headers } = asked;
    const passed = request(url, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.on('error', () => answer.destroy()).pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  proxy.on('connection', (socket: Socket) => {
    if (isCut) socket.destroy();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    cut: () => {
      isCut = true;
      proxy.closeAllConnections();
    },
    mend: () => {
      isCut = false;
    },
    close: () => proxy.close(),
  };
}

test('the page hears what comes, and what has come while it was cut off', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(packageRoot, 'src', 'web', 'page', 'stream.ts')],
    bundle: true,
    format: 'iife',
    globalName: 'stream',
    footer: { js: 'globalThis.stream = stream;' },
    write: false,
  });
  const line = await layLine();
  const proxy = { server: line.address, bypass: '<-loopback>' };
  const ours = await given().openPage(home, { cwd: repository, proxy });
  await ours.page.evaluate(outputFiles[0]?.text ?? '');
  await ours.page.evaluate(() => {
    const scope = globalThis as unknown as Heard;
    scope.heard = [];
    scope.lost = new AbortController();
    const query = new URLSearchParams({ workspace: 'shop', form: 'light' });
    void scope.stream.follow(query, {
      onMessage: ({ name, data }) => void scope.heard.push(`${name} ${data}`),
      onState: (isLive) => void scope.heard.push(isLive ? 'live' : 'lost'),
      signal: scope.lost.signal,
    });
  });
  const hears = (text: string) =>
    eventually(
      () =>
        ours.page.evaluate(
          (wanted) => (globalThis as unknown as Heard).heard.some((one) => one.includes(wanted)),
          text,
        ),
      `the page to hear "${text}"`,
    );
  await hears('live');
  await hears('ready');
  await home.json(['remember', 'fact', 'heard at once'], repository);
  await hears('heard at once');
  line.cut();
  await home.json(['remember', 'fact', 'heard afterwards'], repository);
  await hears('lost');
  line.mend();
  await hears('heard afterwards');
  await ours.page.context().close();
  line.close();
});

test('a page whose daemon has ended is let in to the next one by its address alone', async () => {
  const ours = await given().openPage(home, { cwd: repository });
  await ours.page.getByRole('heading', { level: 1 }).waitFor();
  await home.json(['daemon', 'stop']);
  await ours.page.getByRole('status').getByText('Hivemind does not answer').waitFor();
  expect(await axeOf(ours.page)).toEqual([]);
  const next = new URL(await opened());
  const answer = await ours.page.goto(`${next.origin}/w/shop`);
  expect(answer?.status()).toBe(403);
  await ours.page.goto(next.href);
  await ours.page.getByRole('navigation').first().waitFor();
  await ours.page.context().close();
});

test('the browser is given the address, and nothing else, where there is a screen', async () => {
  const programs = join(home.dir, 'programs');
  const said = join(home.dir, 'said');
  mkdirSync(programs);
  writeFileSync(join(programs, 'xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$@" >'${said}'\n`);
  chmodSync(join(programs, 'xdg-open'), 0o755);
  const env = { PATH: `${programs}:${home.env.PATH}`, DISPLAY: ':9' };
  const shown = await home.hivemind(['web'], { cwd: repository, env });
  expect(shown.exitCode).toBe(0);
  const argument = await eventually(
    async () => readFileSync(said, 'utf8'),
    'the browser to be started',
  ).catch(() => '');
  expect(argument).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/enter\?code=[\w-]{43}\n$/);
  expect(shown.stdout).toContain(argument.trim());
  writeFileSync(said, '');
  for (const [args, more] of [
    [['web'], {}],
    [['web', '--no-open'], { DISPLAY: ':9' }],
  ] as const) {
    const printed = await home.hivemind([...args], { cwd: repository, env: { PATH: env.PATH, ...more } });
    expect(printed.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/enter\?code=[\w-]{43}$/);
  }
  expect(readFileSync(said, 'utf8')).toBe('');
  for (const path of ['//evil.test', '/.//evil.test', '/a/..//evil.test', '/\\evil.test']) {
    const outside = await home.hivemind(['web', '--path', path], { cwd: repository });
    expect(outside.exitCode, path).toBe(2);
  }
  const there = await home.json<{ url: string }>(['web', '--path', '/w/shop/plan?branch=a%2Fb'], repository);
  expect((await fetch(there.url, { redirect: 'manual' })).headers.get('location')).toBe(
    '/w/shop/plan?branch=a%2Fb',
  );
});
