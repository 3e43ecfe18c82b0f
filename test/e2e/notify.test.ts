import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event } from '../../src/schema/event.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { prompts } from '../world/drafts.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

let home: Home;
let cwd: string;
beforeEach(async () => {
  home = makeHome();
  cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'demo'], cwd);
});
afterEach(() => home.remove());

function script(name: string, text: string): string {
  const folder = join(home.dir, 'tools');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Keeps what it is told, one file for each event. */
const keeper = (): string =>
  script(
    'keep',
    'd="$HOME/told"; mkdir -p "$d"; f="$d/$HIVEMIND_EVENT_ID"\n(env | grep ^HIVEMIND; echo "args $*"; cat) > "$f.part" && mv "$f.part" "$f"',
  );

const toldOf = (id: string): string => readFileSync(join(home.dir, 'told', id), 'utf8');
const isTold = (id: string) => eventually(async () => existsSync(join(home.dir, 'told', id)), `${id} told`);
const hooks = async () => (await home.json<OutputOf<'notify.list'>>(['notify', 'list'], cwd)).hooks;
const append = async (events: object[]): Promise<string[]> =>
  (await home.call('event.append', { workspace: 'demo', branch: 'main', events: events as never })).appended;

test('a script gets the event on its input, ids in its environment, and no text in its words', async () => {
  const add = [
    'notify',
    'add',
    'keep',
    '--on',
    'plan,status:failed',
    '--',
    keeper(),
    'one word',
    '$(touch evil)',
  ];
  expect(await home.json(add, cwd)).toMatchObject({ name: 'keep', on: ['plan', 'status:failed'], runs: 0 });
  const plan = await home.json<{ event: string }>(['plan', 'add', 'Mend "it"; $(touch evil)'], cwd);
  await isTold(plan.event);
  const told = toldOf(plan.event);
  const event = JSON.parse(told.slice(told.indexOf('{'))) as Event;
  expect(event).toMatchObject({ id: plan.event, type: 'plan.added' });
  expect(told).toContain('args one word $(touch evil)\n');
  expect(told).toContain(`HIVEMIND_EVENT_TYPE=plan.added\n`);
  expect(told.slice(0, told.indexOf('{'))).not.toContain('Mend');
  const [failed, fine, old] = await append([
    { ...prompts(1, 1)[0], status: 'failed' },
    prompts(2, 1)[0] ?? {},
    { ...prompts(3, 1)[0], status: 'failed', at: Date.now() - 3_600_000 },
  ]);
  await isTold(failed ?? '');
  const last = await home.json<{ event: string }>(['plan', 'add', 'The last'], cwd);
  await isTold(last.event);
  for (const id of [fine, old]) expect(existsSync(join(home.dir, 'told', id ?? ''))).toBe(false);
  expect(await hooks()).toMatchObject([{ name: 'keep', runs: 3, failures: 0, skipped: 0, trouble: null }]);
  expect(existsSync(join(cwd, 'evil'))).toBe(false);
});

test('only what is seen from its branch, and on its paths', async () => {
  await home.json(['branch', 'create', 'side'], cwd);
  const add = ['notify', 'add', 'k', '--on', 'turn', '--branch', 'side', '--path', 'src/**', '--', keeper()];
  await home.json(add, cwd);
  const drafts = prompts(1, 3).map((draft, at) => ({
    ...draft,
    paths: [at === 0 ? 'docs/a.md' : 'src/a.ts'],
  }));
  const [main] = await append(drafts.slice(2));
  const { appended } = await home.call('event.append', {
    workspace: 'demo',
    branch: 'side',
    events: drafts.slice(0, 2),
  });
  await isTold(appended[1] ?? '');
  for (const id of [main, appended[0]]) expect(existsSync(join(home.dir, 'told', id ?? ''))).toBe(false);
});

test('a failure is told in the list and by the doctor, without what the command printed', async () => {
  const bad = script('bad', 'echo a secret; exit 3');
  await home.json(['notify', 'add', 'bad one', '--on', 'plan', '--', bad], cwd);
  const tried = await home.hivemind(['notify', 'test', 'bad one', '--json'], { cwd });
  expect(tried.exitCode).toBe(1);
  expect(JSON.parse(tried.stdout)).toMatchObject({ run: { exitCode: 3, trouble: 'exit 3' } });
  expect((await home.hivemind(['notify', 'list'], { cwd })).stdout).toMatch(
    /bad one[\s\S]*1 failed[\s\S]*exit 3/,
  );
  const doctor = await home.hivemind(['doctor'], { cwd });
  expect(doctor.stdout).toContain('the hook "bad one" failed: exit 3');
  expect(readFileSync(join(home.dir, '.hivemind', 'logs', 'daemon.log'), 'utf8')).not.toContain('a secret');
  expect(await home.json(['notify', 'remove', 'bad one'], cwd)).toEqual({ removed: 'bad one' });
  expect(await hooks()).toEqual([]);
});

test('a hook finds the programs of the shell in which it was added, and outlives the daemon', async () => {
  keeper();
  script('outer', 'exec keep "$@"');
  const PATH = `${join(home.dir, 'tools')}:${home.env.PATH}`;
  const added = await home.hivemind(['notify', 'add', 'o', '--on', 'plan', '--', 'outer'], {
    cwd,
    env: { PATH },
  });
  expect(added.stdout).toContain('Set.');
  await home.kill();
  const plan = await home.json<{ event: string }>(['plan', 'add', 'After a crash'], cwd);
  await isTold(plan.event);
});

test('what is wrong is said, and a file that others could write is not used', async () => {
  const add = (...args: string[]) => home.hivemind(['notify', 'add', ...args], { cwd });
  expect((await add('x', '--on', 'plan')).stderr).toContain('which command?');
  expect((await add('x', '--on', 'plan', '--', 'no-such-program')).stderr).toContain(
    'no program "no-such-program"',
  );
  expect((await add('x', '--on', 'Not A Kind', '--', keeper())).exitCode).toBe(2);
  expect((await add('x', '--on', 'plan', '--branch', 'nowhere', '--', keeper())).stderr).toContain('nowhere');
  expect((await add('x', '--on', 'plan', '--', keeper())).exitCode).toBe(0);
  chmodSync(join(home.dir, '.hivemind', 'notify.json'), 0o666);
  const list = await home.json<OutputOf<'notify.list'>>(['notify', 'list'], cwd);
  expect(list).toMatchObject({ trouble: 'others may write to it', hooks: [] });
});
