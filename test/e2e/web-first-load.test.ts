import type { Page, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { giveChromium } from '../world/browser.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

const given = giveChromium();

let home: Home;
beforeAll(async () => {
  home = makeHome();
  const repository = await home.repository('shop');
  await home.json(['workspace', 'create', 'shop'], repository);
});
afterAll(() => home.remove());

const openShop = () => given().openPage(home, { workspace: 'shop' });

const headings = {
  '': 'Overview',
  '/sessions': 'Sessions',
  '/sessions/ses_unknown': 'Replay',
  '/replay/branch': 'Replay',
  '/review': 'Review',
  '/review/topic': 'topic → main',
  '/plan': 'Plan',
  '/memory': 'Memory',
  '/attempts': 'Attempts',
  '/activity': 'Activity',
  '/settings': 'Settings',
};

/** Keeps everything that the page asks of the door without an answer; returns what was asked for. */
async function keepWaiting(page: Page): Promise<{ asked: string[]; release: () => Promise<void> }> {
  const asked: string[] = [];
  const waiting: Route[] = [];
  await page.route('**/api/**', (route) => {
    asked.push(new URL(route.request().url()).pathname);
    waiting.push(route);
  });
  const release = async (): Promise<void> => {
    await page.unroute('**/api/**');
    for (const route of waiting) await route.continue().catch(() => undefined);
  };
  return { asked, release };
}

test('each screen has its heading and the way to the others before anything is answered', async () => {
  const ours = await openShop();
  const { page, origin } = ours;
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await keepWaiting(page);
  for (const [path, heading] of Object.entries(headings)) {
    await page.goto(`${origin}/w/shop${path}`);
    await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Plan' }).waitFor();
  }
  await ours.close();
});

test('the heading stands before the file that draws the rest has come', async () => {
  const ours = await openShop();
  const { page, origin } = ours;
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.route('**/assets/frame-*.js', () => undefined);
  const asked = page.waitForRequest('**/assets/memory-*.js');
  await page.goto(`${origin}/w/shop/memory`, { waitUntil: 'commit' });
  await page.getByRole('heading', { level: 1, name: 'Memory' }).waitFor();
  await asked;
  expect(await page.getByRole('navigation').count()).toBe(0);
  await page.context().close();
});

test('what a screen shows is asked for at once, not when it is known who asks', async () => {
  const ours = await openShop();
  const { page } = ours;
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  const { asked, release } = await keepWaiting(page);
  await page.reload({ waitUntil: 'commit' });
  await eventually(
    async () => ['/api/hello', '/api/op/status.show'].every((path) => asked.includes(path)),
    'the first questions',
  );
  await release();
  await page.getByRole('region', { name: 'Store' }).getByText('Memory of the daemon').waitFor();
  await ours.close();
});

test('a key that is not good any more is asked for anew', async () => {
  const ours = await openShop();
  const { page, origin } = ours;
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.goto(`${origin}/w/shop/plan`);
  await page.getByText('Nothing is planned.').waitFor();
  // As after the daemon was started again at the same port: its answers to the old key, and a new one.
  const key = await page.evaluate(() => localStorage.getItem('hivemind-key'));
  await page.evaluate(() => localStorage.setItem('hivemind-key', 'of-another-daemon'));
  await page.route('**/api/hello', async (route) => {
    const headers = { ...route.request().headers(), 'x-hivemind-csrf': key ?? '' };
    await route.continue({ headers });
  });
  await page.reload();
  await page.getByText('Nothing is planned.').waitFor();
  expect(await page.evaluate(() => localStorage.getItem('hivemind-key'))).toBe(key);
  expect(ours.faults.filter((fault) => !fault.includes('403'))).toEqual([]);
  await page.context().close();
});

test('a part of the page that does not come is said, and the frame stays', async () => {
  const ours = await openShop();
  const { page } = ours;
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.route('**/assets/plan-*.js', (route) => route.abort());
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Plan' }).click();
  await page.getByRole('heading', { level: 1, name: 'Plan' }).waitFor();
  await page.getByRole('alert').getByText('A part of this page did not come').waitFor();
  await page.unroute('**/assets/plan-*.js');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Nothing is planned.').waitFor();
  expect(ours.faults.filter((fault) => !fault.includes('plan-'))).toEqual([]);
  await page.context().close();
});

test('whoever was not let in sees how one gets in, and nothing else is asked', async () => {
  const ours = await openShop();
  const stranger = await given().browser.newContext();
  const page = await stranger.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${ours.origin}/w/shop/plan`);
  await page.getByRole('alert').getByText('hivemind web').waitFor();
  expect([...new Set(asked.filter((path) => path.startsWith('/api/')))]).toEqual(['/api/hello']);
  expect(await page.getByRole('navigation').count()).toBe(0);
  await stranger.close();
  await ours.close();
});
