import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

type Claims = OutputOf<'claim.list'>;
let home: Home;
let repo: string;
beforeAll(async () => {
  home = makeHome();
  repo = await home.repository('shop');
  mkdirSync(join(repo, 'src'));
  await home.json(['workspace', 'create', 'shop'], repo);
}, 60_000);
afterAll(() => home.remove());

const list = (): Promise<Claims> => home.json<Claims>(['claims', 'list'], repo);
const claimOn = async (path: string): Promise<Claims['claims'][number] | undefined> =>
  (await list()).claims.find(({ paths }) => paths.includes(path));

const edit = (session: string, file: string): string =>
  JSON.stringify({
    session_id: session,
    cwd: repo,
    transcript_path: '/x',
    tool_use_id: `toolu_${randomUUID()}`,
    tool_name: 'Write',
    tool_input: { file_path: join(repo, file), content: 'x' },
    tool_response: { type: 'create', filePath: join(repo, file), content: 'x', structuredPatch: [] },
  });

/** What the hook of a session that has not heard of it yet prints before a patch; asked again where the machine was too slow. */
const codexHears = (file: string): Promise<string> =>
  eventually(async () => {
    const payload = {
      session_id: randomUUID(),
      cwd: repo,
      tool_name: 'apply_patch',
      tool_use_id: randomUUID(),
      tool_input: { command: `*** Begin Patch\n*** Update File: ${file}\n@@\n-x\n+y\n*** End Patch\n` },
    };
    const { stdout, exitCode } = await home.hook('PreToolUse', JSON.stringify(payload), {
      agent: 'codex',
      cwd: repo,
    });
    expect(exitCode).toBe(0);
    return stdout !== '' && stdout;
  }, 'a note for Codex');

test('one agent edits, another is told before it does; it ends with the session', async () => {
  const before = Date.now();
  await home.hook('PostToolUse', edit('one', 'src/cart.ts'), repo);
  const claim = await eventually(() => claimOn('src/cart.ts'), 'the claim of an edit');
  const after = Date.now();
  expect(claim).toMatchObject({
    holder: 'claude-code',
    item: null,
    branchName: 'main',
    standing: 'confirmed',
    isOwn: false,
  });
  const beganAt = (claim.until ?? 0) - 15 * 60_000;
  expect(beganAt).toBeGreaterThanOrEqual(before);
  expect(beganAt).toBeLessThanOrEqual(after);
  const { hookSpecificOutput } = JSON.parse(await codexHears('src/cart.ts'));
  expect(hookSpecificOutput).toEqual({ hookEventName: 'PreToolUse', additionalContext: expect.any(String) });
  expect(hookSpecificOutput.additionalContext).toMatch(
    /<hivemind-record kind="claim" of="shop">\n.*\nclaude-code claimed src\/cart\.ts \d+ min ago, for 1\d min more, on main \([0-9a-f]{8}\)\n/,
  );
  await home.hook('SessionEnd', JSON.stringify({ session_id: 'one', cwd: repo, reason: 'exit' }), repo);
  await eventually(async () => (await claimOn('src/cart.ts')) === undefined, 'the end of the claim');
});

test('a person claims, renews, is refused with what there is to know, overrules, and gives back', async () => {
  await home.hook('PostToolUse', edit('two', 'src/pay.ts'), repo);
  await eventually(() => claimOn('src/pay.ts'), 'the claim of an edit');
  const refused = await home.hivemind(['claims', 'take', 'pay.ts'], { cwd: join(repo, 'src') });
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toMatch(/claude-code claimed src\/pay\.ts on main \d+ min ago, for 1\d min more/);
  expect(refused.stderr).toContain('hivemind claims list');
  const took = await home.json<OutputOf<'claim.take'>>(
    ['claims', 'take', 'docs', 'src/a.ts', '--why', 'the new parser', '--for', '2h'],
    repo,
  );
  expect(took.claim).toMatchObject({ paths: ['docs', 'src/a.ts'], why: 'the new parser', isOwn: true });
  const again = await home.json<OutputOf<'claim.take'>>(['claims', 'take', 'src/*.md'], repo);
  expect(again.claim).toMatchObject({
    id: took.claim.id,
    until: took.claim.until,
    paths: ['docs', 'src/a.ts', 'src/*.md'],
  });
  const forced = await home.json<OutputOf<'claim.take'>>(['claims', 'take', 'src/pay.ts', '--force'], repo);
  expect(forced).toMatchObject({ claim: { id: took.claim.id }, overruled: [{ holder: 'claude-code' }] });
  const shown = await home.hivemind(['claims', 'list'], { cwd: repo });
  expect(shown.stdout).toContain('docs, src/a.ts, src/*.md, src/pay.ts');
  expect(shown.stdout).toContain('"the new parser"');
  expect(shown.stdout).toContain('lost to ');
  expect((await home.hivemind(['memory', 'list'], { cwd: repo })).stdout).toContain('docs, src/a.ts');
  const { released } = await home.json<OutputOf<'claim.release'>>(['claims', 'release'], repo);
  expect(released.map(({ id }) => id)).toEqual([took.claim.id]);
  expect((await list()).claims).toEqual([]);
});

test('a plan item is claimed by one, and is shown where claims are', async () => {
  const { item } = await home.json<OutputOf<'plan.add'>>(['plan', 'add', 'a parser'], repo);
  await home.json(['claims', 'take', '--item', item.id.slice(-6)], repo);
  expect((await home.hivemind(['memory', 'list'], { cwd: repo })).stdout).toContain(
    `plan item ${item.id.slice(-6)}`,
  );
  const wrong = await home.hivemind(['claims', 'take'], { cwd: repo });
  expect(wrong.exitCode).toBe(2);
  const gone = await home.hivemind(['claims', 'release', 'ffffff'], { cwd: repo });
  expect(gone.exitCode).toBe(1);
});

test('what holds is the same after a crash', async () => {
  await home.json(['claims', 'take', 'src/kept.ts'], repo);
  const before = (await list()).claims;
  await home.kill();
  expect((await list()).claims).toEqual(before);
});
