import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readAssets } from '../../../src/web/assets.ts';
import { ask } from '../../world/page-client.ts';

let folder: string;
let server: Server | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hm-page-'));
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.js'), 'secret');
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'page', 'icon.svg'), '<svg/>');
  writeFileSync(join(folder, 'page', 'notes.txt'), 'notes');
  writeFileSync(join(folder, 'page', 'assets', 'main-1a2b.js'), 'const a = 1;\n'.repeat(200));
  symlinkSync(join(folder, 'secret.js'), join(folder, 'page', 'assets', 'link.js'));
  symlinkSync(folder, join(folder, 'page', 'assets', 'up'));
});
afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Serves the files and nothing else; says 404 where there is none. */
async function serve(): Promise<string> {
  const assets = await readAssets(join(folder, 'page'));
  const started = createServer((request, response) => {
    if (assets.send(request.url ?? '', request, response)) return;
    response.writeHead(404).end();
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

it('serves the files of the page as they are, those with a hash for ever', async () => {
  const origin = await serve();
  const script = await ask(`${origin}/assets/main-1a2b.js`);
  expect(script).toMatchObject({ status: 200, body: 'const a = 1;\n'.repeat(200) });
  expect(script.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'private, max-age=31536000, immutable',
  });
  const zipped = await ask(`${origin}/assets/main-1a2b.js`, { headers: { 'accept-encoding': 'gzip, br' } });
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(Number(zipped.headers['content-length'])).toBeLessThan(200);
  const icon = await ask(`${origin}/icon.svg`, { headers: { 'accept-encoding': 'gzip' } });
  expect(icon).toMatchObject({ status: 200, body: '<svg/>' });
  expect(icon.headers['cache-control']).toBeUndefined();
});

it.each([
  '/assets/link.js',
  '/assets/up/secret.js',
  '/secret.js',
  '/../secret.js',
  '/assets/../../secret.js',
  '/assets/..%2f..%2fsecret.js',
  '/assets\\..\\..\\secret.js',
  '//secret.js',
  '/notes.txt',
  '/index.html',
  '/assets',
  '/__proto__',
])('serves nothing at %s', async (path) => {
  const origin = await serve();
  expect((await ask(origin, { path })).status).toBe(404);
});

it('says so where the page was not built', async () => {
  await expect(readAssets(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
