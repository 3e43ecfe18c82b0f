import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { axeOf, giveChromium } from '../world/browser.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

const chromium = giveChromium();
const title = 'Write the <b>roll-back</b> page';

let home: Home;
let repository: string;
beforeAll(async () => {
  home = makeHome();
  repository = await home.repository('shop');
  await home.json(['workspace', 'create', 'shop'], repository);
}, 120_000);
afterAll(() => home.remove());

const plan = async () => (await home.json<OutputOf<'plan.show'>>(['plan', 'show'], repository)).items;

it('an item is added, moved and edited by keys, its question answered, its blocker removed; the command line sees it', async () => {
  const { page, close } = await chromium().openPage(home, { cwd: repository, path: '/w/shop/plan' });
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await page.getByText('Nothing is planned.').waitFor();
  await press('n');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type(title);
  await press('Enter');
  const pane = page.getByRole('complementary', { name: 'Plan item' });
  await pane.waitFor();
  expect((await plan())[0]).toMatchObject({ title, state: 'todo' });
  await press('Escape');
  await page.locator('.column[data-state="todo"] .card:focus').waitFor();
  await press('Shift+ArrowRight');
  await page.locator('.column[data-state="doing"] .card').waitFor();
  await eventually(async () => (await plan())[0]?.state === 'doing', 'the move');

  // Somebody else writes meanwhile: it is seen without being asked for.
  await home.json(['plan', 'set', title, '--question', 'Which day?', '--blocker', 'no quota'], repository);
  await page.locator('.card', { hasText: 'question' }).waitFor();
  await page.locator('.card').click();
  await pane.getByRole('textbox', { name: 'Answer: Which day?' }).fill('Monday');
  await press('Enter');
  await pane.locator('.answered', { hasText: 'Monday' }).waitFor();
  await pane.getByRole('button', { name: 'Remove the blocker no quota' }).click();
  await pane.locator('.obstacle', { hasText: 'no quota' }).waitFor({ state: 'detached' });
  await pane.getByRole('textbox', { name: 'Owner' }).fill('ann');
  await pane.getByRole('textbox', { name: 'Note' }).fill('one page');
  await press('Control+Enter');
  await pane.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' });
  await pane.getByRole('combobox', { name: /Priority/ }).selectOption('0');
  await page.locator('.card', { hasText: 'P0' }).waitFor();
  await pane.getByRole('button', { name: 'History' }).click();
  await pane.locator('.history', { hasText: 'one page' }).waitFor();
  expect(await axeOf(page)).toEqual([]);
  expect((await plan())[0]).toMatchObject({
    owner: 'ann',
    note: 'one page',
    priority: 0,
    blockers: [],
    questions: [{ text: 'Which day?', answer: 'Monday' }],
  });
  const { writes } = await home.json<OutputOf<'plan.history'>>(['plan', 'history', title], repository);
  expect(writes.length).toBeGreaterThanOrEqual(6);
  await close();
});

it('a plan of a thousand items keeps only what is in sight in the page, one column at a time at 375 px', async () => {
  const session = `ses_${'2'.repeat(32)}`;
  const events = Array.from({ length: 1000 }, (_, at) => ({
    type: 'plan.added',
    agent: 'tester',
    session,
    identity: { nativeId: `item-${at}`, phase: 'added' },
    actor: { kind: 'agent' as const, name: 'tester' },
    text: `item ${at}`,
    body: { key: `many-${at}`, set: { title: `Item number ${at}`, state: at % 2 === 0 ? 'todo' : 'done' } },
  }));
  await home.call('event.append', { workspace: 'shop', events });
  const { page, close } = await chromium().openPage(home, {
    cwd: repository,
    path: '/w/shop/plan',
    colorScheme: 'dark',
    viewport: { width: 375, height: 700 },
  });
  await page.getByText('1,001 items').waitFor();
  await page.locator('.card').first().waitFor();
  expect(await page.locator('.card').count()).toBeLessThan(60);
  expect(await page.locator('.column:visible').count()).toBe(1);
  expect(
    await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
  ).toBeLessThanOrEqual(0);
  await page.keyboard.press('/');
  await page.keyboard.type('number 998');
  await page.getByText('1 of 1,001 items').waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('j');
  await page.locator('.card:focus', { hasText: 'Item number 998' }).waitFor();
  expect(await axeOf(page)).toEqual([]);
  await close();
});
