import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Command } from '@oclif/core';
import { operationSpecs } from '../generate-commands.ts';
import { table } from './schema-tables.ts';

const commandsFolder = fileURLToPath(new URL('../../src/cli/commands', import.meta.url));
const specFile = fileURLToPath(new URL('../../dist/cli/operations.json', import.meta.url));

interface Flag {
  type: 'boolean' | 'option';
  char?: string;
  description?: string;
  default?: unknown;
  options?: string[];
  allowNo?: boolean;
  required?: boolean;
  multiple?: boolean;
  min?: number;
  max?: number;
}

/** What an oclif command says about itself. */
export interface CommandClass {
  summary?: string;
  description?: string;
  examples?: readonly string[];
  args?: Record<string, Pick<Flag, 'description' | 'required' | 'multiple'>>;
  flags?: Record<string, Flag>;
  baseFlags?: Record<string, Flag>;
  /** false: it takes words that are no arguments of its own. */
  strict?: boolean;
}

/** Words of every command, from the file tree: `workspace/create.ts` is `workspace create`. */
export const commandWords = (): string[] =>
  readdirSync(commandsFolder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length).replaceAll('\\', '/').replaceAll('/', ' '))
    .sort();

/** The commands read this product of the build; it is made anew where it is absent or older than the operation table. */
function refreshSpecs(): void {
  const text = JSON.stringify(operationSpecs());
  try {
    if (readFileSync(specFile, 'utf8') === text) return;
  } catch {
    mkdirSync(dirname(specFile), { recursive: true });
  }
  const fresh = `${specFile}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, specFile);
}

/** The same for who reads it, and as oclif's parser takes it. */
export type LoadedCommand = CommandClass & Pick<Command.Class, 'args' | 'flags' | 'baseFlags'>;

/** The class of `hivemind WORDS`. */
export async function loadCommand(words: string): Promise<LoadedCommand> {
  const path = `${commandsFolder}/${words.replaceAll(' ', '/')}.ts`;
  const module = (await import(pathToFileURL(path).href)) as { default: LoadedCommand };
  return module.default;
}

const optional = (text: string, required: boolean | undefined): string => (required ? text : `[${text}]`);

const isInteger = (flag: Flag): boolean => typeof flag.default === 'number' || flag.max !== undefined;

function valueName(name: string, flag: Flag): string {
  if (flag.options !== undefined) return flag.options.join('|');
  return isInteger(flag) ? 'N' : name.toUpperCase();
}

function flagWord(name: string, flag: Flag): string {
  if (flag.type === 'boolean') return `--${flag.allowNo ? '[no-]' : ''}${name}`;
  return `--${name} ${valueName(name, flag)}${flag.multiple ? '...' : ''}`;
}

/** `hivemind recall QUERY... [--limit N]`. */
export function usage(words: string, { args = {}, flags = {}, baseFlags = {} }: CommandClass): string {
  const given = Object.entries(args).map(([name, { required, multiple }]) =>
    optional(`${name.toUpperCase()}${multiple ? '...' : ''}`, required),
  );
  const named = Object.entries(flags).map(([name, flag]) => optional(flagWord(name, flag), flag.required));
  const shared = 'json' in baseFlags ? ['[--json]'] : [];
  return ['hivemind', words, ...given, ...named, ...shared].join(' ');
}

function bounds({ min, max }: Flag): string {
  if (min === undefined || max === undefined || max === Number.MAX_SAFE_INTEGER) return '';
  return ` (${min} to ${max})`;
}

export function rowsOf({ args = {}, flags = {} }: CommandClass): string[][] {
  const given = Object.entries(args).map(([name, { description = '', required }]) => [
    `\`${name.toUpperCase()}\``,
    required ? 'required' : '',
    description,
  ]);
  const named = Object.entries(flags).map(([name, flag]) => {
    const { char, description = '', default: fallback, required } = flag;
    const described = /\(\d+ to \d+\)/.test(description) ? description : description + bounds(flag);
    const isSaid = fallback !== undefined && fallback !== false;
    return [
      `\`${char === undefined ? '' : `-${char}, `}${flagWord(name, flag)}\``,
      required ? 'required' : isSaid ? `\`${String(fallback)}\`` : '',
      described,
    ];
  });
  return [...given, ...named];
}

function section(words: string, command: CommandClass): string {
  const rows = rowsOf(command);
  const examples = command.examples ?? [];
  return [
    `## hivemind ${words}`,
    command.summary ?? '',
    ...(command.description === undefined ? [] : [command.description]),
    `\`\`\`\n${usage(words, command)}\n\`\`\``,
    ...(rows.length === 0 ? [] : [table(['argument', 'default', 'meaning'], rows)]),
    ...(examples.length === 0 ? [] : [`\`\`\`sh\n${examples.join('\n')}\n\`\`\``]),
  ].join('\n\n');
}

const intro = `# Commands

Every command but \`record run\`, whose output is that of the command that it runs, takes \`--json\` (the result, or \`{"error": …}\`, as one JSON object on standard output) and \`--help\`. \`hivemind --version\` prints the version. [Exit codes](errors.md) say what to do next. Colours are left out when \`NO_COLOR\` is set or the output is no terminal.

| variable | meaning |
| --- | --- |
| \`HIVEMIND_HOME\` | where program and data are (default: \`~/.hivemind\`) |
| \`HIVEMIND_WORKSPACE\` | workspace of commands that are given no \`--workspace\` |
| \`HIVEMIND_IDLE_EXIT_MS\` | after how many idle milliseconds the daemon ends (default: one hour) |
| \`CLAUDE_CONFIG_DIR\`, \`CODEX_HOME\`, \`COPILOT_HOME\`, \`GEMINI_CLI_HOME\`, \`OPENCODE_CONFIG_DIR\`, \`XDG_CONFIG_HOME\`, \`XDG_DATA_HOME\` | the agents' own: where their settings and transcripts are |`;

/** Two commands that agents start, without oclif so that they start fast (bin/run.js). */
const agentCommands = `## hivemind mcp

For agents: speaks MCP on standard input and output. It is a byte pipe to the daemon, in which the server runs.

\`\`\`
hivemind mcp [--workspace WORKSPACE] [--tools NAMES]
\`\`\`

\`--tools\` (or \`$HIVEMIND_MCP_TOOLS\`) names the [tools](mcp.md) that the client gets, separated by commas, or \`all\`; else the usual ones. Without \`--workspace\` it is \`$HIVEMIND_WORKSPACE\`, else the workspace that the directory (\`$CLAUDE_PROJECT_DIR\`, else the current one) is bound to.

## hivemind hook

For agents: takes one hook payload from standard input. It hands over to \`bin/hook.sh\`, which agents are configured to run directly. Exits 0 whatever happens.

\`\`\`
hivemind hook AGENT EVENT
\`\`\``;

/** A command with its words. */
export interface NamedCommand {
  words: string;
  command: CommandClass;
}

/** Every command, in the order of their words. */
export async function loadCommands(): Promise<NamedCommand[]> {
  refreshSpecs();
  return Promise.all(commandWords().map(async (words) => ({ words, command: await loadCommand(words) })));
}

/** docs/reference/cli.md. */
export async function cliPage(): Promise<string> {
  const commands = await loadCommands();
  const list = commands.map(
    ({ words, command }) =>
      `- [hivemind ${words}](#hivemind-${words.replaceAll(' ', '-')}): ${command.summary ?? ''}`,
  );
  return [
    intro,
    list.join('\n'),
    ...commands.map(({ words, command }) => section(words, command)),
    agentCommands,
  ].join('\n\n');
}
