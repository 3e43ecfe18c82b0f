import { beforeEach, expect, test } from 'vitest';
import type { InputOf, OutputOf } from '../../src/schema/operation.ts';
import { eventually } from '../world/home.ts';
import { giveTeam, type Machine, patienceMs, workspace } from '../world/team.ts';

const given = giveTeam();
let a: Machine;
let b: Machine;
beforeEach(async () => {
  const { team } = given();
  [a, b] = [await team.machine(), await team.machine()];
  await a.join();
  await b.join();
});

/** Both machines are of one user: another person is another caller of the socket. */
const next = (
  { home }: Machine,
  who: string,
  more: Partial<InputOf<'plan.next'>> = {},
): Promise<OutputOf<'plan.next'>> =>
  home.call('plan.next', { workspace, ...more }, { actor: { kind: 'human', name: who } });
const take = (machine: Machine, who: string) => next(machine, who, { take: true });

const add = async ({ home }: Machine, title: string): Promise<void> => {
  await home.call('plan.add', { workspace, title });
};

/** Waits until both machines see so many items. */
const seen = (many: number) =>
  eventually(
    async () => (await Promise.all([next(a, 'ann'), next(b, 'bob')])).every(({ open }) => open === many),
    `${many} items on both`,
    patienceMs,
  );

test('two machines that take what is next at the same moment get different items, each confirmed', async () => {
  for (const title of ['one', 'two', 'three', 'four']) await add(a, title);
  await seen(4);
  const taken: string[] = [];
  for (let round = 0; round < 2; round += 1)
    for (const answer of await Promise.all([take(a, 'ann'), take(b, 'bob')])) {
      expect(answer.taken).toMatchObject({ claim: { standing: 'confirmed' }, item: { state: 'doing' } });
      taken.push(answer.taken?.item.title ?? '');
    }
  expect(taken.toSorted()).toEqual(['four', 'one', 'three', 'two']);
  expect((await take(a, 'ann')).taken).toBe(null);
});

test('taken while the bucket is away an item is provisional; whoever loses it is told', async () => {
  await add(a, 'one');
  await seen(1);
  await a.line.refuse();
  await b.line.refuse();
  const both = [await take(a, 'ann'), await take(b, 'bob')];
  for (const answer of both) {
    expect(answer.taken?.claim.standing).toBe('provisional');
    expect(answer.notes.join()).toContain('provisional');
  }
  await a.line.listen();
  await eventually(
    async () => {
      const { claims } = await a.home.call('plan.show', { workspace });
      return claims.some(({ holder, standing }) => holder === 'ann' && standing === 'confirmed');
    },
    'a confirmed item',
    patienceMs,
  );
  await b.line.listen();
  await eventually(
    async () => (await next(b, 'bob')).notes.includes('"one" is not yours: ann had taken it first'),
    'word to the other',
    patienceMs,
  );
  const { claims, items } = await b.home.call('plan.show', { workspace });
  expect(claims).toMatchObject([{ holder: 'ann', standing: 'confirmed' }]);
  expect(items).toHaveLength(1);
});
