import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { installClaude, runClaude } from '../world/claude.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { startModelServer } from '../world/model-server.ts';

const installed = await installClaude();

let home: Home;
let repository: string;
let model: Awaited<ReturnType<typeof startModelServer>>;

beforeEach((context) => {
  if ('reason' in installed) context.skip(installed.reason);
});
beforeAll(async () => {
  if ('reason' in installed) return;
  home = makeHome();
  repository = await home.repository('shop');
  await home.json(['workspace', 'create', 'shop'], repository);
  await home.json(['connect', 'claude-code', '--workspace', 'shop'], repository);
  const write = (name: string) => [
    {
      text: 'Writing.',
      tools: [{ name: 'Write', input: { file_path: join(repository, name), content: 'x\n' } }],
    },
    { text: 'done' },
  ];
  model = await startModelServer({
    note: write('docs/a.md'),
    ask: write('docs/b.md'),
    free: write('free.md'),
  });
}, 420_000);
afterAll(async () => {
  await model?.close();
  await home?.remove();
});

const run = (script: string, mode: string): ReturnType<typeof runClaude> => {
  const claude = 'path' in installed ? installed.path : '';
  const args = ['-p', `SCRIPT:${script}`, '--permission-mode', mode];
  return runClaude(claude, home, repository, model.url, args);
};

/** What the model was told of a claim, or of a call that was not allowed. */
const told = (pattern: RegExp): string[] => model.requests.filter((request) => pattern.test(request));

/** Once more where the machine kept the hook waiting for longer than it waits. */
async function until(isSeen: () => boolean, work: () => Promise<unknown>): Promise<void> {
  for (let times = 0; times < 4 && !isSeen(); times += 1) await work();
}

test('the real Claude Code hears who has claimed what it is about to write, and writes it', async () => {
  await home.json(['claims', 'take', 'docs', '--why', 'the new guide'], repository);
  const note = /hivemind-record kind=\\+"claim/;
  await until(
    () => told(note).length > 0,
    async () => expect(await run('note', 'bypassPermissions')).toMatchObject({ exitCode: 0, stdout: 'done' }),
  );
  expect(told(note)[0]).toMatch(
    /claimed docs\/a\.md \d+ min ago, for \d+ min more, on main, why: the new guide/,
  );
  expect(existsSync(join(repository, 'docs', 'a.md'))).toBe(true);
}, 240_000);

test('where the workspace says so, it asks its user first', async () => {
  await home.json(['workspace', 'set', 'claims', 'ask'], repository);
  const path = join(repository, 'docs', 'b.md');
  // Nobody is there to be asked: what is asked about is not done, although edits are accepted in this mode.
  let isDone = true;
  for (let times = 0; times < 4 && isDone; times += 1) {
    rmSync(path, { force: true });
    await run('ask', 'acceptEdits');
    isDone = existsSync(path);
  }
  expect(isDone).toBe(false);
  expect(told(/"is_error":true/)[0]).toContain('claimed docs/b.md');
  expect(await run('free', 'acceptEdits')).toMatchObject({ exitCode: 0 });
  expect(existsSync(join(repository, 'free.md'))).toBe(true);
}, 240_000);

test('what it wrote is claimed for its session, and given back when that ends', async () => {
  await home.json(['workspace', 'set', 'claims', 'on'], repository);
  const shown = await eventually(async () => {
    const { events } = await home.call('event.export', { workspace: 'shop', limit: 1_000 });
    const all = events.filter(({ type }) => type.startsWith('claim.'));
    const key = all.find(({ body }) => JSON.stringify(body.set).includes('free.md'))?.body.key;
    const types = all.filter(({ body }) => body.key === key).map(({ type }) => type);
    return types.includes('claim.released') && types;
  }, 'the claim of an edit and its end');
  expect(shown).toEqual(['claim.taken', 'claim.released']);
  const { claims } = await home.json<OutputOf<'claim.list'>>(['claims', 'list'], repository);
  expect(claims.map(({ paths }) => paths)).toEqual([['docs']]);
}, 120_000);
