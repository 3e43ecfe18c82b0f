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
  expect(stamp('status.show', {}, {})).toEqual({ cwd: '/here' });
  expect(stamp('workspace.list', {}, {})).toEqual({});
});

test("an agent's moved home goes to operations that take one, for that agent", () => {
  const env = { CLAUDE_CONFIG_DIR: '/moved' };
  expect(stamp('agent.connect', { agent: 'claude-code' }, env)).toMatchObject({ home: '/moved' });
  expect(stamp('agent.connect', { agent: 'codex' }, env)).not.toHaveProperty('home');
  expect(stamp('recall.search', { query: 'x' }, env)).not.toHaveProperty('home');
});

test('HIVEMIND_WORKSPACE stands in for a missing flag, and never says what to delete', () => {
  const env = { HIVEMIND_WORKSPACE: 'other' };
  expect(stamp('recall.search', { query: 'x' }, env)).toMatchObject({ workspace: 'other' });
  expect(stamp('recall.search', { query: 'x', workspace: 'mine' }, env)).toMatchObject({ workspace: 'mine' });
  expect(stamp('workspace.delete', {}, env)).not.toHaveProperty('workspace');
});
