import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event } from '../../src/schema/event.ts';
import { sessionId } from '../../src/schema/ids.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

let home: Home;
let repository: string;
let folder: string;
beforeEach(async () => {
  home = makeHome();
  repository = await home.repository('parser');
  folder = join(home.dir, '.claude', 'projects', repository.replaceAll(/[^a-zA-Z0-9]/g, '-'));
  mkdirSync(folder, { recursive: true });
  await home.json(['workspace', 'create', 'parser'], repository);
});
afterEach(() => home.remove());

const events = async (): Promise<Event[]> =>
  (await home.call('event.export', { workspace: 'parser', limit: 10_000 })).events;
const texts = async (type: string): Promise<string[]> =>
  (await events()).filter((event) => event.type === type).map(({ text }) => text);

let clock = Date.parse('2026-05-01T10:00:00Z');
const line = (session: string, fields: object): string => {
  clock += 1000;
  const timestamp = new Date(clock).toISOString();
  return `${JSON.stringify({ sessionId: session, cwd: repository, uuid: `u-${clock}`, timestamp, ...fields })}\n`;
};
const asked = (session: string, prompt: string, promptId: string): string =>
  line(session, { type: 'user', promptId, message: { role: 'user', content: prompt } });
const said = (session: string, id: string, text: string): string =>
  line(session, {
    type: 'assistant',
    message: {
      id,
      role: 'assistant',
      model: 'opus',
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 7, output_tokens: 3 },
    },
  });

test('a transcript is read while it is written, without a hook and without an import', async () => {
  const before = join(folder, 'before.jsonl');
  writeFileSync(before, asked('before', 'what was before', 'p0'));
  await home.json(['connect', 'claude-code'], repository);
  const file = join(folder, 's1.jsonl');
  writeFileSync(file, asked('s1', 'first question', 'p1') + said('s1', 'm1', 'first answer'));
  await eventually(async () => (await texts('turn.replied')).includes('first answer'), 'the first answer');
  // Half a line, then the rest of it.
  const next = asked('s1', 'second question ☂', 'p2');
  appendFileSync(file, Buffer.from(next).subarray(0, 60));
  appendFileSync(file, Buffer.from(next + said('s1', 'm2', 'second answer')).subarray(60));
  await eventually(async () => (await texts('turn.replied')).includes('second answer'), 'the second answer');
  expect(await texts('turn.prompted')).toEqual(['first question', 'second question ☂']);

  await home.json(['daemon', 'stop']);
  appendFileSync(file, asked('s1', 'while it was away', 'p3') + said('s1', 'm3', 'third answer'));
  await home.json(['daemon', 'start']);
  await eventually(async () => (await texts('turn.replied')).includes('third answer'), 'the third answer');
  expect(await texts('turn.replied')).toEqual(['first answer', 'second answer', 'third answer']);

  // What was there before the agent was connected waits for an import.
  expect(await texts('turn.prompted')).not.toContain('what was before');
  const report = await home.json<OutputOf<'import.run'>>(['import', '--all'], repository);
  expect(report).toMatchObject({ workspaces: ['parser'], files: 2, damaged: 0, unbound: [] });
  expect(await texts('turn.prompted')).toContain('what was before');
  expect(await home.json<OutputOf<'import.run'>>(['import', '--all'], repository)).toMatchObject({
    appended: 0,
    unchanged: 2,
  });
  // Read in full once more, nothing is added either: neither what was said nor what it took.
  expect(await home.json<OutputOf<'import.run'>>(['import', folder], repository)).toMatchObject({
    appended: 0,
  });
}, 60_000);

test('nothing is lost of a file that says nothing yet when it is first seen', async () => {
  await home.json(['connect', 'claude-code'], repository);
  const file = join(folder, 's3.jsonl');
  writeFileSync(file, '');
  const other = join(folder, 's4.jsonl');
  writeFileSync(other, asked('s4', 'asked elsewhere', 'p1') + said('s4', 'm2', 'answered elsewhere'));
  await eventually(
    async () => (await texts('turn.replied')).includes('answered elsewhere'),
    'the file that came later',
  );
  appendFileSync(file, asked('s3', 'asked in the first line', 'p1') + said('s3', 'm1', 'the answer'));
  await eventually(async () => (await texts('turn.replied')).includes('the answer'), 'the answer');
  expect(await texts('turn.prompted')).toContain('asked in the first line');
}, 60_000);

test('what a hook told is not told again by the transcript, which adds what it took', async () => {
  await home.json(['connect', 'claude-code'], repository);
  const file = join(folder, 's2.jsonl');
  const payload = { session_id: 's2', transcript_path: file, cwd: repository };
  await home.hook('UserPromptSubmit', JSON.stringify({ ...payload, prompt_id: 'p1', prompt: 'what now?' }));
  writeFileSync(file, asked('s2', 'what now?', 'p1') + said('s2', 'm1', 'looking around'));
  appendFileSync(file, said('s2', 'm2', 'all done'));
  const stop = { ...payload, prompt_id: 'p1', last_assistant_message: 'all done' };
  await home.hook('Stop', JSON.stringify(stop));
  await eventually(async () => (await texts('turn.measured')).length > 0, 'the tokens of the last answer');
  expect(await texts('turn.prompted')).toEqual(['what now?']);
  expect((await texts('turn.replied')).sort()).toEqual(['all done', 'looking around']);
  const [measured] = (await events()).filter(({ type }) => type === 'turn.measured');
  expect(measured?.body).toEqual({ tokens: { input: 7, output: 3 } });
}, 60_000);

test('a path in a payload is read only when it can be a transcript, and no link is followed', async () => {
  await home.json(['connect', 'claude-code'], repository);
  const secret = join(home.dir, 'notes.txt');
  writeFileSync(secret, asked('s3', 'not a transcript', 'p1'));
  const outside = join(home.dir, 'elsewhere.jsonl');
  writeFileSync(outside, asked('s3', 'behind a link', 'p2'));
  const link = join(home.dir, 'link.jsonl');
  symlinkSync(outside, link);
  for (const path of [secret, link, '/dev/zero', 'relative.jsonl', '/nowhere/x.jsonl', 7]) {
    const payload = { session_id: 's3', cwd: repository, transcript_path: path, reason: 'other' };
    await home.hook('SessionEnd', JSON.stringify(payload));
  }
  await eventually(async () => (await texts('session.ended')).length === 6, 'six ends');
  expect(await texts('turn.prompted')).toEqual([]);
}, 60_000);

test('a disconnected agent is not followed', async () => {
  await home.json(['connect', 'claude-code'], repository);
  await home.json(['disconnect', 'claude-code'], repository);
  writeFileSync(join(folder, 's4.jsonl'), asked('s4', 'nobody listens', 'p1'));
  await home.json(['connect', 'claude-code'], repository);
  writeFileSync(join(folder, 's5.jsonl'), asked('s5', 'now again', 'p2') + said('s5', 'm1', 'yes'));
  await eventually(async () => (await texts('turn.prompted')).includes('now again'), 'the new session');
  expect(await texts('turn.prompted')).not.toContain('nobody listens');
}, 60_000);

test("an agent that is started in another one's shell stands below its session", async () => {
  await home.json(['connect', 'claude-code'], repository);
  await home.hook(
    'SessionStart',
    JSON.stringify({ session_id: 'child', cwd: repository, source: 'startup' }),
    {
      env: { CODEX_THREAD_ID: 'thread-1' },
    },
  );
  // Claude Code's own id says nothing about who started it.
  await home.hook(
    'SessionStart',
    JSON.stringify({ session_id: 'root', cwd: repository, source: 'startup' }),
    {
      env: { CLAUDE_CODE_SESSION_ID: 'root' },
    },
  );
  const { sessions } = await home.json<OutputOf<'session.list'>>(['session', 'list'], repository);
  const parents = Object.fromEntries(sessions.map(({ nativeId, parent }) => [nativeId, parent]));
  expect(parents).toEqual({ child: sessionId('codex', 'thread-1'), root: null });
}, 60_000);
