import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { sessionId } from '../../src/schema/ids.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { searchDisk } from '../world/disk-search.ts';
import { eventually } from '../world/home.ts';
import { giveTeam, type Machine, patienceMs, workspace } from '../world/team.ts';

const given = giveTeam();
let a: Machine;
let b: Machine;
beforeEach(async () => {
  const { team } = given();
  [a, b] = [await team.machine(), await team.machine()];
});

const words = { a: 'zqsaidbya4401', b: 'zqsaidbyb4402' };
const needles = Object.entries(words).map(([name, secret]) => ({ name, secret }));

const say = (machine: Machine, text: string): Promise<unknown> =>
  machine.home.call('event.append', {
    workspace,
    events: [
      {
        type: 'turn.replied',
        agent: 'scripted',
        session: sessionId('scripted', text),
        identity: { nativeId: text, phase: 'x' },
        actor: { kind: 'agent', name: 'scripted' },
        text,
        body: { message: text },
      },
    ],
  });

const marksOn = async ({ home }: Machine): Promise<string[]> =>
  (await searchDisk(join(home.dir, '.hivemind'), needles)).found;

const texts = async ({ home }: Machine): Promise<string[]> => {
  const { stdout } = await home.hivemind(['export', '-w', workspace]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): { type: string; text: string } => JSON.parse(line))
    .filter(({ type }) => type === 'turn.replied')
    .map(({ text }) => text)
    .sort();
};

const heardBy = (machine: Machine, wanted: readonly string[]): Promise<unknown> =>
  eventually(
    async () => (await texts(machine)).join() === [...wanted].sort().join(),
    wanted.join(),
    patienceMs,
  );

test('what one machine forgets goes from the tables that it shares, and from the disk of the other as it hears of it', async () => {
  await a.join();
  await a.drained();
  await b.join();
  await say(a, `a says ${words.a}`);
  await say(b, `b says ${words.b}`);
  await say(b, 'b says more');
  await a.drained();
  await b.drained();
  const said = [`a says ${words.a}`, `b says ${words.b}`, 'b says more'];
  await heardBy(a, said);
  await heardBy(b, said);
  const forgot = await a.home.json<OutputOf<'event.forget'>>([
    'forget',
    '--matching',
    'zqsaid',
    '--yes',
    '-w',
    workspace,
  ]);
  expect(forgot.count).toBe(2);
  expect(forgot.remaining.machines).toEqual([await b.writer()]);
  expect(forgot.remaining.tables).toBeGreaterThan(0);
  expect(await marksOn(a)).toEqual([]);
  const left = ['[forgotten]', '[forgotten]', 'b says more'];
  expect(await texts(a)).toEqual(left);
  await eventually(async () => (await marksOn(b)).length === 0, 'nothing on the other disk', patienceMs);
  await heardBy(b, left);
  // What it writes next says that it has seen the order.
  await say(b, 'b goes on');
  await b.drained();
  await heardBy(a, [...left, 'b goes on']);
  await eventually(
    async () => {
      const { remaining } = await a.home.json<OutputOf<'event.forgettings'>>([
        'forget',
        'status',
        '-w',
        workspace,
      ]);
      return remaining.machines.length === 0;
    },
    'no machine that is behind',
    patienceMs,
  );
  for (const machine of [a, b]) {
    await machine.home.kill();
    await machine.start();
    await heardBy(machine, [...left, 'b goes on']);
    expect(await marksOn(machine)).toEqual([]);
    const { exitCode, stdout } = await machine.home.hivemind(['store', 'verify', '-w', workspace]);
    expect(exitCode, stdout).toBe(0);
  }
});

test('a machine that was away hears of it when it comes back, and nothing of its own stays', async () => {
  await a.join();
  await a.drained();
  await b.join();
  await say(b, `b says ${words.b}`);
  await b.drained();
  await heardBy(a, [`b says ${words.b}`]);
  await b.home.json(['daemon', 'stop']);
  await a.home.json(['forget', '--matching', 'zqsaid', '--yes', '-w', workspace]);
  await a.drained();
  expect(await marksOn(a)).toEqual([]);
  expect((await marksOn(b)).length).toBeGreaterThan(0);
  await b.start();
  // Its workspace is opened when somebody asks for it.
  await heardBy(b, ['[forgotten]']);
  await eventually(async () => (await marksOn(b)).length === 0, 'nothing on its disk', patienceMs);
});
