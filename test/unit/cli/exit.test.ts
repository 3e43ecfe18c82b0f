import { expect, test } from 'vitest';
import { commandError, exitCodeOf, jsonText, renderError } from '../../../src/cli/exit.ts';
import { findCommand } from '../../../src/cli/main.ts';
import { plainPaint } from '../../../src/cli/render/paint.ts';
import { AppError } from '../../../src/schema/app-error.ts';
import { nearest } from '../../../src/schema/nearest.ts';

const tree = {
  commands: ['recall', 'replay', 'workspace create', 'workspace list', 'status'],
  topics: ['workspace'],
};

const oclifError = (message: string, more: object = {}) =>
  Object.assign(new Error(message), { oclif: { exit: 2 } }, more);

test('an error of ours keeps its code, which says the exit code', () => {
  const error = commandError(new AppError('UNAVAILABLE', 'no daemon'), 'status');
  expect([error.code, exitCodeOf(error)]).toEqual(['UNAVAILABLE', 5]);
});

test('anything else thrown is a bug: 70', () => {
  expect(exitCodeOf(commandError(new TypeError('x is not a function'), 'status'))).toBe(70);
});

test.each([
  [oclifError('Missing 1 required arg:\nname  Name', { args: [{ name: 'name' }] }), 'missing argument: NAME'],
  [oclifError('Unexpected argument: b', { args: ['b'] }), 'unexpected argument: b'],
  [
    oclifError('Nonexistent flag: --foo\nSee more help with --help', { flags: ['--foo'] }),
    'unknown option: --foo',
  ],
  [
    oclifError('Parsing --limit \n\tExpected an integer but received: x\nSee more help with --help'),
    '--limit: Expected an integer but received: x',
  ],
  [
    oclifError('The following error occurred:\n  --json=true cannot also be provided'),
    '--json=true cannot also be provided',
  ],
])('a usage error is INVALID_ARGUMENT in one line', (thrown, message) => {
  const error = commandError(thrown, 'recall');
  expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', message, hint: 'hivemind recall --help' });
  expect(exitCodeOf(error)).toBe(2);
});

test('a message from outside cannot drive the terminal', () => {
  const error = new AppError('NOT_FOUND', 'no \u001b[2Jworkspace', { hint: 'hivemind \u0007workspace list' });
  expect(renderError(error, plainPaint)).toBe('error: no workspace\ntry: hivemind workspace list\n');
});

test('JSON on standard output holds no raw control character and reads back the same', () => {
  const value = { text: 'a\u001b\u009b\u007fb\u2028c' };
  const text = jsonText(value);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}]/u);
  expect(JSON.parse(text)).toEqual(value);
});

test.each([
  [['recall', 'x'], 'recall'],
  [['workspace', 'create', 'x'], 'workspace create'],
  [['workspace'], 'workspace'],
  [['workspace', '--help'], 'workspace'],
  [['--help'], ''],
  [[], ''],
])('%j is a command line', (argv, command) => {
  expect(findCommand(argv, tree)).toBe(command);
});

test.each([
  [['recal', 'x'], 'unknown command: recal', 'hivemind recall'],
  [['workspace', 'creat', 'x'], 'unknown command: workspace creat', 'hivemind workspace create'],
  [['worspace', 'list'], 'unknown command: worspace', 'hivemind workspace list'],
  [['workspce'], 'unknown command: workspce', 'hivemind workspace'],
  [['frobnicate'], 'unknown command: frobnicate', 'hivemind --help'],
  [['workspace', 'frobnicate'], 'unknown command: workspace frobnicate', 'hivemind workspace --help'],
])('%j names the nearest command', (argv, message, hint) => {
  expect(() => findCommand(argv, tree)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message, hint }),
  );
});

test('nearest takes a beginning, and nothing that is far away', () => {
  expect(nearest('stat', ['recall', 'status'])).toBe('status');
  expect(nearest('x', ['recall', 'status'])).toBe(undefined);
});
