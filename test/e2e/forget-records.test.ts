import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { captureSession, dataOf, exported, findMarks, marks } from '../world/forget.ts';
import { type Home, makeHome } from '../world/home.ts';

let home: Home;
let repo: string;
beforeEach(async () => {
  home = makeHome();
  repo = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], repo);
});
afterEach(() => home.remove());

/** What is planned, decided and branched, as people get it. */
const knowledge = async (): Promise<unknown> => ({
  plan: await home.json(['plan', 'show', '-w', 'w']),
  memory: await home.json(['memory', 'list', '-w', 'w']),
  onBranch: await home.json(['memory', 'list', '-w', 'w', '--branch', 'side']),
  attempts: await home.json(['attempts', '-w', 'w']),
});

const backwards = (text: string): string => `${text} again`;

test('words are forgotten in records, in what a merge took over, and under whatever key', async () => {
  await home.json(['plan', 'add', `write about ${marks.plan}`], repo);
  await home.json(['plan', 'add', 'an item that stays'], repo);
  await home.json(['branch', 'create', 'side'], repo);
  const decide = (text: string, reason: string) =>
    home.json(
      ['remember', '--branch', 'side', '--subject', `the ${marks.subject} store`, '--reason', reason, text],
      repo,
    );
  await decide(`take ${marks.choice}`, 'it is there');
  await decide(`take ${backwards(marks.choice)}`, 'it is better');
  await home.json(
    ['remember', '--branch', 'side', '--subject', 'tabs or spaces', '--reason', 'as ever', 'spaces'],
    repo,
  );
  await home.json(['merge', 'side', '--message', `brings ${marks.choice}`], repo);
  for (const folder of ['unplaced', 'refused']) {
    mkdirSync(join(dataOf(home), 'spool', folder), { recursive: true });
    writeFileSync(
      join(dataOf(home), 'spool', folder, '1.claude-code.Stop.x.hook'),
      `{"said":"${marks.subject}"`,
    );
    appendFileSync(join(dataOf(home), 'spool', folder, '2.claude-code.Stop.y.hook'), '{"said":"nothing"');
  }
  for (const word of [marks.subject, marks.choice, marks.plan]) {
    const forgot = await home.json<OutputOf<'event.forget'>>(
      ['forget', '--matching', word.toUpperCase(), '--yes'],
      repo,
    );
    expect(forgot.count + forgot.payloads, word).toBeGreaterThan(0);
    expect(forgot.payloads).toBe(word === marks.subject ? 2 : 0);
  }
  expect(await findMarks(home)).toEqual([]);
  const { decisions } = await home.json<{
    decisions: { subject: string; choice: string; key: string; state: string }[];
  }>(['memory', 'list'], repo);
  expect(decisions.map(({ subject, choice, state }) => [subject, choice, state]).sort()).toEqual([
    ['[forgotten]', '[forgotten]', 'standing'],
    ['tabs or spaces', 'spaces', 'standing'],
  ]);
  const { items } = await home.json<OutputOf<'plan.show'>>(['plan', 'show'], repo);
  expect(items.map(({ title }) => title)).toEqual(['[forgotten]', 'an item that stays']);
  // Nothing is left that has the words: there is nothing more to do.
  const again = await home.json<OutputOf<'event.forget'>>(
    ['forget', '--matching', marks.choice, '--yes'],
    repo,
  );
  expect(again).toMatchObject({ count: 0, ordered: [], done: null });
  const { exitCode } = await home.hivemind(['store', 'verify', '-w', 'w']);
  expect(exitCode).toBe(0);
}, 120_000);

test('pruning takes the traces and leaves every record', async () => {
  await captureSession(home, repo, 'native-old', marks);
  await home.json(['plan', 'add', 'an item that stays'], repo);
  await home.json(['remember', '--subject', 'the store', '--reason', 'it is there', 'take it'], repo);
  await home.json(['remember', '--outcome', 'failed', '--reason', 'too slow', 'a linear scan'], repo);
  await home.json(['branch', 'create', 'side'], repo);
  await home.json(
    ['remember', '--branch', 'side', '--subject', 'the wire', '--reason', 'less to do', 'one socket'],
    repo,
  );
  const before = await exported(home);
  const [old] = [...before.values()]
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'turn.prompted');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const moment = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await captureSession(home, repo, 'native-new', null);
  const known = await knowledge();
  const preview = await home.json<OutputOf<'workspace.prune'>>([
    'workspace',
    'prune',
    '--before',
    moment,
    '--dry-run',
    '-w',
    'w',
  ]);
  expect(preview.count).toBeGreaterThan(4);
  expect((await home.hivemind(['workspace', 'prune', '--before', moment, '-w', 'w'])).exitCode).toBe(2);
  const pruned = await home.json<OutputOf<'workspace.prune'>>([
    'workspace',
    'prune',
    '--before',
    moment,
    '--yes',
    '-w',
    'w',
  ]);
  expect(pruned.count).toBe(preview.count);
  expect(await knowledge()).toEqual(known);
  const after = await exported(home);
  const isTrace = (line: string): boolean => Object.values(marks).some((mark) => line.includes(mark));
  for (const [id, line] of before) {
    const { type } = JSON.parse(line);
    if (pruned.types[type] === undefined) expect(after.get(id)).toBe(line);
    else expect(JSON.parse(after.get(id) ?? '{}').text).toBe('[pruned]');
  }
  expect([...after.values()].filter(isTrace).map((line) => JSON.parse(line).type)).toEqual(
    [...before.values()]
      .filter(isTrace)
      .map((line) => JSON.parse(line).type)
      .filter((type) => pruned.types[type] === undefined),
  );
  const fork = await home.hivemind(['branch', 'create', 'late', '--from', old.id, '-w', 'w']);
  expect(fork.exitCode).toBe(1);
  expect(fork.stderr).toContain('pruned');
  await home.kill();
  expect((await home.json<{ ok: boolean }>(['store', 'repair', '-w', 'w'])).ok).toBe(true);
  expect(await exported(home)).toEqual(after);
  expect(await knowledge()).toEqual(known);
  // What is read again is known by its keys.
  await captureSession(home, repo, 'native-old', marks);
  const more = [...(await exported(home))].filter(([id]) => !after.has(id));
  expect(more.map(([, line]) => line).filter(isTrace)).toEqual([]);
}, 120_000);
