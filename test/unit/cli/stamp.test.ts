import { expect, test } from 'vitest';
import { operationSpecs } from '../../../scripts/generate-commands.ts';
import { agents } from '../../../src/agents/index.ts';
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

/** What each agent sets in the shells in which it runs commands; any of them is enough. */
const shells: Record<string, Record<string, string>[]> = {
  'claude-code': [{ CLAUDECODE: '1' }, { CLAUDE_CODE_SESSION_ID: 's1' }],
  codex: [{ CODEX_THREAD_ID: 't1' }, { CODEX_SANDBOX: 'seatbelt' }, { CODEX_SANDBOX_NETWORK_DISABLED: '1' }],
  'copilot-cli': [{ COPILOT_CLI: '1' }, { COPILOT_AGENT: '1' }, { COPILOT_AGENT_SESSION_ID: 's1' }],
  cursor: [{ CURSOR_AGENT: '1' }],
  'gemini-cli': [{ GEMINI_CLI: '1' }, { GEMINI_SESSION_ID: 's1' }],
  opencode: [{ OPENCODE: '1' }],
};

test('every agent that can be connected has a mark by which its word is not a person’s', () => {
  // The one that reads whatever nobody else knows has no shell of its own: AI_AGENT is for those.
  const known = Object.keys(agents).filter((name) => name !== 'generic');
  expect(Object.keys(shells).sort()).toEqual(known.sort());
  for (const [name, marks] of Object.entries(shells))
    for (const mark of marks)
      expect(typist({ TERM: 'xterm', USER: 'ada', ...mark }), JSON.stringify(mark)).toEqual({
        kind: 'agent',
        name,
      });
});

test('a session is known by what its agent sets, whichever agent that is', () => {
  const callerOf = (env: Record<string, string>) => stamp('review.approve', { name: 'side' }, env).caller;
  expect(callerOf({ CODEX_THREAD_ID: 't1' })).toBe(sessionId('codex', 't1'));
  expect(callerOf({ GEMINI_SESSION_ID: 'g1' })).toBe(sessionId('gemini-cli', 'g1'));
  expect(callerOf({})).toBeUndefined();
});
