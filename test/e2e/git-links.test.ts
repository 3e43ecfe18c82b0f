import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { type Checkout, checkoutAt, eventOf, eventsOf, linksIn, sessionOf } from '../world/git.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

type Why = OutputOf<'git.why'>;
type Log = OutputOf<'git.log'>;

let home: Home;
let repo: Checkout;

/** A name as no program expects it; nothing in it may be run. */
const hostile = 're po \'x\' $(touch pwned) "q"';

beforeAll(async () => {
  home = makeHome();
  repo = checkoutAt(home, await home.repository(hostile));
  await home.json(['workspace', 'create', 'links'], repo.path);
  await home.json(['git', 'install'], repo.path);
});
afterAll(() => home?.remove());

const why = (where: string): Promise<Why> => home.json<Why>(['why', where], repo.path);
const log = async (...args: string[]): Promise<Log> => home.json<Log>(['log', ...args], repo.path);
const noteOf = async (sha: string): Promise<string> =>
  (await repo.tryGit(['notes', '--ref=hivemind', 'show', sha])).stdout;

/** Sessions of the latest commit, as `hivemind log` has them. */
const sessionsOfHead = async (): Promise<string[]> =>
  ((await log('-n', '1')).commits[0]?.sessions ?? []).map(({ session }) => session).sort();

const both = [sessionOf('s1'), sessionOf('s2')].sort();

describe('commits and sessions', () => {
  test('a commit by hand of what an agent wrote is linked by its lines, once, with a note', async () => {
    await repo.work('s1', 'parser.ts', ['export function parseDate(text: string) {'], 'parse dates, please');
    const before = await why('parser.ts:1');
    expect(before).toMatchObject({ committed: false, commits: [] });
    expect(before.origin).toMatchObject({ prompt: 'parse dates, please', tool: 'Edit' });

    const sha = await repo.commit('parse dates');
    const event = await eventOf(home, repo.path, 'git.committed', sha);
    expect(event).toMatchObject({
      agent: 'git',
      actor: { kind: 'human', name: 'Dev' },
      paths: ['parser.ts'],
    });
    expect(event.body).toMatchObject({
      branch: 'main',
      subject: 'parse dates',
      author: 'Dev',
      worktree: repo.path,
      parents: [await repo.git(['rev-parse', 'HEAD~1'])],
    });
    expect(linksIn(event)).toEqual([[sessionOf('s1'), 'edits']]);
    await eventually(async () => (await noteOf(sha)).includes(sessionOf('s1')), 'the note');
    expect((await repo.git(['log', '-1', '--format=%B'])).trim()).toBe('parse dates');
    expect(
      (await eventsOf(home, repo.path, 'git.committed')).filter(({ body }) => body.sha === sha),
    ).toHaveLength(1);
    // No session of git shows up among those of agents.
    const sessions = await home.json<{ sessions: { agent: string }[] }>(['session', 'list'], repo.path);
    expect(new Set(sessions.sessions.map(({ agent }) => agent))).toEqual(new Set(['claude-code']));
  });

  test('whoever ran git is linked although nothing of it was captured', async () => {
    await repo.work('s2', 'other.ts', ['export const unrelatedThing = 1;'], 'something else');
    await repo.git(['stash', '-u', '-q']);
    writeFileSync(join(repo.path, 'generated.txt'), 'by a generator\n');
    const sha = await repo.commit('generate', { CLAUDE_CODE_SESSION_ID: 's2' });
    const event = await eventOf(home, repo.path, 'git.committed', sha);
    expect(linksIn(event)).toEqual([[sessionOf('s2'), 'command']]);
    expect(event.actor).toEqual({ kind: 'agent', name: 'claude-code' });
    await repo.git(['stash', 'drop', '-q']);
  });

  test('amend, rebase, squash and cherry-pick keep the sessions, each once, and the line finds its prompt', async () => {
    await repo.git(['checkout', '-q', '-b', 'topic']);
    await repo.work('s1', 'lexer.ts', ['export const tokens = splitOnWhitespace(text);'], 'write a lexer');
    const first = await repo.commit('lexer');
    await eventOf(home, repo.path, 'git.committed', first);
    await repo.work('s2', 'lexer.ts', ['export const comments = dropComments(tokens);'], 'drop comments');
    const second = await repo.commit('fixup! lexer');
    await eventOf(home, repo.path, 'git.committed', second);

    await repo.git(['commit', '-q', '--amend', '-m', 'comments go']);
    const amended = await eventOf(home, repo.path, 'git.rewritten', await repo.head());
    expect(amended.body).toMatchObject({ how: 'amend', from: [second], subject: 'comments go' });
    expect(linksIn(amended).map(([session]) => session)).toEqual([sessionOf('s2')]);

    const squash = { GIT_SEQUENCE_EDITOR: "sed -i '2s/^pick/squash/'", GIT_EDITOR: 'true' };
    await repo.git(['rebase', '-q', '-i', 'main'], squash);
    const squashed = await repo.head();
    const melted = await eventOf(home, repo.path, 'git.rewritten', squashed);
    expect(melted.body.from).toHaveLength(2);
    expect(melted.body.how).toBe('rebase');
    expect(linksIn(melted).map(([session]) => session)).toEqual(both);
    await eventually(
      async () => (await noteOf(squashed)).match(/Hivemind-Session/g)?.length === 2,
      'its note',
    );
    expect((await why('lexer.ts:2')).origin).toMatchObject({ prompt: 'drop comments' });

    await repo.git(['checkout', '-q', 'main']);
    writeFileSync(join(repo.path, 'base.txt'), 'moves the base\n');
    await repo.commit('base');
    await repo.git(['checkout', '-q', 'topic']);
    await repo.git(['rebase', '-q', 'main']);
    const rebased = await repo.head();
    expect(rebased).not.toBe(squashed);
    await eventOf(home, repo.path, 'git.rewritten', rebased);
    expect(await sessionsOfHead()).toEqual(both);

    await repo.git(['checkout', '-q', '-b', 'release', 'main~1']);
    await repo.git(['cherry-pick', 'topic']);
    const picked = await eventOf(home, repo.path, 'git.committed', await repo.head());
    expect(picked.body.picked).toBe(rebased);
    expect(linksIn(picked).map(([session]) => session)).toEqual(both);
    const line = await why('lexer.ts:1');
    expect(line.origin).toMatchObject({ prompt: 'write a lexer', session: sessionOf('s1') });
    expect(line.commits[0]?.sessions.map(({ session }) => session).sort()).toEqual(both);
    await repo.git(['checkout', '-q', 'main']);
    await repo.git(['merge', '-q', '--no-ff', '-m', 'take topic in', 'topic']);
    expect((await eventOf(home, repo.path, 'git.merged', await repo.head())).body).toMatchObject({
      squash: false,
    });
  });

  test('what rewrites commits without hooks is followed by what they change', async () => {
    const before = await repo.head();
    await repo.git(['checkout', '-q', '-b', 'quiet', 'topic']);
    await repo.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '--amend', '-m', 'behind our back']);
    await repo.git(['update-ref', '-d', 'refs/notes/hivemind']);
    expect(await sessionsOfHead()).toEqual(both);
    await repo.git(['checkout', '-q', 'main']);
    expect(await repo.head()).toBe(before);
  });

  test('a commit by hand in the middle of a rebase is not forgotten', async () => {
    await repo.git(['checkout', '-q', '-b', 'edited', 'main~1']);
    writeFileSync(join(repo.path, 'one.txt'), 'one\n');
    await repo.commit('one');
    writeFileSync(join(repo.path, 'two.txt'), 'two\n');
    await repo.commit('two');
    await repo.git(['rebase', '-q', '-i', 'main'], { GIT_SEQUENCE_EDITOR: "sed -i '1s/^pick/edit/'" });
    await repo.work('s1', 'between.ts', ['export const madeInBetween = true;'], 'in between');
    const byHand = await repo.commit('in between');
    await repo.git(['rebase', '--continue'], { GIT_EDITOR: 'true' });
    // Git takes it for what became of the commit that it had stopped at, and says nothing of that one.
    const event = await eventOf(home, repo.path, 'git.rewritten', byHand);
    expect(linksIn(event)).toEqual([[sessionOf('s1'), 'edits']]);
    const stopped = await repo.git(['rev-parse', `${byHand}^`]);
    expect(linksIn(await eventOf(home, repo.path, 'git.committed', stopped))).toEqual([]);
    await repo.git(['checkout', '-q', 'main']);
  });

  test('a detached HEAD, a switch, and a worktree', async () => {
    await repo.git(['checkout', '-q', '--detach']);
    await repo.work('s1', 'detached.ts', ['export const nobodysBranch = 42;']);
    const sha = await repo.commit('on no branch');
    const event = await eventOf(home, repo.path, 'git.committed', sha);
    expect(event.body.branch).toBeNull();
    expect(linksIn(event)).toEqual([[sessionOf('s1'), 'edits']]);

    await repo.git(['switch', '-q', '-c', "o'dd"]);
    const switched = await eventually(
      async () =>
        (await eventsOf(home, repo.path, 'git.switched')).find(({ body }) => body.branch === "o'dd"),
      'the switch',
    );
    expect(switched.body).toMatchObject({ from: sha, to: sha, worktree: repo.path });

    const path = join(home.dir, 'work tree');
    await repo.git(['worktree', 'add', '-q', path, '-b', 'apart']);
    const added = await eventually(
      async () =>
        (await eventsOf(home, repo.path, 'git.switched')).find(({ body }) => body.worktree === path),
      'the worktree',
    );
    expect(added.body).toMatchObject({ from: null, branch: 'apart' });
    const other = checkoutAt(home, path);
    // The same line in both worktrees: it is that of the session which works there.
    await repo.work('s1', 'same.ts', ['export const bothWroteThisLine = 1;']);
    await other.work('s3', 'same.ts', ['export const bothWroteThisLine = 1;'], 'in the worktree');
    await home.hook('SessionStart', JSON.stringify({ session_id: 's3', cwd: path, source: 'startup' }), path);
    await eventually(
      async () =>
        (await eventsOf(home, path, 'session.started')).some(({ session }) => session === sessionOf('s3')),
      'the session',
    );
    const there = await other.commit('apart');
    expect(linksIn(await eventOf(home, path, 'git.committed', there))).toEqual([[sessionOf('s3'), 'edits']]);
    await repo.git(['checkout', '-q', '-f', 'main']);
  });

  test('a renamed file, and what was ruled out', async () => {
    const edit = {
      file_path: join(repo.path, 'parser.ts'),
      old_string: '}',
      new_string: 'require("moment");',
    };
    await home.hook(
      'PostToolUseFailure',
      JSON.stringify({
        session_id: 's2',
        cwd: repo.path,
        tool_name: 'Edit',
        tool_use_id: 'toolu_refused',
        tool_input: edit,
        error:
          "The user doesn't want to proceed with this tool use. The tool use was rejected. To tell you how to proceed, the user said:\nno moment in this house",
      }),
      repo.path,
    );
    await eventually(async () => (await eventsOf(home, repo.path, 'memory.attempted'))[0], 'the attempt');
    await repo.git(['mv', 'parser.ts', 'dates.ts']);
    await repo.commit('a better name');
    const line = await why('dates.ts:1');
    expect(line.origin).toMatchObject({ prompt: 'parse dates, please', session: sessionOf('s1') });
    expect(line.commits[0]).toMatchObject({ subject: 'parse dates' });
    expect((await why('dates.ts')).commits.map(({ subject }) => subject)).toEqual([
      'a better name',
      'parse dates',
    ]);
    const text = (await home.hivemind(['why', 'dates.ts:1'], { cwd: repo.path })).stdout;
    expect(text).toContain('parse dates, please');
    const ruled = (await why('dates.ts')).ruledOut;
    expect(ruled.map(({ reason }) => reason).join()).toContain('no moment in this house');
  });

  test('pages of a log, a range, a folder, and what there is not', async () => {
    const all = await log('-n', '1000');
    expect(all.next).toBeNull();
    const [one, two] = [await log('-n', '3'), await log('-n', '3', '--skip', '3')];
    expect([one.next, two.commits[0]?.sha]).toEqual([3, all.commits[3]?.sha]);
    expect((await log('--range', 'main~1..main', 'dates.ts')).commits.map(({ subject }) => subject)).toEqual([
      'a better name',
    ]);
    const absent = await home.hivemind(['log', '--range', '--all'], { cwd: repo.path });
    expect(absent.exitCode).not.toBe(0);
    expect((await home.hivemind(['log', '--range', 'nothing..HEAD'], { cwd: repo.path })).exitCode).toBe(1);
    expect((await home.hivemind(['log', '../elsewhere'], { cwd: repo.path })).exitCode).toBe(2);
    expect((await home.hivemind(['why', 'nothing.ts:1'], { cwd: repo.path })).exitCode).toBe(1);
    expect((await home.hivemind(['why', 'dates.ts:99'], { cwd: repo.path })).exitCode).toBe(1);
    expect((await why('HEAD~1')).path).toBeNull();
  });

  test('nothing of the name of the folder was run', async () => {
    const { stdout } = await repo.tryGit(['status', '--porcelain', '--ignored']);
    expect(stdout).not.toContain('pwned');
  });
});
