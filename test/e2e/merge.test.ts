import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Event } from '../../src/schema/event.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { type Home, makeHome } from '../world/home.ts';

vi.setConfig({ testTimeout: 60_000 });

let home: Home;
let repository: string;
beforeEach(async () => {
  home = makeHome();
  repository = await home.repository('shop');
  await home.json(['workspace', 'create', 'shop'], repository);
});
afterEach(() => home.remove());

const run = (...args: string[]) => home.hivemind(args, { cwd: repository });
const decide = (subject: string, text: string, branch: string) =>
  home.json(['remember', text, '--subject', subject, '--branch', branch], repository);

const choices = async (): Promise<Record<string, string>> => {
  const { decisions } = await home.json<OutputOf<'memory.list'>>(['memory', 'list'], repository);
  return Object.fromEntries(decisions.map(({ subject, choice }) => [subject, choice]));
};

/** Two subjects that main and a branch have decided differently. */
async function disagree(): Promise<void> {
  await home.json(['branch', 'create', 'side'], repository);
  for (const [branch, text] of [
    ['main', 'ours'],
    ['side', 'theirs'],
  ] as const) {
    await decide('colour', `${text} is green`, branch);
    await decide('shape', `${text} is round`, branch);
  }
}

describe('a resolver', () => {
  const resolver = (script: string): string => {
    const path = join(home.dir, 'resolver.mjs');
    writeFileSync(
      path,
      `import { text } from 'node:stream/consumers';
       const { source, into, conflicts } = JSON.parse(await text(process.stdin));
       ${script}`,
    );
    return `${process.execPath} ${path}`;
  };

  it('is given the conflicts, and what it answers settles them', async () => {
    await disagree();
    const command = resolver(`
      if (source !== 'side' || into !== 'main' || conflicts.length !== 2) process.exit(9);
      const [colour, shape] = conflicts;
      if (colour.ours.value !== 'ours is green' || colour.theirs.value !== 'theirs is green') process.exit(8);
      console.log(JSON.stringify({ [colour.id]: { take: 'theirs' }, [shape.id]: { value: 'square' } }));`);
    const merged = await home.json<OutputOf<'merge.run'>>(
      ['merge', 'side', '--resolver', command],
      repository,
    );
    expect(merged).toMatchObject({ outcome: 'merged', conflicts: [] });
    expect(await choices()).toEqual({ colour: 'theirs is green', shape: 'square' });
  });

  it('may leave some to people; then nothing is merged, and the exit code is 3', async () => {
    await disagree();
    const command = resolver(`console.log(JSON.stringify({ [conflicts[0].id]: { take: 'ours' } }));`);
    const { exitCode, stdout } = await run('merge', 'side', '--resolver', command);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/nothing was changed/);
    expect(stdout).toMatch(/1 conflict/);
    expect(await choices()).toEqual({ colour: 'ours is green', shape: 'ours is round' });
  });

  it.each([
    ['that fails', 'process.exit(7);', /ended with code 7; nothing was merged/],
    ['that answers with something else', "console.log('yes');", /is not JSON/],
    ['that answers with a list', "console.log('[]');", /is not a JSON object/],
    ['that takes too long', 'await new Promise((r) => setTimeout(r, 60_000));', /took more than 1 s/],
  ])('%s merges nothing and is named', async (_what, script, message) => {
    await disagree();
    const { exitCode, stderr } = await run(
      'merge',
      'side',
      '--resolver',
      resolver(script),
      '--resolver-timeout',
      '1',
    );
    expect(exitCode).toBeGreaterThan(0);
    expect(stderr).toMatch(message);
    expect(await choices()).toEqual({ colour: 'ours is green', shape: 'ours is round' });
  });

  it('may be set once for all merges of this machine; a strategy that is named goes before it', async () => {
    await disagree();
    const command = resolver(
      `console.log(JSON.stringify(Object.fromEntries(conflicts.map(({ id }) => [id, { take: 'theirs' }]))));`,
    );
    await home.json(['workspace', 'set', 'resolver', command], repository);
    const ours = ['merge', 'side', '--dry-run', '--strategy', 'ours'];
    const named = await home.json<OutputOf<'merge.run'>>(ours, repository);
    expect(named.settled.map(({ by }) => by)).toEqual(['ours', 'ours']);
    expect((await run('merge', 'side')).exitCode).toBe(0);
    expect(await choices()).toEqual({ colour: 'theirs is green', shape: 'theirs is round' });
    await home.json(['workspace', 'set', 'resolver', ''], repository);
  });

  it('is not asked when there is nothing to settle', async () => {
    await home.json(['branch', 'create', 'side'], repository);
    await decide('colour', 'green', 'side');
    expect((await run('merge', 'side', '--resolver', 'exit 9')).exitCode).toBe(0);
    expect((await run('merge', 'side', '--resolver', 'exit 9')).stdout).toMatch(/already/);
  });
});

it('a file of resolutions settles a merge; one for a conflict that is not there is refused by its name', async () => {
  await disagree();
  const { conflicts } = JSON.parse(
    (await run('merge', 'side', '--dry-run', '--json')).stdout,
  ) as OutputOf<'merge.run'>;
  const file = join(home.dir, 'resolutions.json');
  writeFileSync(file, JSON.stringify({ 'decision/nothing/choice@00000000': { take: 'ours' } }));
  const wrong = await run('merge', 'resolve', 'side', '--file', file);
  expect([wrong.exitCode, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('decision/nothing/choice@00000000'),
  ]);
  const all = Object.fromEntries(conflicts.map(({ id }) => [id, { take: 'theirs' }]));
  const done = await home.hivemind(['merge', 'resolve', 'side', '--file', '-'], {
    cwd: repository,
    input: JSON.stringify(all),
  });
  expect([done.exitCode, done.stderr]).toEqual([0, '']);
  expect(await choices()).toEqual({ colour: 'theirs is green', shape: 'theirs is round' });
});

it('export writes every visible event once, oldest first, a line each, page by page', async () => {
  await home.json(['branch', 'create', 'side'], repository);
  const events = Array.from({ length: 250 }, (_, at) => ({
    type: 'memory.noted',
    agent: 'tester',
    session: `ses_${'1'.repeat(32)}`,
    identity: { nativeId: `note-${at}`, phase: 'noted' },
    actor: { kind: 'agent' as const, name: 'tester' },
    text: `note ${at}`,
    body: { content: `note ${at}` },
  }));
  await home.call('event.append', { workspace: 'shop', branch: 'side', events });
  const { stdout, exitCode } = await run('export', '--branch', 'side', '--limit', '100');
  expect(exitCode).toBe(0);
  const lines = stdout.split('\n').filter((line) => line !== '');
  const notes = lines.map((line) => JSON.parse(line) as Event).filter(({ type }) => type === 'memory.noted');
  expect(notes.map(({ text }) => text)).toEqual(events.map(({ text }) => text));
  expect((await run('export')).stdout).not.toContain('note 1');
  const page = await home.json<OutputOf<'event.export'>>(
    ['export', '--branch', 'side', '--limit', '7'],
    repository,
  );
  expect(page.events).toHaveLength(7);
  expect(page.next).toBe(page.events.at(-1)?.id);
});
