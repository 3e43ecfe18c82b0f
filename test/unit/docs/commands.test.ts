import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@oclif/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cliPage, commandWords, loadCommand } from '../../../scripts/reference/cli.ts';
import { packageRoot } from '../../world/home.ts';
import { blocksOf, pages, proseOf } from './markdown.ts';
import { simpleCommands } from './shell-words.ts';

// The commands are loaded from their sources, which read the table of operations: this sees to it that it is there.
beforeAll(() => cliPage());

const commands = new Set(commandWords());
const topics = new Set([...commands].map((words) => words.split(' ')[0] ?? ''));

/** What is no command of the file tree: words that bin/run.js answers by itself, and oclif's. */
const program = readFileSync(join(packageRoot, 'bin', 'run.js'), 'utf8');
const others = new Set([
  '--help',
  ...[...program.matchAll(/command === '([\w-]+)'/g)].map(([, word]) => word),
]);

/** The longest command that these words begin with; null: none. */
function commandOf(words: readonly string[]): string | null {
  for (let length = Math.min(3, words.length); length > 0; length -= 1) {
    const name = words.slice(0, length).join(' ');
    if (commands.has(name)) return name;
  }
  return null;
}

/** Why these words behind `hivemind` are not a call that the program takes; null: they are. */
async function fault(words: readonly string[]): Promise<string | null> {
  if (others.has(words[0] ?? '')) return null;
  const name = commandOf(words);
  if (name === null) return 'there is no such command';
  const { args = {}, flags = {}, baseFlags = {}, strict = true } = await loadCommand(name);
  const argv = words
    .slice(name.split(' ').length)
    .filter((word) => word !== '--help')
    .map((word) => word.replaceAll('$?', '0'));
  if (words.includes('--help')) return null;
  try {
    await Parser.parse(argv, { args, flags: { ...baseFlags, ...flags }, strict });
    return null;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

const ours = (shell: string): string[][] =>
  simpleCommands(shell).flatMap((words) => {
    const at = words.findIndex((word) => /(^|\/)hivemind$/.test(word));
    return at === -1 || (at > 0 && !/^(sudo|exec|xargs|time|watch|\*|\d)/.test(words[0] ?? ''))
      ? []
      : [words.slice(at + 1)];
  });

const shown = pages.flatMap(({ path, text }) =>
  blocksOf(text, ['sh', 'bash', 'console']).flatMap((block) =>
    ours(block).map((words) => ({ path, line: words.join(' '), words })),
  ),
);

test('the guides show commands', () => {
  expect(shown.length).toBeGreaterThan(150);
  expect(new Set(shown.map(({ path }) => path)).size).toBeGreaterThan(15);
});

test('every command that a page shows is one that the program takes, with these flags and arguments', async () => {
  const faults: string[] = [];
  for (const { path, line, words } of shown) {
    const why = await fault(words);
    if (why !== null) faults.push(`${path}: hivemind ${line}: ${why}`);
  }
  expect(faults).toEqual([]);
});

/** `hivemind …` in running text: names may be placeholders there, and words are left out; what there is must exist. */
const mentioned = pages.flatMap(({ path, text }) =>
  [...proseOf(text).matchAll(/`hivemind ([^`\n]+)`/g)].map(([, rest = '']) => ({
    path,
    words: rest
      .replaceAll('|', ' ')
      .split(/\s+/)
      .filter((word) => word !== ''),
  })),
);

test('every command that a page mentions exists, and so do its flags', async () => {
  const faults: string[] = [];
  for (const { path, words } of mentioned) {
    const first = words[0] ?? '';
    if (others.has(first)) continue;
    const name = commandOf(words);
    const line = `${path}: hivemind ${words.join(' ')}`;
    if (name === null && !(words.length === 1 && topics.has(first)) && first !== 'ARGS' && first !== '…')
      faults.push(`${line}: there is no such command`);
    if (name === null) continue;
    const { flags = {}, baseFlags = {} } = await loadCommand(name);
    const known = { ...flags, ...baseFlags };
    for (const [, no, flag = ''] of words
      .join(' ')
      .split(' -- ')[0]
      ?.matchAll(/(?:^| )\[?--(no-)?([a-z][a-z-]*)/g) ?? [])
      if (!(flag in known || (no !== undefined && `no-${flag}` in known)) && flag !== 'help')
        faults.push(`${line}: there is no --${no ?? ''}${flag}`);
  }
  expect(faults).toEqual([]);
});

describe('the words of a line of shell', () => {
  test.each<[string, string[][]]>([
    [
      'hivemind recall "why does it\'s" --json # a comment',
      [['hivemind', 'recall', "why does it's", '--json']],
    ],
    ["A=1 B='x y' hivemind status > log 2>&1", [['hivemind', 'status']]],
    ['cd x && hivemind plan; true | cat', [['cd', 'x'], ['hivemind', 'plan'], ['true'], ['cat']]],
    ['hivemind remember \\\n  fact "a#b"', [['hivemind', 'remember', 'fact', 'a#b']]],
    ['cat <<E\nhivemind nonsense\nE\n$ hivemind status', [['cat'], ['hivemind', 'status']]],
  ])('%s', (line, expected) => expect(simpleCommands(line)).toEqual(expected));
});
