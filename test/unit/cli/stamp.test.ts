import { expect, test } from 'vitest';
import { operationSpecs } from '../../../scripts/generate-commands.ts';
import type { OperationSpec } from '../../../src/cli/spec.ts';
import { stampInput, typist } from '../../../src/cli/stamp.ts';
import { sessionId } from '../../../src/schema/ids.ts';
import { humanActor } from '../../../src/wire/person.ts';

function stamp(name: string, input: Record<string, unknown>, env: Record<string, string>) {
  const spec: OperationSpec | undefined = operationSpecs()[name];
  if (spec === undefined) throw new Error(`no spec ${name}`);
  return stampInput(spec, input, env, '/here');
}

test('the directory goes where it is asked for', () => {
  expect(stamp('session.show', {}, {})).toEqual({ cwd: '/here' });
  expect(stamp('workspace.list', {}, {})).toEqual({});
});

test('what says where agents keep their files goes to operations that ask for it, and nothing else of the environment', () => {
  const env = { CLAUDE_CONFIG_DIR: '/moved', CODEX_HOME: '', SECRET: 'x' };
  const { environment } = stamp('agent.connect', { agent: 'claude-code' }, env);
  expect(environment).toEqual({ CLAUDE_CONFIG_DIR: '/moved' });
  expect(stamp('recall.search', { query: 'x' }, env)).not.toHaveProperty('environment');
});

test('HIVEMIND_WORKSPACE stands in for a missing flag, and never says what to delete', () => {
  const env = { HIVEMIND_WORKSPACE: 'other' };
  expect(stamp('recall.search', { query: 'x' }, env)).toMatchObject({ workspace: 'other' });
  expect(stamp('recall.search', { query: 'x', workspace: 'mine' }, env)).toMatchObject({ workspace: 'mine' });
  expect(stamp('workspace.delete', {}, env)).not.toHaveProperty('workspace');
});

test('an agent is told from the person whose machine it is by what it sets in its shell', () => {
  expect(typist({ TERM: 'xterm', CODEX_HOME: '/moved', CURSOR_TRACE_ID: 'editor' })).toEqual(humanActor());
  expect(typist({ CLAUDECODE: '1' })).toEqual({ kind: 'agent', name: 'claude-code' });
  expect(typist({ CODEX_THREAD_ID: 't1' })).toEqual({ kind: 'agent', name: 'codex' });
  expect(typist({ AI_AGENT: 'some-agent@2' })).toMatchObject({ kind: 'agent' });
});

test('a session is known by what its agent sets, whichever agent that is', () => {
  const callerOf = (env: Record<string, string>) => stamp('review.approve', { name: 'side' }, env).caller;
  expect(callerOf({ CODEX_THREAD_ID: 't1' })).toBe(sessionId('codex', 't1'));
  expect(callerOf({ GEMINI_SESSION_ID: 'g1' })).toBe(sessionId('gemini-cli', 'g1'));
  expect(callerOf({})).toBeUndefined();
});
