import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { type Checkout, checkoutAt } from '../world/git.ts';
import { type Home, makeHome } from '../world/home.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const branch = 'run-42/planner';
let home: Home;
let checkout: Checkout;
let repository: string;

/** An agent works on a branch of its own, and commits what it did. */
beforeAll(async () => {
  home = makeHome();
  repository = await home.repository('shop');
  checkout = checkoutAt(home, repository);
  mkdirSync(join(repository, 'src'));
  await home.json(['workspace', 'create', 'shop'], repository);
  await home.json(['git', 'install'], repository);
  await home.json(['branch', 'create', branch], repository);
  await home.json(['branch', 'switch', branch], repository);
  await home.json(['workspace', 'set', 'rules', 'no-conflicts,approved'], repository);
  await checkout.work('s1', 'src/retry.ts', ['export const retry = () => retry();'], 'add a retry');
  await checkout.commit('add a retry', { CLAUDE_CODE_SESSION_ID: 's1' });
  await home.json(['remember', 'exponential', '--subject', 'back-off', '--branch', branch], repository);
});
afterAll(() => home.remove());

const run = (args: string[], env?: Record<string, string>) =>
  home.hivemind(args, { cwd: repository, ...(env === undefined ? {} : { env }) });
const show = () => home.json<OutputOf<'review.show'>>(['review', 'show', branch], repository);

describe('a branch of an agent, until it is merged', () => {
  it('waits, with what it would bring: its session, its commit, its decision', async () => {
    await vi.waitFor(async () => expect((await show()).commits).toHaveLength(1), 20_000);
    const review = await show();
    expect(review).toMatchObject({ state: 'open', source: branch, into: 'main', conflicts: [], reviews: [] });
    expect(review.sessions.map(({ title }) => title)).toContain('add a retry');
    expect(review.commits[0]).toMatchObject({
      subject: 'add a retry',
      sessions: [{ agent: 'claude-code', title: 'add a retry' }],
    });
    expect(review.changes).toContainEqual(
      expect.objectContaining({ kind: 'decision', field: 'choice', after: 'exponential' }),
    );
    const list = await run(['review', 'list']);
    expect(list.stdout).toMatch(/run-42\/planner +○ open/);
  });

  it('shows its commit as a diff', async () => {
    const { stdout } = await run(['git', 'show']);
    expect(stdout).toMatch(/src\/retry\.ts {2}added {2}\+1 -0/);
    expect(stdout).toContain('+export const retry = () => retry();');
    expect(stdout).toMatch(/claude-code +add a retry/);
  });

  it('is not merged before a person has said yes, and not by an agent’s word', async () => {
    const refused = await run(['merge', branch]);
    expect(refused.exitCode).toBe(4);
    expect(refused.stdout).toMatch(/approved fails: nobody has approved run-42\/planner as it is now/);
    expect(refused.stdout).toContain(`hivemind review approve ${branch}`);
    for (const env of [{ CLAUDE_CODE_SESSION_ID: 's1' }, { CODEX_THREAD_ID: 't1' }, { GEMINI_CLI: '1' }]) {
      const { exitCode, stdout } = await run(['review', 'approve', branch], env);
      expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/does not count/)]);
    }
    expect((await show()).reviews.map(({ by, actor, counts }) => [by, actor, counts])).toEqual([
      ['claude-code', 'agent', false],
      ['codex', 'agent', false],
      ['gemini-cli', 'agent', false],
    ]);
    expect((await run(['merge', branch])).exitCode).toBe(4);
  });

  it('is sent back, and whoever works on it is told why', async () => {
    const asked = await run(['review', 'ask', branch, 'the', 'retry', 'has', 'no', 'upper', 'bound']);
    expect(asked).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/✗ changes requested/) });
    const commented = ['review', 'comment', branch, 'here', '--path', 'src/retry.ts', '--line', '1'];
    expect((await run(commented)).exitCode).toBe(0);
    const brief = await run(['brief'], { HIVEMIND_BRANCH: branch });
    expect(brief.stdout).toMatch(/asks for changes before this branch .*the retry has no upper bound/);
    expect((await run(['brief', '--branch', 'main'])).stdout).not.toMatch(/asks for changes/);
    const shown = await run(['review', 'show', branch]);
    expect(shown.stdout).toMatch(/asks for changes +\(unverified\)/);
    expect(shown.stdout).toMatch(/src\/retry\.ts:1\n +here/);
  });

  it('is approved as it was looked at, and not when it has changed meanwhile', async () => {
    const { head } = await show();
    await checkout.work('s1', 'src/retry.ts', ['// at most five times'], 'give it an upper bound');
    await vi.waitFor(async () => expect((await show()).head).not.toBe(head), 20_000);
    const refused = await run(['review', 'approve', branch, '--head', head]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/has changed since it was looked at: \d+ events? \(/);
    expect((await show()).state).toBe('open');
    const yes = ['review', 'approve', branch, '--head', (await show()).head, '--comment', 'tests read'];
    expect((await run(yes)).stdout).toMatch(/✓ approved/);
    expect((await run(['brief'], { HIVEMIND_BRANCH: branch })).stdout).not.toMatch(/asks for changes/);
  });

  it('is verified where it is signed with a key that the user trusts, over what it says', async ({
    skip,
  }) => {
    const key = join(home.dir, 'key');
    try {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada', '-f', key]);
    } catch (error) {
      return skip(`ssh-keygen cannot be run: ${String(error)}`);
    }
    const stranger = join(home.dir, 'stranger');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
    const allowed = join(home.dir, 'allowed');
    const publicKey = readFileSync(`${key}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
    writeFileSync(allowed, `ada@example.test ${publicKey}\n`);
    await checkout.git(['config', '--global', 'gpg.ssh.allowedSignersFile', allowed]);
    const approve = (...more: string[]) =>
      home.json<OutputOf<'review.approve'>>(['review', 'approve', branch, ...more], repository);
    const signed = await approve('--sign', key);
    expect(signed.review).toMatchObject({ standing: 'verified', signer: 'ada@example.test', counts: true });
    expect((await approve('--sign', stranger)).review).toMatchObject({
      standing: 'unverified',
      signer: null,
    });
    // The signature of a yes, taken for a no, or again: it is over what it says, and is taken once.
    const { head } = await show();
    const taken = await home.call('event.show', { workspace: 'shop', id: signed.review.event });
    const { value, nonce } = taken.event.body.signature as { value: string; nonce: string };
    const about = { workspace: 'shop', name: branch, head, signature: value, nonce };
    const context = { door: 'cli', actor: { kind: 'human', name: 'eve' } } as const;
    const rewrapped = value.replace(/\n(?=-----END)/, '\n\n');
    const refused: [object, string][] = [
      [{}, 'ALREADY_EXISTS'],
      [{ signature: rewrapped }, 'ALREADY_EXISTS'],
      [{ nonce: '0'.repeat(32) }, 'INVALID_ARGUMENT'],
      [{ nonce: undefined }, 'INVALID_ARGUMENT'],
      [{ head: undefined }, 'INVALID_ARGUMENT'],
    ];
    for (const [more, code] of refused)
      await expect(
        home.call('review.approve', { ...about, ...more }, context),
        JSON.stringify(more),
      ).rejects.toMatchObject({ code });
    await expect(home.call('review.ask', { ...about, comment: 'no' }, context)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect((await show()).reviews.slice(-2).map(({ signer }) => signer)).toEqual(['ada@example.test', null]);
    const missing = await run(['review', 'approve', branch, '--sign', join(home.dir, 'nothing')]);
    expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringMatching(/nothing was said/)]);
  });

  it('is merged then, and what was said stays', async () => {
    expect((await run(['merge', branch])).exitCode).toBe(0);
    const review = await show();
    expect(review).toMatchObject({ state: 'merged', ahead: 0 });
    expect(review.reviews.slice(0, 6).map(({ verdict }) => verdict)).toEqual([
      ...Array(3).fill('approved'),
      'changes-requested',
      'commented',
      'approved',
    ]);
    expect((await run(['review', 'list'])).stdout).toMatch(/^Nothing waits/);
  });

  it('is redacted, forgotten on order, and leaves its verdict', async () => {
    const secret = `ghp_${'a1B2c3D4'.repeat(5).slice(0, 36)}`;
    await home.json(['review', 'comment', branch, `uses ${secret}`], repository);
    const last = (await show()).reviews.at(-1);
    expect(last?.comment).not.toContain(secret);
    await home.json(['forget', last?.event ?? '', '--yes'], repository);
    await vi.waitFor(async () => expect((await show()).reviews.at(-1)?.comment).toBe('[forgotten]'), 30_000);
    expect((await show()).reviews.at(-1)).toMatchObject({ verdict: 'commented', event: last?.event });
    expect(() => execFileSync('grep', ['-r', secret, `${home.dir}/.hivemind`])).toThrow();
  });
});
