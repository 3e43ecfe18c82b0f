import { asFields, type Fields, parseFields, stringAt, wordAt } from '../fields.ts';

/** A call by Copilot's own words. */
export interface NativeTool {
  name: string;
  args: unknown;
  /** Server and tool of an MCP call, where that is told. */
  server: string | null;
  serverTool: string | null;
}

export interface NamedTool {
  tool: string;
  input: unknown;
  mcpServer: string | null;
}

/** Tools of Copilot CLI, and of Copilot in VS Code which writes the same events, in the words that all agents share. */
const shared: Readonly<Record<string, (args: Fields | null) => { tool: string; input: Fields }>> = {
  bash: (args) => as('Bash', args, {}),
  run_in_terminal: (args) => as('Bash', args, {}),
  powershell: (args) => as('PowerShell', args, {}),
  view: readsFile,
  read_file: readsFile,
  create: writesFile,
  create_file: writesFile,
  edit: editsFile,
  replace_string_in_file: editsFile,
  str_replace_editor: byCommand,
  grep: (args) => as('Grep', args, {}),
  rg: (args) => as('Grep', args, {}),
  grep_search: (args) => as('Grep', args, { pattern: wordAt(args, 'query') }),
  glob: (args) => as('Glob', args, {}),
  file_search: (args) => as('Glob', args, { pattern: wordAt(args, 'query') }),
  web_fetch: (args) => as('WebFetch', args, {}),
  web_search: (args) => as('WebSearch', args, {}),
  task: (args) => as('Agent', args, { subagent_type: wordAt(args, 'agent_type') }),
};

export function toolNamed({ name, args, server, serverTool }: NativeTool): NamedTool {
  const given = typeof args === 'string' ? parseFields(args) : asFields(args);
  const input = given ?? args ?? {};
  if (server !== null) return { tool: `mcp__${server}__${serverTool ?? name}`, input, mcpServer: server };
  const known = Object.hasOwn(shared, name) ? shared[name] : undefined;
  return known === undefined ? { tool: name, input, mcpServer: null } : { ...known(given), mcpServer: null };
}

/** A call as a hook tells it, which names an MCP tool SERVER-TOOL; Copilot's own have no dash in their names. */
export function hookTool(name: string, args: unknown): NamedTool {
  const match = /^([^-]+)-(.+)$/.exec(name);
  return toolNamed({ name, args, server: match?.[1] ?? null, serverTool: match?.[2] ?? null });
}

/** The arguments with those that have another name among agents; what is not known is left out. */
function as(tool: string, args: Fields | null, more: Fields): { tool: string; input: Fields } {
  const known = Object.entries(more).filter(([, value]) => value !== null);
  return { tool, input: { ...args, ...Object.fromEntries(known) } };
}

const pathOf = (args: Fields | null): string | null => wordAt(args, 'path') ?? wordAt(args, 'filePath');

function readsFile(args: Fields | null): { tool: string; input: Fields } {
  return as('Read', args, { file_path: pathOf(args) });
}

function writesFile(args: Fields | null): { tool: string; input: Fields } {
  const { file_text: _, ...rest } = args ?? {};
  return as('Write', rest, {
    file_path: pathOf(args),
    content: stringAt(args, 'file_text') ?? stringAt(args, 'content'),
  });
}

function editsFile(args: Fields | null): { tool: string; input: Fields } {
  const { old_str: _, new_str: __, oldString: ___, newString: ____, ...rest } = args ?? {};
  return as('Edit', rest, {
    file_path: pathOf(args),
    old_string: stringAt(args, 'old_str') ?? stringAt(args, 'oldString'),
    new_string: stringAt(args, 'new_str') ?? stringAt(args, 'newString'),
  });
}

/** One tool for everything, in older versions. */
function byCommand(args: Fields | null): { tool: string; input: Fields } {
  const command = wordAt(args, 'command');
  if (command === 'view') return readsFile(args);
  return command === 'create' ? writesFile(args) : editsFile(args);
}
