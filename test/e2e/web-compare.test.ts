import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeOf, giveChromium } from '../world/browser.ts';
import { type Home, makeHome } from '../world/home.ts';
import { append, hostileWork, redisWork, work } from '../world/web-work.ts';

const chromium = giveChromium();
const redis = redisWork(Date.now() - 300_000);
const hostile = hostileWork(Date.now() - 3_600_000);

let home: Home;
let cwd: string;
beforeAll(async () => {
  home = makeHome();
  cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'demo'], cwd);
  await append(home, 'demo', [...redis.drafts, ...hostile.drafts]);
}, 180_000);
afterAll(() => home.remove());

test('two sessions stand side by side, each with its own place, from the list and from a replay', async () => {
  const ours = await chromium().openPage(home, { cwd, path: `/w/demo/sessions/${redis.main}` });
  const { page } = ours;
  await page.locator('.replay-facts').getByRole('link', { name: 'compare' }).click();
  await page.getByText('Choose the session that stands beside').waitFor();
  await page.locator(`a[href*="sessions/${redis.main}?with="]`).first().waitFor();
  await page.locator(`a[href$="with=${hostile.session}"]`).first().click();
  await page.getByRole('heading', { level: 1, name: 'Two sessions side by side' }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/w/demo/sessions/${redis.main}`);
  const [left, right] = [page.locator('.compare section').first(), page.locator('.compare section').last()];
  await left.getByRole('link', { name: 'Step 1', exact: true }).waitFor();
  await right.getByRole('link', { name: 'Step 1', exact: true }).waitFor();
  await left.getByRole('listbox').focus();
  await page.keyboard.press('ArrowDown');
  await left.getByRole('link', { name: 'Step 2', exact: true }).waitFor();
  await right.getByRole('link', { name: 'Step 1', exact: true }).waitFor();
  await right.getByRole('option').nth(1).click();
  await right.getByRole('link', { name: 'Step 2', exact: true }).waitFor();
  expect(await axeOf(page)).toEqual([]);
  await page.setViewportSize({ width: 375, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  expect(await page.evaluate(() => (globalThis as { hijacked?: number }).hijacked)).toBeUndefined();
  await left.getByRole('link', { name: 'Step 2', exact: true }).click();
  await page.locator('.place-number', { hasText: /^2 \// }).waitFor();
  await ours.close();
});

test('two branches stand side by side, from the review of one of them', async () => {
  await home.json(['branch', 'create', 'try-redis', '--workspace', 'demo'], cwd);
  const more = work('codex', 'on-the-branch', Date.now() - 60_000);
  await home.call('event.append', {
    workspace: 'demo',
    branch: 'try-redis',
    events: [more.started(), more.prompted('only on the branch'), more.called('make check', 'fine')],
  });
  const ours = await chromium().openPage(home, { cwd, path: '/w/demo/review/try-redis' });
  const { page } = ours;
  await page.getByRole('tab', { name: /^Sessions/ }).click();
  await page.getByRole('link', { name: 'beside main' }).click();
  await page.getByRole('heading', { level: 1, name: 'Two branches side by side' }).waitFor();
  const side = (name: string) => page.getByRole('region', { name, exact: true });
  const stepsOf = async (name: string): Promise<number> =>
    Number.parseInt(
      (await side(name)
        .getByText(/^\d+ steps$/)
        .textContent()) ?? '',
      10,
    );
  const [theirs, mains] = [await stepsOf('try-redis'), await stepsOf('main')];
  expect(theirs).toBeGreaterThan(mains);
  expect(await axeOf(page)).toEqual([]);
  await side('try-redis').getByRole('listbox').focus();
  await page.keyboard.press('ArrowDown');
  await side('main').getByRole('link', { name: 'Step 1', exact: true }).waitFor();
  await side('try-redis').getByRole('link', { name: 'Step 2', exact: true }).click();
  await page.locator('.place-number', { hasText: /^2 \// }).waitFor();
  expect(new URL(page.url()).searchParams.get('branch')).toBe('try-redis');
  await ours.close();
});
