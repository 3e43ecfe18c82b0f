import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { giveChromium, type OpenPage } from '../world/browser.ts';
import { type Home, makeHome } from '../world/home.ts';
import { append, redisWork, work } from '../world/web-work.ts';

const chromium = giveChromium();
const startAt = Date.now() - 120_000;
const redis = redisWork(startAt);
const sessionCount = 400;

let home: Home;
let cwd: string;
let opened: OpenPage | null = null;

beforeAll(async () => {
  home = makeHome();
  cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'demo'], cwd);
  await append(
    home,
    'demo',
    Array.from({ length: sessionCount }, (_, index) => {
      const one = work('gemini-cli', `old-${index}`, startAt - (index + 1) * 3_600_000);
      return [one.started(), one.prompted(`question number ${index}`)];
    }).flat(),
  );
  await append(home, 'demo', redis.drafts);
  const { item } = await home.call('plan.add', {
    workspace: 'demo',
    title: 'Switch over',
    question: 'Which day?',
    blocker: 'no quota yet',
  });
  await home.call('handoff.offer', {
    workspace: 'demo',
    task: 'Write the expiry test',
    status: 'not begun',
    next: 'read src/session.ts',
    item: item.id,
    derive: false,
  });
}, 180_000);
afterEach(async () => {
  const was = opened;
  opened = null;
  await was?.close();
});
afterAll(() => home.remove());

async function open(path: string): Promise<Page> {
  opened = await chromium().openPage(home, {
    cwd,
    viewport: { width: 1280, height: 800 },
    path: `/w/demo${path}`,
  });
  return opened.page;
}

const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test('the overview says who works, what failed and what waits, and hears of what comes', async () => {
  const page = await open('');
  await panel(page, 'Agents').getByText('claude-code').waitFor();
  await page.getByRole('region', { name: 'To be done' }).getByText('hivemind connect').first().waitFor();
  const waiting = panel(page, 'Waits for a person');
  for (const text of ['Which day?', 'no quota yet', 'Write the expiry test'])
    await waiting.getByText(text).waitFor();
  await panel(page, 'At work').getByText('Review what was done to the sessions.').waitFor();
  await panel(page, 'Store').getByText('Memory of the daemon').waitFor();
  const more = work('opencode', 'new', Date.now());
  await append(home, 'demo', [
    more.started(),
    more.prompted('Something new'),
    more.called('make', 'no rule', true),
  ]);
  await panel(page, 'At work').getByText('Something new').waitFor();
  await panel(page, 'Agents').getByText('opencode').waitFor();
  await panel(page, 'Failures lately').getByRole('link', { name: 'Bash make' }).waitFor();
  await panel(page, 'Failures lately').getByRole('link', { name: 'Bash npm test' }).click();
  await page.locator('.step.is-shown', { hasText: 'npm test' }).waitFor();
  await page.locator('.place-number', { hasText: '10 / 13' }).waitFor();
});

test('the list of sessions is gone through by keyboard, filtered, and holds what is seen', async () => {
  const page = await open('/sessions');
  const rows = page.locator('tbody tr:not(.session-gap)');
  const chosen = page.locator('tr.is-chosen');
  await page.getByRole('link', { name: 'Review what was done to the sessions.' }).waitFor();
  await page.locator('.heading', { hasText: /^Sessions\s*40\d$/ }).waitFor();
  await page.keyboard.press('End');
  await chosen.filter({ hasText: `question number ${sessionCount - 1}` }).waitFor();
  expect(await rows.count()).toBeLessThan(60);
  await page.keyboard.press('k');
  await chosen.filter({ hasText: `question number ${sessionCount - 2}` }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('question number 17');
  await page.waitForURL(/query=question/);
  // 17 and 170 to 179.
  await page.locator('.heading', { hasText: /^Sessions\s*11$/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('searchbox').fill('');
  await page.getByRole('searchbox').blur();
  await page.locator('.session-filter select').selectOption('claude-code');
  await page.locator('.heading', { hasText: /^Sessions\s*1$/ }).waitFor();
  const main = rows.filter({ hasText: 'Move the sessions' });
  // 1200 in, 340 out and 9000 cached, twice.
  await main.getByText('21.1K').waitFor();
  expect(await main.locator('td').allTextContents()).toEqual(
    expect.arrayContaining([expect.stringContaining('1 subagent'), '9', '1']),
  );
  await main.getByRole('button', { name: '1 subagent' }).click();
  await rows.filter({ hasText: 'Find every place' }).waitFor();
  expect(await rows.count()).toBe(1);
  await page.keyboard.press('Home');
  await page.locator('.session-list').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/sessions/${redis.child}`));
  await page.locator('.place-number', { hasText: '1 / 4' }).waitFor();
});

test('the same list on the command line is paged and filtered', async () => {
  interface Listed {
    sessions: { id: string; title: string; children: number; usage: { output: number } | null }[];
    agents: string[];
    total: number;
  }
  const list = (...args: string[]) => home.json<Listed>(['session', 'list', ...args], cwd);
  const page = await list('--query', 'QUESTION NUMBER', '--skip', '390', '--limit', '5');
  expect([page.total, page.sessions.map(({ title }) => title)]).toEqual([
    sessionCount,
    [390, 391, 392, 393, 394].map((number) => `question number ${number}`),
  ]);
  const failed = await list('--failed', '--roots', '--agent', 'claude-code', '--usage');
  expect(failed.sessions.map(({ id, children, usage }) => [id, children, usage?.output])).toEqual([
    [redis.main, 1, 680],
  ]);
  expect((await list('--parent', redis.main)).sessions.map(({ id }) => id)).toEqual([redis.child]);
  const { stdout } = await home.hivemind(['session', 'list', '--query', 'nothing like it'], { cwd });
  expect(stdout).toContain('No session of demo is like that');
});
