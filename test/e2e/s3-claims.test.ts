import { beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
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

type Taken = OutputOf<'claim.take'>['claim'] | 'refused';

/** Both machines are of one user: another person is another caller of the socket. */
const take = async ({ home }: Machine, who: string, paths: string[]): Promise<Taken> =>
  home.call('claim.take', { workspace, paths }, { actor: { kind: 'human', name: who } }).then(
    ({ claim }) => claim,
    (error) => {
      expect(error).toMatchObject({ code: 'FAILED_PRECONDITION' });
      return 'refused' as const;
    },
  );
const list = ({ home }: Machine): Promise<OutputOf<'claim.list'>> => home.call('claim.list', { workspace });

test('two machines want one thing at the same moment: it is confirmed for one, and the other is told who has it', async () => {
  for (let round = 0; round < 5; round += 1) {
    const paths = [`src/${round}`];
    const both = await Promise.all([take(a, 'ann', paths), take(b, 'bob', paths)]);
    const won = both.filter((one) => one !== 'refused');
    expect(won).toHaveLength(1);
    expect(won[0]).toMatchObject({ standing: 'confirmed', paths: expect.arrayContaining(paths) });
  }
  const holders = async (machine: Machine) =>
    (await list(machine)).claims.map(({ holder, paths, standing }) => ({ holder, paths, standing }));
  await eventually(
    async () => JSON.stringify(await holders(a)) === JSON.stringify(await holders(b)),
    'the same claims on both',
    patienceMs,
  );
  const known = await holders(a);
  expect(known.flatMap(({ paths }) => paths).sort()).toEqual([0, 1, 2, 3, 4].map((round) => `src/${round}`));
  expect(known.every(({ standing }) => standing === 'confirmed')).toBe(true);
});

test('taken while the bucket is away it is provisional: the one is confirmed later, and the other is lost and told', async () => {
  await a.line.refuse();
  await b.line.refuse();
  const [mine, theirs] = [await take(a, 'ann', ['src/a.ts']), await take(b, 'bob', ['src'])];
  expect([mine, theirs]).toMatchObject([{ standing: 'provisional' }, { standing: 'provisional' }]);
  await a.line.listen();
  await eventually(
    async () => (await list(a)).claims.some(({ standing }) => standing === 'confirmed'),
    'a confirmed claim',
    patienceMs,
  );
  await b.line.listen();
  const lost = await eventually(async () => (await list(b)).lost[0], 'a lost claim', patienceMs);
  expect(lost).toMatchObject({ holder: 'bob', state: 'lost', lostTo: 'ann' });
  for (const machine of [a, b])
    await eventually(
      async () => (await list(machine)).claims.map(({ holder }) => holder).join() === 'ann',
      'the claim of the one alone',
      patienceMs,
    );
  expect((await list(b)).claims).toMatchObject([{ holder: 'ann', standing: 'confirmed' }]);
});

test('what is given back on one machine is free on the other, and a machine that is away gets no confirmation', async () => {
  expect(await take(a, 'ann', ['docs'])).toMatchObject({ standing: 'confirmed' });
  expect(await take(b, 'bob', ['docs/x.md'])).toBe('refused');
  await a.home.call('claim.release', { workspace }, { actor: { kind: 'human', name: 'ann' } });
  const won = await eventually(
    async () => {
      const taken = await take(b, 'bob', ['docs/x.md']);
      return taken !== 'refused' && taken;
    },
    'the claim for the other',
    patienceMs,
  );
  expect(won).toMatchObject({ standing: 'confirmed' });
});
