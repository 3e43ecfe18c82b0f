import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { axeOf, giveChromium, type OpenPage } from '../world/browser.ts';
import { type Checkout, checkoutAt, eventOf } from '../world/git.ts';
import { type Home, makeHome } from '../world/home.ts';

const chromium = giveChromium();
const branch = 'run-42/planner';
/** A name that means something to HTML, to addresses and to shells. */
const hostileBranch = '100%2F/<img src=x onerror="globalThis.harmed=1">?a=b#c&d';
const hostileText =
  '<script>globalThis.harmed=1</script>\u202egnp.exe\u2066 \u001b]0;owned\u0007\u001b[31mred [x](javascript:alert(1))';

/** How far the page is wider than its window, in pixels. */
const overflow = 'document.documentElement.scrollWidth - innerWidth';

let home: Home;
let checkout: Checkout;
let opened: OpenPage;
let page: Page;

const run = async (...args: string[]): Promise<void> => {
  const { exitCode, stderr } = await home.hivemind(args, { cwd: checkout.path });
  if (exitCode !== 0) throw new Error(`hivemind ${args.join(' ')}: ${stderr}`);
};

/** Two sides that have decided the same things differently, and a commit between them. */
async function makeSides(): Promise<void> {
  await run('plan', 'add', 'Move sessions');
  await run('remember', 'SQLite keeps sessions', '--subject', 'session store');
  await run('branch', 'create', branch);
  await run('branch', 'switch', branch);
  mkdirSync(join(checkout.path, 'src'));
  await checkout.work('native-a', 'src/session.ts', ['export const ttlSeconds = 60;'], 'Move the sessions');
  await eventOf(home, checkout.path, 'git.committed', await checkout.commit('Keep sessions in Redis'));
  await run('plan', 'set', 'Move sessions', '--state', 'done', '--note', 'behind a flag');
  await run('remember', 'Redis keeps sessions', '--subject', 'session store', '--reason', 'they expire');
  await run('branch', 'switch', 'main');
  await run('plan', 'set', 'Move sessions', '--state', 'blocked', '--note', 'waits for quota');
  await run('remember', 'Postgres keeps sessions', '--subject', 'session store', '--reason', 'it runs');
}

/** A branch of which everything that somebody else can choose is chosen badly. */
async function makeHostile(): Promise<void> {
  await run('branch', 'create', hostileBranch);
  await run('branch', 'switch', hostileBranch);
  await checkout.work('native-b', 'README.md', [hostileText], hostileText);
  writeFileSync(join(checkout.path, 'src', 'one-line.js'), `var x="${'<b>\u202e'.repeat(2_000_000)}"`);
  const message = `${hostileText}\n\n${hostileText}`;
  await eventOf(home, checkout.path, 'git.committed', await checkout.commit(message));
  await run('remember', hostileText, '--subject', 'hostile <b>subject</b>', '--reason', hostileText);
  await run('review', 'comment', hostileBranch, hostileText, '--path', 'README.md', '--line', '2');
  await run('branch', 'switch', 'main');
}

beforeAll(async () => {
  home = makeHome();
  checkout = checkoutAt(home, await home.repository('shop'));
  await run('workspace', 'create', 'shop');
  await run('git', 'install');
  await run('workspace', 'set', 'rules', 'no-conflicts,approved');
  await makeSides();
  await makeHostile();
}, 300_000);

afterAll(async () => {
  await home.remove();
});

const open = async (path: string, options: object = {}): Promise<void> => {
  opened = await chromium().openPage(home, { cwd: checkout.path, path, ...options });
  page = opened.page;
};

const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const sees = (text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor({ timeout: 60_000 });
const badge = (): Promise<string | null> => page.locator('.heading .badge').textContent();
const review = () => home.json<OutputOf<'review.show'>>(['review', 'show', branch], checkout.path);

describe('a reviewer', () => {
  it('finds the branch, reads a commit, comments on a line, and asks for changes, by keys', async () => {
    await open('/w/shop/review');
    await page.getByRole('link', { name: branch }).waitFor();
    // The latest first: the hostile one is above.
    await press('j', 'j', 'Enter');
    await page.getByRole('heading', { level: 1, name: `${branch} → main` }).waitFor();
    expect(await badge()).toContain('Open');
    expect(await page.locator('.review-aside').textContent()).toContain('nobody has approved');
    await press('3');
    await page.locator('.commit').waitFor();
    await press('j', 'Enter');
    const added = page.locator('.line-add', { hasText: 'export const ttlSeconds = 60;' });
    await added.waitFor();
    await added.getByRole('button', { name: 'Comment on line 1' }).focus();
    await press('c');
    await page.getByRole('textbox', { name: 'Comment on line 1' }).waitFor();
    await page.keyboard.type('An hour, please');
    await press('Control+Enter');
    await page.locator('.line-talk .thread', { hasText: 'An hour, please' }).waitFor();
    await press('x');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('The sessions are too short');
    await press('Control+Enter');
    await page.locator('.badge', { hasText: 'Changes asked for' }).waitFor();
    const { reviews, state } = await review();
    expect(state).toBe('changes-requested');
    expect(reviews.map(({ verdict, comment }) => [verdict, comment])).toEqual([
      ['commented', 'An hour, please'],
      ['changes-requested', 'The sessions are too short'],
    ]);
    expect(reviews[0]?.place).toMatchObject({ path: 'src/session.ts', line: 1 });
    expect(reviews.every(({ actor }) => actor === 'human')).toBe(true);
  });

  it('cannot approve what has changed meanwhile, is told, and approves what it is now', async () => {
    await press('a');
    await page.getByRole('dialog').waitFor();
    await run('branch', 'switch', branch);
    await checkout.work('native-a', 'src/session.ts', ['export const hour = 3600;'], 'An hour');
    await run('branch', 'switch', 'main');
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('alert').getByText('has changed since it was looked at').waitFor();
    // The browser tells of every refusal; this one was to come.
    expect(opened.faults.splice(0)).toEqual([expect.stringContaining('412')]);
    expect((await review()).state).toBe('open');
    await page.getByRole('button', { name: 'Look at it' }).click();
    await page.locator('.badge', { hasText: 'Open' }).waitFor();
  });

  it('is told that the branch has changed, and nothing jumps', async () => {
    const before = await page.locator('.brings').textContent();
    await home.json(
      ['remember', 'Sessions live for an hour', '--subject', 'lifetime', '--branch', branch],
      checkout.path,
    );
    await sees('The branch has changed since you opened it.');
    expect(await page.locator('.brings').textContent()).toBe(before);
    await press('r');
    await page.locator('.brings', { hasText: '1 record changes' }).waitFor();
    await press('1');
    await page.locator('.record', { hasText: 'Sessions live for an hour' }).waitFor();
  });

  it('settles the conflicts side by side; a merge is refused until somebody has approved', async () => {
    await press('m');
    await page.getByRole('button', { name: 'Settle them' }).click();
    expect(await page.locator('.conflict').count()).toBe(3);
    const first = await page.locator('.conflict').first().textContent();
    for (const part of [
      'SQLite keeps sessions',
      'Postgres',
      'Redis',
      'because they expire',
      'because it runs',
    ])
      expect(first).toContain(part);
    await press('j', 't', 'j', 'e');
    await page.getByRole('textbox', { name: 'Another value' }).fill('behind a flag, and waits for quota');
    await press('Control+Enter');
    await page.locator('.conflict-own', { hasText: 'behind a flag, and waits' }).waitFor();
    await press('n', 'o');
    await sees('All 3 conflicts settled');
    await press('m');
    await page.getByRole('alert').getByText('nobody has approved').waitFor();
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Merge' }).count()).toBe(0);
    await press('Escape');
    expect((await review()).state).toBe('open');
  });

  it('approves, merges as the dialog says, and the command line sees it', async () => {
    await press('a');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('Looks right');
    await press('Control+Enter');
    await page.locator('.badge', { hasText: 'Approved' }).waitFor();
    expect(await page.locator('.review-aside').textContent()).toContain('unverified');
    await press('m');
    await sees('3 conflicts settled as you said');
    await page.getByRole('dialog').getByRole('button', { name: 'Merge' }).click();
    await page.getByRole('heading', { name: `Merged ${branch} into main` }).waitFor();
    await page.locator('.badge', { hasText: 'Merged' }).waitFor();
    expect((await review()).state).toBe('merged');
    const branches = await home.json<OutputOf<'branch.list'>>(['branch', 'list'], checkout.path);
    expect(branches.branches.find(({ name }) => name === branch)?.ahead).toBe(0);
    const { items } = await home.json<OutputOf<'plan.show'>>(['plan', 'show'], checkout.path);
    expect(items).toMatchObject([{ state: 'blocked', note: 'behind a flag, and waits for quota' }]);
    const { decisions } = await home.json<OutputOf<'memory.list'>>(['memory', 'list'], checkout.path);
    expect(Object.fromEntries(decisions.map(({ subject, choice }) => [subject, choice]))).toEqual({
      'session store': 'Redis keeps sessions',
      lifetime: 'Sessions live for an hour',
    });
    await opened.close();
  });
});

describe('a hostile branch', () => {
  const address = `/w/shop/review/${encodeURIComponent(hostileBranch)}`;

  it('is shown as text, without what reorders it, and not longer than one can read', async () => {
    await open('/w/shop/review');
    const link = page.getByRole('link', { name: '100%2F' });
    await link.click();
    await page.getByRole('heading', { level: 1, name: '100%2F/<img src=x' }).waitFor();
    for (const tab of ['records', 'commits', 'sessions', 'talk']) {
      await page.locator(`[id="tab-${tab}"]`).click();
      await page.locator('#tab-panel').getByText('<script>').first().waitFor();
    }
    await page.locator('[id="tab-commits"]').click();
    await page.locator('.commit > button').click();
    await page.locator('.line-text', { hasText: 'more characters' }).waitFor();
    await page.locator('.commit-message', { hasText: '<script>' }).waitFor();
    const text = (await page.locator('body').textContent()) ?? '';
    for (const mark of ['\u001b', '\u0007', '\u202e', '\u2066']) expect(text).not.toContain(mark);
    expect(text.length).toBeLessThan(100_000);
    expect(await page.evaluate(() => 'harmed' in globalThis)).toBe(false);
    await opened.close();
  });

  it('is readable at 375 px, and axe finds nothing serious, in light and dark', async () => {
    await open(address, { viewport: { width: 375, height: 700 } });
    await page.getByRole('heading', { level: 1, name: '100%2F' }).waitFor();
    const look = async (): Promise<void> => {
      expect(await page.evaluate<number>(overflow)).toBeLessThanOrEqual(0);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await axeOf(page)).toEqual([]);
      }
    };
    for (const tab of ['records', 'commits', 'talk']) {
      await page.locator(`[id="tab-${tab}"]`).click();
      await page.locator('#tab-panel').getByText('<script>').first().waitFor();
      if (tab === 'commits') {
        await page.locator('.commit > button').click();
        await page.locator('.line-text').first().waitFor();
      }
      await look();
    }
    await press('a');
    await page.getByRole('dialog').waitFor();
    await look();
    await opened.close();
  });
});
