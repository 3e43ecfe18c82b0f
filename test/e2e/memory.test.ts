import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { type Home, makeHome } from '../world/home.ts';

let home: Home;
let repository: string;

beforeAll(async () => {
  home = makeHome();
  repository = await home.repository('shop');
  writeFileSync(join(repository, 'sessions.ts'), 'export const store = "memory";\n');
  await home.json(['workspace', 'create', 'shop'], repository);
});
afterAll(() => home?.remove());

const run = <T = Record<string, unknown>>(...args: string[]): Promise<T> => home.json<T>(args, repository);
const typed = (...args: string[]) => home.hivemind(args, { cwd: repository });

describe('what people and agents remember', () => {
  test('a decision keeps what was not chosen and why, and what it replaced', async () => {
    const first = await run<OutputOf<'memory.decide'>>(
      ...['remember', 'decision', 'session store', 'PostgreSQL', '--why', 'we need transactions'],
      ...['--alternative', 'Redis: loses writes, on failover', '--alternative', 'files'],
      ...['--paths', 'sessions.ts'],
    );
    expect(first).toMatchObject({ kind: 'decision', key: 'session store', replaced: null });
    const second = await run<OutputOf<'memory.decide'>>(
      ...['remember', 'decision', 'the session store', 'SQLite', '--why', 'one machine'],
    );
    expect(second.replaced).toBe('PostgreSQL');
    const { choices } = await run<OutputOf<'memory.history'>>('memory', 'history', 'session store');
    expect(choices).toMatchObject([
      { text: 'SQLite', reason: 'one machine', until: null, replacedBy: null, branch: 'main' },
      {
        text: 'PostgreSQL',
        reason: 'we need transactions',
        alternatives: [
          { choice: 'Redis', reason: 'loses writes, on failover' },
          { choice: 'files', reason: '' },
        ],
        replacedBy: second.event,
        until: expect.any(Number),
      },
    ]);
  });

  test('the words of before still work, also those that begin like a command', async () => {
    const decided = await run<OutputOf<'memory.remember'>>('remember', 'use pnpm', '--subject', 'packages');
    expect(decided).toMatchObject({ kind: 'decision', key: 'packages' });
    const noted = await run<OutputOf<'memory.remember'>>('remember', 'decisions are taken on Mondays');
    expect(noted.kind).toBe('fact');
  });

  test("a person's fact is recalled like any other event", async () => {
    await run('remember', 'fact', 'the staging database is rebuilt every night', '--why', 'cost');
    const { cards } = await run<OutputOf<'recall.search'>>('recall', 'when is the staging database rebuilt');
    expect(cards[0]?.hits[0]).toMatchObject({ type: 'memory.noted' });
    expect(cards[0]?.hits[0]?.text).toContain('rebuilt every night');
    const { facts, decisions } = await run<OutputOf<'memory.list'>>('memory', 'list', '--kind', 'fact');
    expect(decisions).toEqual([]);
    expect(facts[0]).toMatchObject({ text: 'the staging database is rebuilt every night', reason: 'cost' });
  });

  test('what was replaced says so where it is recalled, and comes after what stands', async () => {
    const { cards } = await run<OutputOf<'recall.search'>>('recall', 'session store', '--kind', 'decision');
    const hits = cards.flatMap((card) => card.hits);
    expect(hits.find(({ text }) => text.includes('PostgreSQL'))?.fallen).toBe('replaced since');
    expect(hits.find(({ text }) => text.includes('SQLite'))?.fallen).toBeUndefined();
    expect(hits[0]?.text).toContain('SQLite');
    const { stdout } = await typed('recall', 'session store', '--kind', 'decision');
    expect(stdout).toContain('replaced since');
  });
});

describe('whether it still holds', () => {
  test('is told by the files that it is about', async () => {
    await run('remember', 'decision', 'cache', 'none', '--paths', 'sessions.ts');
    await run('remember', 'attempt', 'cache in memory', '--why', 'two workers', '--paths', 'sessions.ts');
    const before = await typed('memory', 'check', 'cache');
    expect(before.exitCode).toBe(0);
    expect(before.stdout).toMatch(/^holds {4}cache: none/);
    writeFileSync(join(repository, 'sessions.ts'), 'export const store = "sqlite";\n');
    const after = await typed('memory', 'check', 'cache');
    expect(after.exitCode).toBe(1);
    expect(after.stdout).toMatch(/^stale {4}cache: none +its files have changed since/);
    const { decisions } = await run<OutputOf<'memory.list'>>('memory', 'list', '--kind', 'decision');
    expect(decisions.find(({ key }) => key === 'cache')?.holds.files).toBe('changed');
    const { text } = await run<OutputOf<'brief.show'>>('brief');
    expect(text).toMatch(/\* cache in memory · .*may not hold any more: its files have changed since/);
    const { cards } = await run<OutputOf<'recall.search'>>('recall', 'cache in memory workers');
    const [hit] = cards.flatMap((card) => card.hits).filter(({ type }) => type === 'memory.attempted');
    expect(hit?.fallen).toBe('may not hold any more: its files have changed since');
  });

  test('is told by a command of the user, which the daemon never runs and no memory is part of', async () => {
    const name = `x'; touch ${join(home.dir, 'pwned')}; '`;
    await run('remember', 'decision', name, 'anything');
    await run(
      'memory',
      'probe',
      name,
      'test "$HIVEMIND_KIND" = decision && printf %s "$HIVEMIND_KEY" >key; exit 1',
    );
    const unrun = await run<OutputOf<'memory.check'>>('memory', 'check', name);
    expect(unrun.checked[0]).toMatchObject({ verdict: 'unknown', ran: null, key: expect.any(String) });
    const { exitCode, stdout } = await typed('memory', 'check', name, '--run', '--json');
    expect(exitCode).toBe(1);
    const { checked } = JSON.parse(stdout) as OutputOf<'memory.check'>;
    expect(checked[0]).toMatchObject({ verdict: 'stale', ran: { exitCode: 1, output: '' } });
    expect(readFileSync(join(repository, 'key'), 'utf8')).toBe(checked[0]?.key);
    expect(existsSync(join(home.dir, 'pwned'))).toBe(false);
    await run('memory', 'probe', name, 'sleep 30');
    const late = await typed('memory', 'check', name, '--run', '--timeout', '1', '--json');
    expect((JSON.parse(late.stdout) as OutputOf<'memory.check'>).checked[0]).toMatchObject({
      verdict: 'unknown',
      ran: { exitCode: null },
    });
    await run('memory', 'probe', name, '');
    const none = await run<OutputOf<'memory.check'>>('memory', 'check', name, '--run');
    expect(none.checked[0]?.probe).toBeNull();
  });

  test('shows one thing with everything, by its name and by its event', async () => {
    const byName = await run<OutputOf<'memory.show'>>('memory', 'show', 'cache');
    const byEvent = await run<OutputOf<'memory.show'>>('memory', 'show', byName.memory.event.slice(-8));
    expect(byEvent).toEqual(byName);
    expect(byName.memory.basis?.files).toEqual({ 'sessions.ts': expect.stringMatching(/^[0-9a-f]{64}$/) });
    const missing = await typed('memory', 'show', 'no such thing');
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toContain('hivemind memory list');
  });

  test('what another branch has decided stays there', async () => {
    await run('branch', 'create', 'trial');
    await run('remember', 'decision', 'cache', 'Redis', '--branch', 'trial');
    const there = await run<OutputOf<'memory.history'>>('memory', 'history', 'cache', '--branch', 'trial');
    expect(there.choices.map(({ text, branch }) => [text, branch])).toEqual([
      ['Redis', 'trial'],
      ['none', 'main'],
    ]);
    const here = await run<OutputOf<'memory.history'>>('memory', 'history', 'cache');
    expect(here.choices.map(({ text }) => text)).toEqual(['none']);
  });

  test('what a merge has kept is one choice, told once', async () => {
    const said = await run<OutputOf<'memory.remember'>>(
      'remember',
      'decision',
      'cache',
      'files',
      '--why',
      'simple',
    );
    await run('merge', 'trial', '--strategy', 'ours');
    const { choices } = await run<OutputOf<'memory.history'>>('memory', 'history', 'cache');
    expect(choices.map(({ text, keeps }) => [text, keeps])).toEqual([
      ['files', said.event],
      ['files', null],
      ['Redis', null],
      ['none', null],
    ]);
    for (const words of [['history'], ['show']]) {
      const { stdout } = await typed('memory', ...words, 'cache');
      expect(stdout.match(/\bfiles\b/g)).toHaveLength(1);
      expect(stdout).toContain('Redis');
    }
    const { stdout } = await typed('memory', 'history', 'cache');
    expect(stdout).toMatch(/^ {2}files {2}.+, stands, main, kept by a merge of .+\n {4}because simple$/m);
  });

  test('what was withdrawn says when, by whom and why', async () => {
    const { event } = await run<OutputOf<'memory.remember'>>('remember', 'fact', 'the port is 9100');
    await run('memory', 'withdraw', event, '--why', 'it is 9200 now');
    const { stdout } = await typed('memory', 'show', event);
    expect(stdout).toMatch(/^fact \(withdrawn\) {2}the port is 9100$/m);
    expect(stdout).toMatch(/^ {2}ended {5}by .+, .+: it is 9200 now$/m);
  });
});
