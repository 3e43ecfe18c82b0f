import { afterAll, beforeAll, expect, test } from 'vitest';
import { giveChromium } from '../world/browser.ts';
import { type Home, makeHome } from '../world/home.ts';
import { append, redisWork } from '../world/web-work.ts';

const chromium = giveChromium();
const redis = redisWork(Date.now() - 300_000);
/** Read twice, the first would be a `+` and the second would not be a name at all. */
const branch = 'half%2Bmore 50% + 1';

let home: Home;
let cwd: string;
beforeAll(async () => {
  home = makeHome();
  cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'demo'], cwd);
  await append(home, 'demo', redis.drafts);
  await home.call('branch.create', { workspace: 'demo', name: branch });
}, 180_000);
afterAll(() => home.remove());

const openAt = (path: string, query: Record<string, string>) =>
  chromium().openPage(home, { cwd, path: `/w/demo${path}?${new URLSearchParams(query)}` });

test('the list of sessions reads and writes what is looked for as it was typed', async () => {
  const looked = { branch, query: '100%25 a+b' };
  const ours = await openAt('/sessions', looked);
  const { page } = ours;
  const search = page.getByRole('searchbox');
  await search.waitFor();
  expect(await search.inputValue()).toBe(looked.query);
  await search.fill('50% c%2Bd');
  await page.waitForFunction(() => new URLSearchParams(location.search).get('query') === '50% c%2Bd');
  expect(new URL(page.url()).searchParams.get('branch')).toBe(branch);
  await ours.close();
});

test('a replay goes on with the branch that the address names', async () => {
  const ours = await openAt(`/sessions/${redis.main}`, { branch, step: '2' });
  const { page } = ours;
  await page.locator('.place-number', { hasText: /^2 \// }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => new URLSearchParams(location.search).get('step') === '3');
  expect(new URL(page.url()).searchParams.get('branch')).toBe(branch);
  expect(await page.getByRole('combobox', { name: 'Branch' }).inputValue()).toBe(branch);
  await ours.close();
});
