import { type Fields, stringAt, wordAt } from '../fields.ts';

export interface NamedTool {
  tool: string;
  input: unknown;
  mcpServer: string | null;
}

/** Gemini's own tools in the words that all agents share; older versions had other names for some. */
const shared: Readonly<Record<string, (args: Fields | null) => { tool: string; input: Fields }>> = {
  run_shell_command: (args) => as('Bash', args, {}),
  read_file: (args) => as('Read', args, { file_path: pathOf(args) }),
  write_file: (args) => as('Write', args, { file_path: pathOf(args) }),
  replace: (args) => as('Edit', args, { file_path: pathOf(args) }),
  grep_search: (args) => as('Grep', args, searched(args)),
  search_file_content: (args) => as('Grep', args, searched(args)),
  glob: (args) => as('Glob', args, searched(args)),
  web_fetch: (args) => as('WebFetch', args, { url: urlIn(args) }),
  google_web_search: (args) => as('WebSearch', args, {}),
  invoke_agent: (args) => as('Agent', args, { subagent_type: wordAt(args, 'agent_name') }),
};

/** The tool in our words. `displayName` tells where an MCP server's name ends, which the tool's own does not. */
export function toolNamed(name: string, displayName: string | null, args: Fields | null): NamedTool {
  const known = Object.hasOwn(shared, name) ? shared[name] : undefined;
  if (known !== undefined) return { ...known(args), mcpServer: null };
  const mcp = mcpOf(name, displayName);
  return {
    tool: mcp === null ? name : `mcp__${mcp.server}__${mcp.tool}`,
    input: args ?? {},
    mcpServer: mcp?.server ?? null,
  };
}

function mcpOf(name: string, displayName: string | null): { server: string; tool: string } | null {
  const shown = /^(.{1,200}) \((.{1,200}) MCP Server\)$/.exec(displayName ?? '');
  if (shown?.[1] !== undefined && shown[2] !== undefined) return { tool: shown[1], server: shown[2] };
  const named = /^mcp_(.+?)_(.+)$/.exec(name) ?? /^(.+?)__(.+)$/.exec(name);
  return named?.[1] === undefined || named[2] === undefined ? null : { server: named[1], tool: named[2] };
}

/** The arguments with those that have another name among agents; what is not known is left out. */
function as(tool: string, args: Fields | null, more: Fields): { tool: string; input: Fields } {
  const known = Object.entries(more).filter(([, value]) => value !== null);
  return { tool, input: { ...args, ...Object.fromEntries(known) } };
}

const pathOf = (args: Fields | null): string | null =>
  wordAt(args, 'file_path') ?? wordAt(args, 'absolute_path') ?? wordAt(args, 'path');

const searched = (args: Fields | null): Fields => ({
  path: wordAt(args, 'dir_path') ?? wordAt(args, 'path'),
  glob: wordAt(args, 'include_pattern') ?? wordAt(args, 'include'),
});

/** Gemini is told in a sentence what to fetch. */
const urlIn = (args: Fields | null): string | null =>
  wordAt(args, 'url') ?? /https?:\/\/[^\s"'<>)\]]+/.exec(stringAt(args, 'prompt') ?? '')?.[0] ?? null;
