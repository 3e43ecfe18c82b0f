import { expect, test } from 'vitest';
import { operationSpecs } from '../../../scripts/generate-commands.ts';
import { argsOf, flagsOf } from '../../../src/cli/flags.ts';
import type { OperationSpec } from '../../../src/cli/spec.ts';

const specs = operationSpecs();

function specNamed(name: string): OperationSpec {
  const spec = specs[name];
  if (spec === undefined) throw new Error(`no spec ${name}`);
  return spec;
}

test('the directory and what is positional are no flags', () => {
  const flags = Object.keys(flagsOf(specNamed('recall.search')));
  expect(flags).toEqual(expect.arrayContaining(['workspace', 'branch', 'limit', 'budget', 'why', 'path']));
  for (const hidden of ['query', 'cwd', 'caller']) expect(flags).not.toContain(hidden);
  expect(Object.keys(flagsOf(specNamed('agent.connect')))).toEqual([
    'all',
    'workspace',
    'scope',
    'dry-run',
    'trust-hooks',
    'yes',
    'instructions',
  ]);
  expect(Object.keys(argsOf(specNamed('agent.connect')))).toEqual(['agent']);
});

test('bounds, choices and defaults come from the schema', () => {
  expect(flagsOf(specNamed('recall.search'))).toMatchObject({
    limit: { min: 1, max: 50, default: 5 },
    workspace: { char: 'w' },
  });
  expect(flagsOf(specNamed('agent.connect'))).toMatchObject({
    scope: { options: ['user', 'project'], default: 'user' },
  });
});

test('what is on by default can be turned off', () => {
  expect(flagsOf(specNamed('workspace.create'))).toMatchObject({ bind: { allowNo: true, default: true } });
  expect(flagsOf(specNamed('agent.connect'))).toMatchObject({
    'dry-run': { allowNo: false, default: false },
  });
});

test('a list is given again or with commas, and leaves the arguments alone', () => {
  const field = { type: 'array', items: { type: 'string' } };
  const spec = { ...specNamed('workspace.list'), input: { properties: { path: field }, required: [] } };
  expect(flagsOf(spec)).toMatchObject({ path: { multiple: true, multipleNonGreedy: true, delimiter: ',' } });
});

test('arguments never wait for standard input', () => {
  expect(argsOf(specNamed('recall.search'))).toMatchObject({
    query: { required: false, ignoreStdin: true, multiple: true },
  });
  expect(argsOf(specNamed('replay.show'))).toMatchObject({ session: { required: false, ignoreStdin: true } });
});
