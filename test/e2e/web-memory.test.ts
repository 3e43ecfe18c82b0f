import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { axeOf, giveChromium, type OpenPage } from '../world/browser.ts';
import { searchDisk } from '../world/disk-search.ts';
import { dataOf } from '../world/forget.ts';
import { type Home, makeHome } from '../world/home.ts';

const given = giveChromium();
let home: Home;
let repository: string;
let open: OpenPage;
let page: Page;

const hostile =
  '<script>globalThis.hostile = 1</script><img src=x onerror="globalThis.hostile = 1">\u202egnp.exe\u202c\u001b[31m';

const run = <T = Record<string, unknown>>(...args: string[]): Promise<T> => home.json<T>(args, repository);
const recalled = async (query: string): Promise<string[]> =>
  (await run<OutputOf<'recall.search'>>('recall', query)).cards.flatMap(({ hits }) =>
    hits.map(({ text, fallen }) => (fallen === undefined ? text : `(${fallen}) ${text}`)),
  );

/** What a hook of an agent gets to read. */
async function told(event: string, session: string, fields: object): Promise<string> {
  const payload = JSON.stringify({ session_id: session, cwd: repository, hook_event_name: event, ...fields });
  const { stdout } = await home.hook(event, payload, repository);
  if (stdout === '') return '';
  return (JSON.parse(stdout) as { hookSpecificOutput: { additionalContext: string } }).hookSpecificOutput
    .additionalContext;
}

beforeAll(async () => {
  home = makeHome();
  repository = await home.repository('shop');
  writeFileSync(join(repository, 'sessions.ts'), 'export const store = "memory";\n');
  await home.json(['workspace', 'create', 'shop'], repository);
  await run('remember', 'decision', 'session store', 'Redis', '--paths', 'sessions.ts');
  await run('remember', 'fact', hostile);
  await run(
    ...['remember', 'attempt', 'cache sessions in memory', '--why', 'two workers', '--instead', 'Redis'],
    ...['--paths', 'sessions.ts'],
  );
});
afterAll(() => home?.remove());

const go = async (path: string): Promise<void> => {
  if (open === undefined) {
    open = await given().openPage(home, { cwd: repository, path: `/w/shop/${path}` });
    page = open.page;
  } else await page.goto(`${open.origin}/w/shop/${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
};
const said = (text: string | RegExp) => page.getByRole('status').filter({ hasText: text }).first().waitFor();
const row = (text: string) => page.locator('.row').filter({ hasText: text });
const field = (name: string) => page.getByRole('textbox', { name });
const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();

describe('the memory screen', () => {
  test('a note that is written in the page is recalled by agents, by command and unasked', async () => {
    await go('memory');
    await row('session store').waitFor();
    await page.keyboard.press('n');
    await field('What is to be known').fill('the staging database is rebuilt every night at three');
    await field('Why').fill('it is filled with production data');
    await press('Save');
    await said('agents recall it from now on');
    expect((await recalled('when is the staging database rebuilt'))[0]).toContain('every night at three');
    await press('Write a note');
    await page.getByRole('radio', { name: /^convention/ }).check();
    await field('Name').fill('migrations');
    await field('The rule').fill('a migration never drops a column that is still read');
    await press('Save');
    await said('agents recall it from now on');
    expect(await told('SessionStart', 'agent-1', { source: 'startup' })).toContain(
      '* migrations: a migration never drops a column that is still read',
    );
  });

  test('a fact that is edited takes the place of the one before, which is kept and says so', async () => {
    await row('every night at three').getByRole('link').click();
    await press('Edit');
    await field('What is to be known').fill('the staging database is rebuilt on Sundays');
    await press('Save');
    await said('A new version stands');
    await page.getByText('What was said before').waitFor();
    const found = await recalled('when is the staging database rebuilt');
    expect(found[0]).toContain('rebuilt on Sundays');
    expect(found.find((text) => text.includes('at three'))).toMatch(/^\(replaced since\)/);
    const { facts } = await run<OutputOf<'memory.list'>>('memory', 'list', '--kind', 'fact', '--withdrawn');
    expect(facts.find(({ text }) => text.includes('at three'))).toMatchObject({
      state: 'replaced',
      replacedBy: facts.find(({ text }) => text.includes('on Sundays'))?.event,
    });
  });

  test('a decision gets a new choice with what was not chosen; its files tell whether it holds', async () => {
    await row('session store').getByRole('link').click();
    await page.getByRole('heading', { name: 'session store' }).waitFor();
    await page.getByText('its files are the same').first().waitFor();
    await press('Edit');
    await field('What was chosen').fill('PostgreSQL');
    await field('Not chosen').fill('Redis: loses writes\nfiles');
    await press('Save');
    await said('A new version stands');
    const { choices } = await run<OutputOf<'memory.history'>>('memory', 'history', 'session store');
    expect(choices).toMatchObject([
      {
        text: 'PostgreSQL',
        alternatives: [{ choice: 'Redis', reason: 'loses writes' }, { choice: 'files' }],
      },
      { text: 'Redis', until: expect.any(Number) },
    ]);
    writeFileSync(join(repository, 'sessions.ts'), 'export const store = "postgres";\n');
    await press('Check now');
    await said('It may not hold any more');
    await press('Withdraw');
    await said('Withdrawn');
    const { decisions } = await run<OutputOf<'memory.list'>>('memory', 'list', '--kind', 'decision');
    expect(decisions).toEqual([]);
    expect(await told('SessionStart', 'agent-2', { source: 'startup' })).not.toContain('PostgreSQL');
  });

  test('a fact that was withdrawn says so, with when, by whom and why; where it is not asked for it is not shown', async () => {
    const { event } = await run<{ event: string }>('remember', 'fact', 'the queue is called green-heron');
    await home.call('memory.withdraw', { workspace: 'shop', name: event, why: 'it was renamed' });
    await go('memory?kind=fact');
    await row('rebuilt on Sundays').waitFor();
    expect(await row('green-heron').count()).toBe(0);
    await go('memory?kind=fact&state=past');
    const fact = row('green-heron');
    await fact.waitFor();
    expect(await fact.locator('.ended').textContent()).toMatch(/^withdrawn .+ by \S+/);
    await fact.getByRole('link').click();
    const panel = page.getByRole('complementary', { name: 'What is chosen' });
    await panel.getByText('it was renamed').waitFor();
    expect(await panel.locator('.ended').textContent()).toMatch(/^withdrawn .+ by \S+/);
    await panel.getByRole('button', { name: 'Write anew' }).waitFor();
  });

  test('what is forgotten after a preview and the word is found by nobody, and its bytes are gone', async () => {
    const secret = 'zanzibar-quokka-9431';
    await run('remember', 'fact', `the old door code was ${secret}`);
    await go('memory?kind=fact');
    await row(secret).getByRole('link').click();
    await press('Forget…');
    const dialog = page.getByRole('dialog', { name: 'Forget for good' });
    await dialog.getByText('1 event of 1 session would go').waitFor();
    await dialog.locator('li').filter({ hasText: secret }).waitFor();
    const forget = dialog.getByRole('button', { name: 'Forget' });
    expect(await forget.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: /Type yes to go on/ }).fill('yes');
    await forget.click();
    await said('Forgot 1 event.');
    expect(await recalled(secret)).toEqual([]);
    await row(secret).waitFor({ state: 'detached' });
    const { found, bytes } = await searchDisk(dataOf(home), [{ name: 'the secret', secret }]);
    expect(found).toEqual([]);
    expect(bytes).toBeGreaterThan(1000);
  });

  test('search says how it searched and who said what; hostile text is inert', async () => {
    await go('memory');
    await page.keyboard.press('/');
    await page.keyboard.type('staging database');
    await page.keyboard.press('Enter');
    await page.getByText('searched by words').waitFor();
    await row('(replaced since)').or(row('replaced since')).first().waitFor();
    await go('memory?kind=fact');
    const shown = await row('<script>').first().textContent();
    expect(shown).toContain('onerror="globalThis.hostile = 1">gnp.exe');
    expect(await page.evaluate(() => 'hostile' in globalThis)).toBe(false);
  });

  test('more than a page is paged by the daemon', async () => {
    for (let at = 0; at < 60; at += 1)
      await home.call('memory.note', { workspace: 'shop', text: `numbered fact ${at}` });
    await go('memory?kind=fact');
    await row('numbered fact 59').waitFor();
    expect(await page.locator('.row').count()).toBe(50);
    await press('Last');
    await row('numbered fact 0').waitFor();
    await row('numbered fact 59').waitFor({ state: 'detached' });
  });
});

describe('attempts, activity and settings', () => {
  test('attempts say why they failed, and are found by a path', async () => {
    await go('attempts?about=sessions.ts');
    await row('cache sessions in memory').getByText('two workers').waitFor();
    await row('cache sessions in memory').getByText('✗ failed').waitFor();
    await go('attempts?outcome=worked');
    await page.getByText('no attempt is like this').waitFor();
  });

  test('activity draws every agent, and says what nobody has said', async () => {
    await run('branch', 'create', 'run/planner');
    await go('activity?span=all');
    await page.getByRole('img', { name: /^cli: \d+ events in \d+ sessions/ }).waitFor();
    await page.getByText('None of these agents says what its answers took.').waitFor();
    await page.getByText('Events of each agent over time, as a table').click();
    await page.getByRole('table', { name: 'Events of each agent over time' }).waitFor();
    await page.getByRole('link', { name: /^run\/planner, last active/ }).waitFor();
  });

  test('a setting that is changed in the page is what the command line shows', async () => {
    await go('settings');
    await page.getByRole('combobox', { name: 'branching' }).selectOption('worktree');
    await said('branching is worktree now.');
    await page.getByRole('spinbutton', { name: 'brief-tokens' }).fill('900');
    await page.locator('form.setting').getByRole('button', { name: 'Save' }).click();
    await said('brief-tokens is 900 now.');
    const { settings } = await run<OutputOf<'workspace.show'>>('workspace', 'show');
    expect(settings).toMatchObject({ branching: 'worktree', 'brief-tokens': 900 });
    await run('workspace', 'set', 'branching', 'off');
  });

  test.each(['light', 'dark'] as const)(
    'no serious violation in %s, and 375 px are enough',
    async (scheme) => {
      await page.emulateMedia({ colorScheme: scheme });
      for (const path of [
        'memory?item=decision:session%20store&state=any',
        'attempts',
        'activity',
        'settings',
      ]) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await go(path);
        await expect.poll(() => page.getByText('Loading…').count()).toBe(0);
        expect(await axeOf(page), `${path} in ${scheme}`).toEqual([]);
        await page.setViewportSize({ width: 375, height: 800 });
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width, `${path} at 375 px`).toBeLessThanOrEqual(375);
      }
      if (scheme === 'dark') await open.close();
    },
  );
});
