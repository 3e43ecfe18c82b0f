import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claudeCode } from '../../../../src/agents/claude-code/index.ts';
import { cursor } from '../../../../src/agents/cursor/index.ts';
import { generic } from '../../../../src/agents/generic/index.ts';
import { openOtherFormat } from '../../../../src/agents/other-formats/index.ts';
import type { DraftInput } from '../../../../src/schema/event.ts';
import { expectValid, fuzzPayload, mutants } from '../fuzz.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../fixtures/other-formats');
const samples = ['amp.json', 'continue.json', 'droid.jsonl', 'pi.jsonl', 'swe-agent.traj', 'windsurf.jsonl'];

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hivemind-formats-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const read = (path: string): DraftInput[] =>
  [...openOtherFormat(path).parts(0)].flatMap(({ drafts }) => drafts);

const kinds = (drafts: readonly DraftInput[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { type, status } of drafts) {
    const kind = status === 'ok' ? type : `${type} ${status}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
};

describe('files of agents without an adapter', () => {
  test.each([
    [
      'amp.json',
      'amp',
      { 'turn.prompted': 1, 'turn.replied': 1, 'tool.called': 1, 'file.edited': 1, 'session.titled': 1 },
    ],
    [
      'continue.json',
      'continue',
      { 'turn.prompted': 1, 'turn.replied': 2, 'tool.called': 1, 'file.edited': 1, 'session.titled': 1 },
    ],
    [
      'droid.jsonl',
      'droid',
      { 'turn.prompted': 1, 'turn.replied': 1, 'tool.called': 5, 'session.titled': 1 },
    ],
    ['pi.jsonl', 'pi', { 'turn.prompted': 1, 'turn.replied': 1, 'file.edited': 1 }],
    [
      'swe-agent.traj',
      'swe-agent',
      { 'turn.prompted': 1, 'turn.replied': 5, 'tool.called': 5, 'session.ended': 1 },
    ],
  ])('%s', (name, agent, expected) => {
    const drafts = read(join(folder, name));
    expectValid(drafts);
    expect(new Set(drafts.map((draft) => draft.agent))).toEqual(new Set([agent]));
    expect(kinds(drafts)).toEqual({ 'session.started': 1, ...expected });
    expect(read(join(folder, name))).toEqual(drafts);
    expect(new Set(drafts.map(({ identity }) => JSON.stringify(identity))).size).toBe(drafts.length);
  });

  test('windsurf: a failing command is one, what is not known is counted', () => {
    const drafts = read(join(folder, 'windsurf.jsonl'));
    expectValid(drafts);
    expect(drafts.find(({ type }) => type === 'file.edited')?.body).toMatchObject({ tool: 'Write' });
    expect(drafts.find(({ body }) => body?.exitCode !== undefined)?.body).toMatchObject({ tool: 'Bash' });
  });

  test('each is recognised by what stands in it, and by no other adapter', () => {
    for (const name of samples) {
      const path = join(folder, name);
      const head = readFileSync(path, 'utf8').slice(0, 65_536);
      expect([name, generic.transcripts.recognises(head, path)]).toEqual([name, true]);
      for (const agent of [claudeCode, cursor])
        expect([name, agent.name, agent.transcripts.recognises(head, path)]).toEqual([
          name,
          agent.name,
          false,
        ]);
    }
    expect(generic.transcripts.recognises('{"type":"user","message":{}}\n', 'x.jsonl')).toBe(false);
    expect(generic.transcripts.recognises('{"name":"x","history":[]}', 'package.json')).toBe(false);
  });

  test.each(samples)('no garbage in %s throws but a SyntaxError', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const isLines = name.endsWith('.jsonl');
    const whole: unknown = isLines
      ? text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : JSON.parse(text);
    const path = join(dir, `x${extname(name)}`);
    let seen = 0;
    for (const mutant of mutants(whole)) {
      // All of them would take minutes; which ones does not matter.
      seen += 1;
      if (seen % 37 !== 0) continue;
      const made = isLines
        ? (mutant as unknown[]).map((line) => JSON.stringify(line)).join('\n')
        : JSON.stringify(mutant);
      writeFileSync(path, made);
      try {
        expectValid(read(path));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }
    expect(seen).toBeGreaterThan(300);
  });

  test('another file is a SyntaxError', () => {
    const path = join(dir, 'x.json');
    for (const text of ['', '{}', 'hello', '[1]', '{"id":"T-1"}']) {
      writeFileSync(path, text);
      expect(() => read(path)).toThrow(SyntaxError);
    }
  });
});

describe('generic payloads', () => {
  const whole = {
    session: 's',
    agent: 'my-agent',
    cwd: '/home/dev/parser',
    type: 'tool',
    id: '1',
    turn: 't',
    at: '2026-05-01T10:00:00Z',
    model: 'm',
    command: 'make test',
    output: 'boom',
    exitCode: 2,
    durationMs: 5,
    tokens: { input: 1, output: 2, cacheRead: 3 },
  };
  const told = (payload: object, event = 'tool'): DraftInput[] =>
    generic.translate({ event, payload: JSON.stringify(payload), at: 1000 }).drafts;

  test('a command is a shell command, whatever ran it', () => {
    expect(told({ ...whole, tool: 'make' })).toMatchObject([
      {
        agent: 'my-agent',
        at: Date.parse('2026-05-01T10:00:00Z'),
        status: 'failed',
        identity: { nativeId: '1', phase: 'call' },
        body: {
          tool: 'Bash',
          nativeTool: 'make',
          input: { command: 'make test' },
          exitCode: 2,
          error: 'boom',
        },
      },
    ]);
  });

  test('failures and refusals', () => {
    expect(told({ session: 's', text: 'it broke' }, 'failure')).toMatchObject([
      { status: 'failed', body: { error: 'it broke' } },
    ]);
    expect(told({ session: 's', tool: 'x', status: 'rejected', error: 'no' })).toMatchObject([
      { status: 'rejected', body: { refusedBy: 'person', error: 'no' } },
    ]);
  });

  test('a child names its parent; without an id the same words are two events', () => {
    const [child] = told({ session: 'c', parent: 'p', type: 'start', role: 'tester' });
    expect(child).toMatchObject({ type: 'session.started', body: { source: 'subagent', role: 'tester' } });
    const [parent] = told({ session: 'p', type: 'start' });
    expect(child?.rootSession).toBe(parent?.session);
    const twice = [1, 2].map(
      (at) =>
        generic.translate({ event: 'reply', payload: '{"session":"s","text":"yes"}', at }).drafts[0]
          ?.identity,
    );
    expect(twice[0]).not.toEqual(twice[1]);
  });

  test('what says no session, or is of no kind, is kept as text', () => {
    expect(told({ type: 'tool' })).toMatchObject([{ type: 'hook.unreadable' }]);
    expect(told({ session: 's' }, 'whatever')).toMatchObject([{ type: 'hook.unreadable' }]);
    expect(generic.translate({ event: 'tool', payload: '{"sess', at: 1 }).drafts).toMatchObject([
      { type: 'hook.unreadable' },
    ]);
  });

  test.each(['start', 'prompt', 'reply', 'tool', 'edit', 'title', 'end', 'interrupted', 'failure'])(
    'no payload of %s throws',
    (event) => {
      const { type: _, ...payload } = whole;
      expect(fuzzPayload(generic, event, { ...payload, path: 'a.ts', diff: '@@ x' })).toBeGreaterThan(100);
    },
  );
});
