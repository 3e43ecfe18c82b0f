import { expect, test } from 'vitest';
import { giveChromium } from '../world/browser.ts';
import { eventually } from '../world/home.ts';
import { giveTeam, type Machine, patienceMs, workspace } from '../world/team.ts';

const given = giveTeam();
const chromium = giveChromium();

const decided = async ({ home }: Machine) =>
  (await home.call('memory.list', { workspace })).decisions.find(({ key }) => key === 'topic');

test('what two machines decided without having seen each other is shown with both sides, and settled in the page', async () => {
  const { team } = given();
  const [a, b] = [await team.machine(), await team.machine()];
  for (const machine of [a, b]) await machine.join();
  await b.line.refuse();
  await a.home.call('memory.decide', { workspace, subject: 'topic', choice: 'what anna chose' });
  await b.home.call('memory.decide', { workspace, subject: 'topic', choice: 'what boris chose' });
  await b.line.listen();
  await eventually(
    async () => ((await decided(a).catch(() => undefined))?.contested.length ?? 0) > 0,
    'the contest on the first machine',
    patienceMs,
  );
  const open = await chromium().openPage(a.home, {
    workspace,
    path: `/w/${workspace}/memory?state=contested`,
  });
  const { page } = open;
  await page.getByText('⚠ contested').waitFor();
  await page.locator('.row').filter({ hasText: 'topic' }).getByRole('link').click();
  const contest = page.getByRole('region', { name: 'Contested' });
  expect(await contest.locator('.side').count()).toBe(2);
  await contest
    .locator('.side')
    .filter({ hasText: 'what anna chose' })
    .getByRole('button', { name: 'Keep this one' })
    .click();
  await page.getByRole('status').filter({ hasText: 'Settled' }).waitFor();
  await contest.waitFor({ state: 'detached' });
  await eventually(
    async () => {
      const now = await decided(b).catch(() => undefined);
      return now?.choice === 'what anna chose' && now.contested.length === 0;
    },
    'what was settled on the other machine',
    patienceMs,
  );
  await open.close();
});
