import { expect, test } from 'vitest';
import { operationSpecs } from '../../../scripts/generate-commands.ts';
import type { OperationSpec } from '../../../src/cli/spec.ts';
import { stampInput } from '../../../src/cli/stamp.ts';

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
