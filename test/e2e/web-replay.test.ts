import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sessionId } from '../../src/schema/ids.ts';
import { axeOf, type Chromium, giveChromium, type OpenPage } from '../world/browser.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { append, hostileWork, redisWork, work } from '../world/web-work.ts';

const chromium = giveChromium();
const startAt = Date.now() - 300_000;
const redis = redisWork(startAt);
const hostile = hostileWork(startAt - 3_600_000);
const manySteps = 100_000;
const many = work('gemini-cli', 'many', startAt - 2 * manySteps * 1_000);

let home: Home;
let cwd: string;
let opened: OpenPage | null = null;

beforeAll(async () => {
  home = makeHome();
  cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'demo'], cwd);
  await append(home, 'demo', redis.drafts.slice(0, 9));
  await home.call('memory.decide', { workspace: 'demo', subject: 'session store', choice: 'Redis' });
  await home.call('plan.add', { workspace: 'demo', title: 'Switch over', question: 'Which day?' });
  await append(home, 'demo', redis.drafts.slice(9));
  await append(home, 'demo', hostile.drafts);
}, 180_000);
afterEach(async () => {
  const was = opened;
  opened = null;
  await was?.close();
});
afterAll(() => home.remove());

async function open(path: string, options: Parameters<Chromium['openPage']>[1] = {}): Promise<Page> {
  opened = await chromium().openPage(home, {
    cwd,
    viewport: { width: 1280, height: 800 },
    path: `/w/demo${path}`,
    ...options,
  });
  return opened.page;
}

/** Presses keys one after the other, and waits until this step of that many is shown. */
async function press(page: Page, keys: string, place: string): Promise<void> {
  for (const key of keys.split(' ')) await page.keyboard.press(key);
  await at(page, place);
}

const at = (page: Page, place: string): Promise<void> =>
  page.locator('.place-number', { hasText: new RegExp(`^${place}$`) }).waitFor();

const textOf = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).textContent()) ?? '';

const detail = (page: Page): Promise<string> => textOf(page, '.detail-body');

describe('a replay in the browser', () => {
  test('is gone through by keyboard, as in the terminal', async () => {
    const page = await open(`/sessions/${redis.main}`);
    await at(page, '1 / 13');
    await press(page, 'ArrowRight', '2 / 13');
    await press(page, 'ArrowLeft', '1 / 13');
    await press(page, 'f', '10 / 13');
    expect(await detail(page)).toContain('Expected null, got {"user":"ann"}');
    await press(page, 'F', '10 / 13');
    await page.locator('.place-message', { hasText: 'No earlier failure' }).waitFor();
    await press(page, 'e', '11 / 13');
    await page.locator('.diff-add', { hasText: 'await redis.set(key(id), text, "EX", 1800);' }).waitFor();
    await press(page, 'E', '9 / 13');
    expect(await page.locator('.diff-number').allTextContents()).toEqual([
      '10',
      '10',
      '11',
      '',
      '12',
      '',
      '',
      '11',
      '',
      '12',
      '',
      '13',
      '13',
      '14',
    ]);
    await press(page, 'P', '6 / 13');
    await press(page, 'End', '13 / 13');
    await press(page, 'Home', '1 / 13');
    await press(page, ']', '13 / 13');
  });

  test('searches, goes to a time, shows only some steps', async () => {
    const page = await open(`/sessions/${redis.main}`);
    await at(page, '1 / 13');
    await page.keyboard.press('/');
    await page.keyboard.type('src/login.ts');
    await press(page, 'Enter', '7 / 13');
    await press(page, 'n', '8 / 13');
    await press(page, 'N', '7 / 13');
    await page.keyboard.press('@');
    await page.getByRole('textbox', { name: 'Time' }).fill(new Date(startAt + 11_000).toISOString());
    await press(page, 'Enter', '9 / 13');
    await page.getByLabel('Kind of steps').selectOption('edit');
    await at(page, '1 / 2');
    expect(await page.locator('.step').count()).toBe(2);
    await page.getByLabel('Kind of steps').selectOption('');
    await at(page, '9 / 13');
  });

  test('knows what was decided then, makes a branch, copies the id, plays', async () => {
    const page = await open('/replay/branch');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('.place-number').waitFor();
    await page.keyboard.press('d');
    await page.locator('.step.is-shown', { hasText: 'session store' }).waitFor();
    await page.keyboard.press('s');
    await page.locator('.known', { hasText: 'session store: Redis' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.locator('.detail', { hasText: 'Nothing was planned or decided yet' }).waitFor();
    await page.keyboard.press('s');
    await page.keyboard.press('c');
    await page.locator('.place-message', { hasText: 'Copied evt_' }).waitFor();
    const id = await page.evaluate(() => navigator.clipboard.readText());
    await page.locator('.detail-id', { hasText: id }).waitFor();
    await page.keyboard.press('b');
    await page.getByLabel('Name').fill('what-if/redis');
    await page.keyboard.press('Enter');
    await page.locator('.place-message', { hasText: 'Made the branch what-if/redis' }).waitFor();
    const { branches } = await home.json<{ branches: { name: string }[] }>(['branch', 'list'], cwd);
    expect(branches.map(({ name }) => name)).toContain('what-if/redis');
    await page.keyboard.press('Home');
    for (let times = 0; times < 5; times += 1) await page.keyboard.press('+');
    await page.keyboard.press(' ');
    // The new branch is news itself: how many steps there are may change while it plays.
    await page.locator('.place-number', { hasText: /^(\d+) \/ \1$/ }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('begins at the step that a link names, and says where one is', async () => {
    const page = await open(`/sessions/${redis.main}?step=4`);
    await at(page, '4 / 13');
    await press(page, 'ArrowRight', '5 / 13');
    await page.waitForURL(/[?&]step=5$/);
    await page.goBack();
    await page.goto(`${opened?.origin}/w/demo/sessions/${redis.main.slice(-8)}?step=999`);
    await at(page, '13 / 13');
    const slider = page.getByRole('slider', { name: 'Step' });
    await slider.focus();
    await press(page, 'ArrowLeft', '12 / 13');
    expect(await slider.getAttribute('aria-valuetext')).toBe('Step 12 of 13');
  });

  test('stays at its step when older ones come in', async () => {
    const page = await open('/replay/branch?step=5');
    await page.locator('.detail-id').waitFor();
    const [shown, place] = [await textOf(page, '.detail-id'), await textOf(page, '.place-number')];
    const total = Number(place.split(' / ')[1]);
    const older = work('gemini-cli', 'older', startAt - 36_000_000);
    await append(home, 'demo', [older.called('step one', 'done'), older.called('step two', 'done')]);
    await at(page, `7 / ${total + 2}`);
    expect(await textOf(page, '.detail-id')).toBe(shown);
    await press(page, 'ArrowRight', `8 / ${total + 2}`);
    await press(page, 'Home', `1 / ${total + 2}`);
    expect(await detail(page)).toContain('step one');
  });

  test('of a hundred thousand steps shows any, and holds few', async () => {
    await append(
      home,
      'demo',
      Array.from({ length: manySteps }, (_, index) =>
        index % 1000 === 999
          ? many.called(`step ${index + 1}`, 'broken', true)
          : many.called(`step ${index + 1}`, 'done'),
      ),
    );
    const page = await open(`/sessions/${many.session}`);
    await at(page, '1 / 100,000');
    await press(page, 'f', '1,000 / 100,000');
    await press(page, 'End', '100,000 / 100,000');
    await page.locator('.step.is-shown', { hasText: 'step 100000' }).waitFor();
    await press(page, 'ArrowLeft ArrowLeft', '99,998 / 100,000');
    expect(await detail(page)).toContain('step 99998');
    await page.keyboard.press('/');
    await page.keyboard.type('step 50001');
    await press(page, 'Enter', '99,998 / 100,000');
    await press(page, 'N', '50,001 / 100,000');
    expect(await page.locator('.step').count()).toBeLessThan(60);
  });
});

describe('what agents have written', () => {
  test('is inert, and bounded', async () => {
    const line = 'x<b>'.repeat(2_600_000);
    const payload = {
      session_id: 'long',
      cwd,
      hook_event_name: 'PostToolUse',
      tool_name: 'Bash',
      tool_input: { command: 'cat long' },
      tool_response: { stdout: line, stderr: '', interrupted: false },
      tool_use_id: 'toolu_long',
    };
    expect((await home.hook('PostToolUse', JSON.stringify(payload), cwd)).exitCode).toBe(0);
    const id = sessionId('claude-code', 'long');
    await eventually(
      async () => (await home.call('session.list', { workspace: 'demo', query: id })).total === 1,
      'the long line',
    );
    const page = await open(`/sessions/${hostile.session}`);
    for (let step = 1; step <= 7; step += 1) {
      await at(page, `${step} / 7`);
      await page.locator('.detail-id').waitFor();
      const text = await textOf(page, 'main');
      expect(text).not.toMatch(/[[\p{Cf}\p{Cc}]--[\n\t]]/v);
      expect(text.length).toBeLessThan(60_000);
      expect(await page.locator('main :is(script, img, iframe, b, a[href^="javascript"])').count()).toBe(0);
      await page.keyboard.press('ArrowRight');
    }
    expect(await detail(page)).toContain('<script>globalThis.hijacked = 1</script>');
    await page.goto(`${opened?.origin}/w/demo/sessions/${id}`);
    await page.locator('.step', { hasText: 'cat long' }).click();
    await page.getByRole('button', { name: /Show more/ }).waitFor();
    expect((await textOf(page, 'main')).length).toBeLessThan(60_000);
    for (const path of ['', '/sessions?all=1', '/replay/branch']) {
      await page.goto(`${opened?.origin}/w/demo${path}`);
      await page.locator('main', { hasText: 'evil<b>agent' }).waitFor();
    }
    expect(await page.evaluate(() => 'hijacked' in globalThis)).toBe(false);
  });
});

describe('every screen', () => {
  const screens: readonly (readonly [string, string])[] = [
    ['', '.panel'],
    ['/sessions', 'td a'],
    [`/sessions/${redis.main}?step=10`, '.detail-id'],
    ['/replay/branch?step=5', '.detail-id'],
  ];
  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 375],
    ['dark', 375],
  ] as const)(
    '%s, %i pixels wide: nothing serious to axe, no scrolling sideways',
    async (colorScheme, width) => {
      const page = await open('', { colorScheme, viewport: { width, height: 800 } });
      // The key of the door is told once: the page must have it before it goes on.
      await page.locator('.panel').first().waitFor();
      for (const [path, ready] of screens) {
        await page.goto(`${opened?.origin}/w/demo${path}`);
        await page.locator(ready).first().waitFor();
        expect(await axeOf(page), path).toEqual([]);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(over, path).toBeLessThanOrEqual(0);
      }
    },
  );
});
