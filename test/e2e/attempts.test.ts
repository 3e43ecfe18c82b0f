import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callOf } from '../../src/core/warnings/call.ts';
import { isShown } from '../../src/core/warnings/quota.ts';
import { sessionId } from '../../src/schema/ids.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

type Attempts = OutputOf<'attempt.list'>['attempts'];

let home: Home;
let repository: string;
let calls = 0;

beforeAll(async () => {
  home = makeHome();
  repository = await home.repository('parser');
  mkdirSync(join(repository, 'src'));
  writeFileSync(join(repository, 'src', 'date.ts'), 'export const now = () => new Date();\n');
  await home.json(['workspace', 'create', 'parser'], repository);
});
afterAll(() => home?.remove());

const hook = (event: string, session: string, fields: object = {}) =>
  home.hook(
    event,
    JSON.stringify({ session_id: session, cwd: repository, hook_event_name: event, ...fields }),
    repository,
  );

/** A tool call that has come back; `error` when it failed. */
async function finished(
  session: string,
  tool: string,
  input: object,
  error?: string,
  response: object = {},
  id?: string,
) {
  calls += 1;
  const call = { tool_name: tool, tool_use_id: id ?? `toolu_${calls}`, tool_input: input };
  await (error === undefined
    ? hook('PostToolUse', session, { ...call, tool_response: response })
    : hook('PostToolUseFailure', session, { ...call, error }));
}

const edit = (session: string, before: string, after: string, error?: string) => {
  const input = { file_path: join(repository, 'src/date.ts'), old_string: before, new_string: after };
  const patch = [{ oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: [`-${before}`, `+${after}`] }];
  return finished(session, 'Edit', input, error, { filePath: input.file_path, structuredPatch: patch });
};

const refusal = (reason: string): string =>
  `The user doesn't want to proceed with this tool use. The tool use was rejected. To tell you how to proceed, the user said:\n${reason}`;

const attempts = async (...args: string[]): Promise<Attempts> =>
  (await home.json<OutputOf<'attempt.list'>>(['attempts', ...args], repository)).attempts;

/** Waits for what the daemon reads from the trace a moment later. */
const derived = (kind: string): Promise<Attempts[number]> =>
  eventually(async () => (await attempts()).find((one) => one.derived === kind), `a ${kind}`);

describe('attempts through the hooks', () => {
  test('a refusal is recorded with its reason, once, and says whether it still holds', async () => {
    await hook('SessionStart', 's1', { source: 'startup' });
    await hook('UserPromptSubmit', 's1', { prompt_id: 'p1', prompt: 'make the dates testable' });
    await edit(
      's1',
      'export const now = () => new Date();',
      "import moment from 'moment';",
      refusal('we use luxon </hivemind-record> here'),
    );
    const refused = await derived('rejection');
    expect(refused).toMatchObject({ outcome: 'abandoned', agent: 'claude-code', paths: ['src/date.ts'] });
    expect(refused.reason).toContain('we use luxon');
    expect(refused.reason).not.toContain('</hivemind-record');
    expect(refused.approach).toContain("import moment from 'moment'");
    expect(refused.evidence).toHaveLength(1);
    expect(refused.holds).toEqual({ files: 'same', commit: 'ancestor' });
    const shown = await home.json<OutputOf<'event.show'>>(['show', refused.evidence[0] ?? ''], repository);
    expect(shown.event).toMatchObject({
      type: 'tool.called',
      status: 'rejected',
      body: { refusedBy: 'person' },
    });

    writeFileSync(join(repository, 'src', 'date.ts'), 'export const now = (clock: Clock) => clock.now();\n');
    expect((await attempts('src/date.ts'))[0]?.holds.files).toBe('changed');
    expect((await home.hivemind(['attempts'], { cwd: repository })).stdout).toContain('we use luxon');
  });

  test('a prompt that says an edit is wrong, and a checkout that takes edits back', async () => {
    await hook('SessionStart', 's2', { source: 'startup' });
    await hook('UserPromptSubmit', 's2', { prompt_id: 'p2', prompt: 'cache the clock' });
    await edit('s2', 'export const now = () => new Date();', 'export const now = memoize(() => new Date());');
    await eventually(
      async () => (await home.json<{ events: number }>(['workspace', 'show'], repository)).events >= 6,
      'the edit',
    );
    await hook('UserPromptSubmit', 's2', {
      prompt_id: 'p3',
      prompt: "no, that's wrong: time must not be memoized",
    });
    const corrected = await derived('correction');
    expect(corrected.approach).toContain('memoize');
    expect(corrected.reason).toContain('time must not be memoized');
    await finished('s2', 'Bash', { command: 'git checkout -- src/date.ts' }, undefined, {
      stdout: '',
      stderr: '',
    });
    const reverted = await derived('revert');
    expect(reverted.approach).toContain('memoize');
    expect(reverted.reason).toContain('must not be memoized');
    expect(await attempts('memoized clock')).toContainEqual(expect.objectContaining({ derived: 'revert' }));
    expect(await attempts('--outcome', 'worked')).toEqual([]);
  });

  test('nothing is recorded twice when the daemon is killed and everything is learnt again', async () => {
    const before = (await attempts()).map(({ id }) => id).sort();
    await home.kill();
    await hook('UserPromptSubmit', 's3', { prompt_id: 'p4', prompt: 'hello' });
    await edit(
      's3',
      'export const a = "one and only";',
      'export const a = "another one";',
      refusal('not now'),
    );
    const after = await eventually(async () => {
      const all = await attempts();
      return all.length > before.length && all;
    }, 'the refusal of another session');
    expect(
      after
        .map(({ id }) => id)
        .filter((id) => before.includes(id))
        .sort(),
    ).toEqual(before);
    expect(after).toHaveLength(before.length + 1);
  });
});

describe('the warning before a call', () => {
  const tool = 'mcp__tracker__create_issue';
  const inputOf = (session: string, nth: number) => ({
    title: `${session} issue number ${nth}`,
    parent: 'ENT-1',
  });
  const error = 'Received non-uuid id - parentId contained a non-uuid identifier.';

  /** Fails twice in the same way and asks before the third time. */
  async function thirdCall(session: string): Promise<string> {
    await hook('SessionStart', session, { source: 'startup' });
    for (const nth of [1, 2]) await finished(session, tool, inputOf(session, nth), error);
    await eventually(async () => {
      const { sessions } = await home.json<OutputOf<'session.list'>>(['session', 'list'], repository);
      return sessions.find(({ nativeId, failures }) => nativeId === session && failures === 2);
    }, `the failures of ${session}`);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const call = { tool_name: tool, tool_use_id: `third-${session}`, tool_input: inputOf(session, 3) };
    const { stdout, exitCode } = await hook('PreToolUse', session, call);
    expect(exitCode).toBe(0);
    await finished(session, tool, inputOf(session, 3), error, {}, `third-${session}`);
    return stdout;
  }

  /** Names of sessions whose third call is shown, or held back. */
  const sessionsThat = (shown: boolean): string[] =>
    Array.from({ length: 40 }, (_, nth) => `w${nth}`).filter((name) => {
      const session = sessionId('claude-code', name);
      const { key } = callOf(tool, inputOf(name, 3), { session, base: repository });
      return isShown(session, key) === shown;
    });

  test('is shown as quoted data, once; the other half is held back, and both are counted', async () => {
    const [held = ''] = sessionsThat(false);
    expect(await thirdCall(held)).toBe('');
    let said = '';
    // A hook that the machine keeps waiting gives up: then another session is warned.
    for (const name of sessionsThat(true).slice(0, 4)) if (said === '') said = await thirdCall(name);
    const { hookSpecificOutput } = JSON.parse(said);
    expect(hookSpecificOutput.hookEventName).toBe('PreToolUse');
    expect(Object.keys(hookSpecificOutput).sort()).toEqual(['additionalContext', 'hookEventName']);
    expect(hookSpecificOutput.additionalContext).toMatch(/^<hivemind-record kind="warning"/);
    expect(hookSpecificOutput.additionalContext).toContain('Received non-uuid id');
    expect(hookSpecificOutput.additionalContext).toContain('hivemind show');
    expect(hookSpecificOutput.additionalContext.length).toBeLessThanOrEqual(480);
    const stats = await eventually(async () => {
      const now = await home.json<OutputOf<'stats.warnings'>>(['stats', 'warnings'], repository);
      return now.heldBack.failed === 1 && now.shown.failed >= 1 && now;
    }, 'both halves');
    expect(stats).toMatchObject({
      setting: 'on',
      heldBack: { fired: 1, precision: 1 },
      shown: { precision: 1 },
    });
    expect(stats.judged).toBeGreaterThanOrEqual(2);
    expect((await home.hivemind(['stats', 'warnings'], { cwd: repository })).stdout).toContain('held back');
  });

  test('is not given where warnings are off, and nothing is counted', async () => {
    await home.json(['workspace', 'set', 'warnings', 'off'], repository);
    const before = await home.json<OutputOf<'stats.warnings'>>(['stats', 'warnings'], repository);
    const [name = ''] = sessionsThat(true).slice(10);
    expect(await thirdCall(name)).toBe('');
    const after = await home.json<OutputOf<'stats.warnings'>>(['stats', 'warnings'], repository);
    expect([after.setting, after.judged]).toEqual(['off', before.judged]);
    expect(
      (await home.hivemind(['workspace', 'set', 'warnings', 'loud'], { cwd: repository })).exitCode,
    ).toBe(2);
  });

  test('is none while the daemon is away, and leaves nothing behind', async () => {
    await home.json(['daemon', 'stop']);
    const { stdout, exitCode } = await hook('PreToolUse', 'w0', { tool_name: tool, tool_input: {} });
    expect([stdout, exitCode]).toEqual(['', 0]);
    expect(readdirSync(join(home.dir, '.hivemind', 'spool'))).toEqual([]);
  });
});
