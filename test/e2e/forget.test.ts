import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sessionId } from '../../src/schema/ids.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import {
  captureSession,
  exported,
  fill,
  findMarks,
  marks,
  tearJournal,
  workspaceFolder,
} from '../world/forget.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { tensor, writeStaticModel } from '../world/static-model.ts';

let home: Home;
let repo: string;
beforeEach(async () => {
  home = makeHome();
  repo = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], repo);
});
afterEach(() => home.remove());

type Forgot = OutputOf<'event.forget'>;

const secret = sessionId('claude-code', 'native-secret');

/** A session that is to be forgotten among others, in every kind of file that there is. */
async function makeStore(): Promise<void> {
  await captureSession(home, repo, 'native-plain', null);
  await captureSession(home, repo, 'native-secret', marks);
  // Segments that are full and compressed, tables that are closed and sealed.
  for (let round = 0; round < 5; round += 1) await fill(home, round * 15, 15, 2_500);
  await fill(home, 1_000, 8_300, 1);
  await captureSession(home, repo, 'native-after', null);
  await eventually(
    async () =>
      (await home.call('store.stats', { workspace: 'w' })).tables.some(({ state }) => state === 'sealed'),
    'a sealed table',
    90_000,
  );
  await home.json(['daemon', 'stop']);
  await home.json(['status'], repo);
  await eventually(
    async () => (await home.call('store.stats', { workspace: 'w' })).journal.compressed > 0,
    'a compressed segment',
    90_000,
  );
}

const verified = async (): Promise<OutputOf<'store.verify'>> => {
  const { stdout, exitCode } = await home.hivemind(['store', 'verify', '-w', 'w', '--json']);
  expect(exitCode, stdout).toBe(0);
  return JSON.parse(stdout);
};

/** Everything that was not forgotten is byte for byte what it was. */
async function checkOthers(before: ReadonlyMap<string, string>): Promise<void> {
  const after = await exported(home);
  for (const [id, line] of before) {
    const now = after.get(id);
    const isSecret =
      Object.values(marks).some((mark) => line.includes(mark)) || JSON.parse(line).session === secret;
    if (!isSecret) expect(now).toBe(line);
    else expect(JSON.parse(now ?? '{}')).toMatchObject({ text: '[forgotten]', body: { stub: true } });
  }
}

test('a session is in no file any more once it is forgotten, and everything else is whole', async () => {
  await makeStore();
  const before = await exported(home);
  const events = (await home.call('store.stats', { workspace: 'w' })).events;
  expect((await findMarks(home)).length).toBeGreaterThan(5);
  const refused = await home.hivemind(['forget', secret, '-w', 'w']);
  expect(refused.exitCode, refused.stderr).toBe(2);
  const preview = await home.json<Forgot>(['forget', secret, '-w', 'w', '--dry-run']);
  expect(preview).toMatchObject({ dryRun: true, ordered: [], done: null, by: 'session' });
  expect(preview.types['turn.prompted']).toBe(1);
  expect(await exported(home)).toEqual(before);
  const backup = join(home.dir, 'w.backup');
  await home.json(['backup', backup, '-w', 'w']);

  const forgot = await home.json<Forgot>(['forget', secret, '-w', 'w', '--yes', '--why', 'they asked']);
  expect(forgot.count).toBe(preview.count);
  expect(forgot.done?.tables).toBeGreaterThan(0);
  expect(forgot.remaining.backups.map(({ file }) => file)).toEqual([backup]);
  expect(await findMarks(home)).toEqual([]);
  await checkOthers(before);
  expect((await verified()).ok).toBe(true);
  // One more: the order itself.
  expect((await home.call('store.stats', { workspace: 'w' })).events).toBe(events + forgot.ordered.length);

  const shown = await home.hivemind(['session', 'show', secret, '-w', 'w']);
  expect(shown.stdout).toContain('[forgotten]');
  const recalled = await home.hivemind(['recall', marks.prompt, marks.output, '-w', 'w', '--json']);
  expect(recalled.stdout).not.toContain(secret);

  await home.kill();
  await home.json(['status'], repo);
  expect(await findMarks(home)).toEqual([]);
  await home.json(['daemon', 'stop']);
  rmSync(join(workspaceFolder(home), 'snapshot'), { force: true });
  expect((await home.json<{ ok: boolean }>(['store', 'repair', '-w', 'w'])).ok).toBe(true);
  expect(await findMarks(home)).toEqual([]);
  await checkOthers(before);
  // What an agent tells again is known, and what it adds is not taken in.
  await captureSession(home, repo, 'native-secret', marks);
  await home.json(['daemon', 'stop']);
  const again = await findMarks(home);
  expect(again.filter((where) => !/spool/.test(where))).toEqual([]);
}, 240_000);

test.each([
  'forget.order',
  'forget.segment',
  'forget.build',
  'forget.commit',
  'forget.tables',
  'forget.vectors',
  'forget.caches',
])(
  'kill -9 at %s: it is taken up again at the next start',
  async (point) => {
    await captureSession(home, repo, 'native-plain', null);
    await captureSession(home, repo, 'native-secret', marks);
    await fill(home, 1_000, 300, 1);
    const before = await exported(home);
    await home.json(['daemon', 'stop']);
    home.env.HIVEMIND_FAILPOINT = point;
    const failed = await home.hivemind(['forget', secret, '-w', 'w', '--yes']);
    expect(failed.exitCode).not.toBe(0);
    await home.kill();
    delete home.env.HIVEMIND_FAILPOINT;
    await home.json(['status'], repo);
    await eventually(async () => {
      const { forgettings } = await home.json<OutputOf<'event.forgettings'>>(['forget', 'status', '-w', 'w']);
      return forgettings.length === 1 && forgettings.every(({ state }) => state === 'done');
    }, 'an end of the forgetting');
    expect(await findMarks(home)).toEqual([]);
    await checkOthers(before);
    expect((await verified()).ok).toBe(true);
  },
  120_000,
);

test('evidence of damage, vectors and what was deleted and restored forget as well', async () => {
  const model = join(home.dir, 'model');
  const words = ['please', 'fix', 'the', 'parser', 'plain', 'prompt', 'works', 'all'];
  writeStaticModel(model, words, {
    embeddings: tensor(
      'F32',
      [words.length + 2, 8],
      Array.from({ length: (words.length + 2) * 8 }, (_, at) => Math.sin(at)),
    ),
  });
  await home.json(['embedder', 'set', 'model2vec', '--path', model]);
  await captureSession(home, repo, 'native-secret', marks);
  await captureSession(home, repo, 'native-plain', null);
  await eventually(
    async () => (await home.call('embedder.status', {})).workspaces.every(({ waiting }) => waiting === 0),
    'vectors of everything',
  );
  const backup = join(home.dir, 'w.backup');
  await home.json(['backup', backup, '-w', 'w']);
  await home.json(['daemon', 'stop']);
  tearJournal(home, `torn ${marks.reply}`);
  await home.json(['status'], repo);
  const folder = workspaceFolder(home);
  const broken = (): string[] =>
    readdirSync(join(folder, 'journal'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.broken'),
    );
  await eventually(async () => {
    await home.call('store.stats', { workspace: 'w' });
    return broken().length > 0;
  }, 'evidence of the torn tail');
  const before = await exported(home);
  const forgot = await home.json<Forgot>(['forget', secret, '-w', 'w', '--yes']);
  expect(forgot.done).toMatchObject({ emptied: 1, vectorTables: 1 });
  expect(broken().length).toBe(1);
  expect(await findMarks(home)).toEqual([]);
  await checkOthers(before);
  // Its back-up is older than the order, which this home remembers.
  await home.json(['workspace', 'delete', 'w', '--confirm', 'w']);
  await home.json(['restore', backup]);
  expect(await findMarks(home)).toEqual([]);
  await checkOthers(before);
  expect((await verified()).ok).toBe(true);
  expect(existsSync(backup)).toBe(true);
}, 180_000);
