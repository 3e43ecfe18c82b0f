import { errorCodes } from '../../src/schema/error-codes.ts';
import { loadCommands, type NamedCommand, rowsOf, usage } from './cli.ts';

/** Text that roff prints as it is: no escape, no request at the beginning of a line, a dash that can be copied. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '')
    .replace(/^([.'])/gm, '\\&$1')
    .replace(
      /[^\x20-\x7e\n]/gu,
      (character) => `\\[u${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`,
    );

const paragraph = (text: string): string => `.PP\n${roff(text)}`;
const term = (name: string, text: string): string =>
  `.TP\n.B ${roff(name)}\n${text === '' ? '\\&' : roff(text)}`;
const code = (lines: readonly string[]): string =>
  ['.PP', '.in +4', '.nf', ...lines.map((line) => roff(line)), '.fi', '.in'].join('\n');

function commandPart({ words, command }: NamedCommand): string {
  const { summary = '', description, examples = [] } = command;
  return [
    `.SS "hivemind ${roff(words)}"`,
    roff(usage(words, command)),
    paragraph(summary),
    ...(description === undefined ? [] : [paragraph(description)]),
    ...rowsOf(command).map(([name = '', fallback = '', meaning = '']) =>
      term(
        name.replaceAll('`', ''),
        `${meaning}${fallback === '' ? '' : ` (${fallback === 'required' ? fallback : `default: ${fallback}`})`}`,
      ),
    ),
    ...(examples.length === 0 ? [] : [code(examples)]),
  ].join('\n');
}

const variables: readonly (readonly [string, string])[] = [
  ['HIVEMIND_HOME', 'Where program and data are (default: ~/.hivemind).'],
  ['HIVEMIND_WORKSPACE', 'Workspace of commands that are given no --workspace.'],
  ['HIVEMIND_BRANCH', 'Branch of commands that are given no --branch.'],
  ['NO_COLOR', 'Leaves colours out.'],
];

/** docs/reference/hivemind.1: the manual page, in man macros. */
export async function manPage(): Promise<string> {
  const commands = await loadCommands();
  const exits = new Map<number, string[]>();
  for (const [name, { exit }] of Object.entries(errorCodes))
    exits.set(exit, [...(exits.get(exit) ?? []), name]);
  return [
    '.\\" Written by `npm run docs` from the tables in src/. Change those, not this file.',
    '.TH HIVEMIND 1 "" "Hivemind" "User Commands"',
    '.SH NAME',
    'hivemind \\- shared memory and trace layer for teams of coding agents',
    '.SH SYNOPSIS',
    '.B hivemind',
    '.I COMMAND',
    '[\\fIARGUMENT\\fR...] [\\fIOPTION\\fR...] [\\fB\\-\\-json\\fR]',
    '.SH DESCRIPTION',
    roff(
      'What coding agents do in a repository (prompts, tool calls, edits, decisions, failures) becomes a typed event on your own machine, durable before it is acknowledged, and can be recalled by every agent that shares the branch. Every command takes --help, and --json: its result, or {"error": ...}, as one JSON object on standard output.',
    ),
    paragraph('Guides: hivemind help topics. Completion: hivemind completion bash, zsh or fish.'),
    '.SH COMMANDS',
    ...commands.map(commandPart),
    '.SH ENVIRONMENT',
    ...variables.map(([name, text]) => term(name, text)),
    '.SH EXIT STATUS',
    term('0', 'It worked.'),
    ...[...exits].sort(([a], [b]) => a - b).map(([exit, names]) => term(String(exit), names.join(', '))),
    term('130', 'It was interrupted.'),
    '.SH FILES',
    term('~/.hivemind', 'Program, settings and data, readable by you alone.'),
  ].join('\n');
}
