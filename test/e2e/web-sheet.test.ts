import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeOf, collectFaults, giveChromium } from '../world/browser.ts';
import { type Home, makeHome } from '../world/home.ts';
import { append, hostileText, hostileWork, redisWork } from '../world/web-work.ts';

const chromium = giveChromium();
const startAt = Date.now() - 300_000;
const redis = redisWork(startAt);
const hostile = hostileWork(startAt);

let home: Home;
let cwd: string;

beforeAll(async () => {
  home = makeHome();
  cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'demo'], cwd);
  await append(home, 'demo', redis.drafts.slice(0, 5));
  await home.call('memory.decide', { workspace: 'demo', subject: 'session store', choice: 'Redis' });
  await append(home, 'demo', redis.drafts.slice(5));
  await append(home, 'demo', hostile.drafts);
}, 180_000);
afterAll(() => home.remove());

async function press(page: Page, key: string, place: string): Promise<void> {
  await page.keyboard.press(key);
  await at(page, place);
}

const at = (page: Page, place: string): Promise<void> =>
  page.locator('.place-number', { hasText: new RegExp(`^${place}$`) }).waitFor();

const save = (...args: string[]) => home.hivemind(['replay', ...args], { cwd });

async function openFile(file: string): Promise<{ page: Page; faults: string[]; requests: string[] }> {
  const context = await chromium().browser.newContext({ offline: true });
  const page = await context.newPage();
  const faults = collectFaults(page);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, faults, requests };
}

test('a replay saved as a page needs nothing else, and says nothing of the machine', async () => {
  const file = join(home.dir, 'redis.html');
  const saved = await save(redis.main, '--html', file);
  expect([saved.exitCode, saved.stderr]).toEqual([0, expect.stringMatching(/wrote .*: 13 steps, /)]);
  const { page, faults, requests } = await openFile(file);
  await at(page, '1 / 13');
  await press(page, 'f', '10 / 13');
  await press(page, 'e', '11 / 13');
  await page.locator('.diff .hljs-keyword', { hasText: 'await' }).waitFor();
  await page.keyboard.press('s');
  await page.locator('.known', { hasText: 'session store: Redis' }).waitFor();
  await page.getByLabel('Kind of steps').selectOption('failure');
  await at(page, '1 / 1');
  expect(await axeOf(page)).toEqual([]);
  expect(requests).toEqual([pathToFileURL(file).href]);
  await page.context().close();
  expect(faults).toEqual([]);
  const html = readFileSync(file, 'utf8');
  expect(html).not.toContain(home.dir);
  for (const name of [hostname(), userInfo().username].filter((name) => name.length > 4))
    expect(html.slice(html.indexOf('id="sheet"'), html.lastIndexOf('<script>'))).not.toContain(name);
});

test('a saved page is inert whatever the agents wrote', async () => {
  const file = join(home.dir, 'hostile.html');
  expect((await save(hostile.session, '--html', file)).exitCode).toBe(0);
  const { page, faults, requests } = await openFile(file);
  for (let step = 1; step <= 7; step += 1) {
    await at(page, `${step} / 7`);
    await page.keyboard.press('ArrowRight');
  }
  expect(await page.locator('.detail-body').textContent()).toContain(hostileText.split('\n')[0]);
  expect(await page.evaluate(() => 'hijacked' in globalThis)).toBe(false);
  expect(requests).toEqual([pathToFileURL(file).href]);
  await page.context().close();
  expect(faults).toEqual([]);
});

test('saving does not write over a file unless it is told to; a part of the steps says so', async () => {
  const file = join(home.dir, 'mine.html');
  writeFileSync(file, 'mine');
  const refused = await save(redis.main, '--html', file);
  expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('--force')]);
  expect(readFileSync(file, 'utf8')).toBe('mine');
  expect((await save(redis.main, '--html', file, '--force')).exitCode).toBe(0);
  const printed = await save(redis.main, '--html', '-', '--after', '11');
  expect(printed.stdout).toMatch(/^<!doctype html>/);
  expect(printed.stderr).toContain('2 steps');
  expect((await save(redis.main, '--html', '-', '--limit', '2')).exitCode).toBe(2);
  expect(existsSync(join(cwd, '-'))).toBe(false);
  expect((await save(redis.main, '--html', join(home.dir, 'no', 'where.html'))).exitCode).toBe(1);
});
