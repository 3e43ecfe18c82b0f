import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { type Checkout, checkoutAt, eventOf, eventsOf, linksIn, script, sessionOf } from '../world/git.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

type Log = OutputOf<'git.log'>;

let home: Home;
let repo: Checkout;

beforeAll(async () => {
  home = makeHome();
  repo = checkoutAt(home, await home.repository('settings'));
  await home.json(['workspace', 'create', 'settings'], repo.path);
  await home.json(['git', 'install'], repo.path);
});
afterAll(() => home?.remove());

const log = async (...args: string[]): Promise<Log> => home.json<Log>(['log', ...args], repo.path);
const noteOf = async (sha: string): Promise<string> =>
  (await repo.tryGit(['notes', '--ref=hivemind', 'show', sha])).stdout;

/** Sessions of the latest commit, as `hivemind log` has them. */
const sessionsOfHead = async (): Promise<string[]> =>
  ((await log('-n', '1')).commits[0]?.sessions ?? []).map(({ session }) => session).sort();

const both = [sessionOf('s1'), sessionOf('s2')].sort();

describe('what a repository and its workspace want', () => {
  test('excluded files are not named, and a commit about nothing else is not there', async () => {
    writeFileSync(join(repo.path, '.hivemind.json'), JSON.stringify({ exclude: ['secret'] }));
    mkdirSync(join(repo.path, 'secret'));
    writeFileSync(join(repo.path, 'secret', 'plan.txt'), 'hush\n');
    const mixed = await repo.commit('both');
    expect((await eventOf(home, repo.path, 'git.committed', mixed)).paths).toEqual(['.hivemind.json']);
    writeFileSync(join(repo.path, 'secret', 'plan.txt'), 'hush hush\n');
    const hidden = await repo.commit('only the secret');
    writeFileSync(join(repo.path, 'open.txt'), 'open\n');
    const open = await repo.commit('open');
    await eventOf(home, repo.path, 'git.committed', open);
    expect((await eventsOf(home, repo.path, 'git.committed')).some(({ body }) => body.sha === hidden)).toBe(
      false,
    );
  });

  test('trailers: in the message, once, through a squash; never where nobody has written a message', async () => {
    await home.json(['workspace', 'set', 'commits', 'trailer'], repo.path);
    const trailers = (): Promise<string> =>
      repo.git(['log', '-1', '--format=%(trailers:key=Hivemind-Session,valueonly)']);
    await repo.git(['checkout', '-q', '-b', 'trailers']);
    await repo.work('s1', 'a.ts', ['export const firstWithTrailer = 1;']);
    await repo.commit('first\n\nBody.\n\n---\nnot the end');
    expect((await trailers()).trim()).toBe(sessionOf('s1'));
    await repo.work('s2', 'a.ts', ['export const secondWithTrailer = 2;']);
    await repo.commit('second');
    await repo.work('s1', 'a.ts', ['export const thirdWithTrailer = 3;']);
    await repo.commit('fixup! second');
    const squash = { GIT_SEQUENCE_EDITOR: "sed -i '2s/^pick/squash/;3s/^pick/fixup/'", GIT_EDITOR: 'true' };
    await repo.git(['rebase', '-q', '-i', 'main'], squash);
    expect((await trailers()).trim().split('\n').sort()).toEqual(both);
    expect((await repo.git(['log', '-1', '--format=%B'])).match(/Hivemind-Session/g)).toHaveLength(2);
    // The message is replaced, and with it the trailers: the note has them.
    await repo.git(['-c', 'core.editor=false', 'commit', '-q', '--amend', '-m', 'said anew']);
    await eventually(async () => (await sessionsOfHead()).join() === both.join(), 'both sessions');

    writeFileSync(join(repo.path, 'b.txt'), 'b\n');
    await repo.work('s1', 'b.txt', ['nobody has said a word about this']);
    await repo.git(['add', '-A']);
    script(join(home.dir, 'editor'), ['exit 0']);
    const abandoned = await repo.tryGit(['commit'], { GIT_EDITOR: join(home.dir, 'editor') });
    expect(abandoned.exitCode).not.toBe(0);
    await home.json(['workspace', 'set', 'commits', 'off'], repo.path);
    const silent = await repo.commit('off');
    const event = await eventOf(home, repo.path, 'git.committed', silent);
    expect(linksIn(event)).toEqual([[sessionOf('s1'), 'edits']]);
    expect(await trailers()).toBe('');
    expect(await noteOf(silent)).toBe('');
  });
});
