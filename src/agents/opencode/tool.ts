import type { Call } from '../call.ts';
import { asFields, type Fields, fieldsAt, stringAt, wordAt } from '../fields.ts';

/** OpenCode's tools under the names that all agents share: their name, and how their arguments are called there. */
const shared: Readonly<Record<string, readonly [tool: string, names: Readonly<Record<string, string>>]>> = {
  bash: ['Bash', {}],
  read: ['Read', { filePath: 'file_path' }],
  write: ['Write', { filePath: 'file_path' }],
  edit: ['Edit', { filePath: 'file_path', oldString: 'old_string', newString: 'new_string' }],
  multiedit: ['MultiEdit', { filePath: 'file_path' }],
  grep: ['Grep', { include: 'glob' }],
  glob: ['Glob', {}],
  webfetch: ['WebFetch', {}],
  websearch: ['WebSearch', {}],
  task: ['Agent', {}],
  todowrite: ['TodoWrite', {}],
  todoread: ['TodoRead', {}],
  skill: ['Skill', {}],
};

/** Its own tools that have an underscore; any other name with one is a tool of an MCP server. */
const ownTools = /^(apply_patch|plan_enter|plan_exit|lsp_.*|list_mcp_.*|read_mcp_.*)$/;

/** Tool and arguments in the words that all agents share. */
export function sharedCall(nativeTool: string, input: unknown): Pick<Call, 'tool' | 'nativeTool' | 'input'> {
  const known = Object.hasOwn(shared, nativeTool) ? shared[nativeTool] : undefined;
  if (known === undefined) return { tool: mcpTool(nativeTool) ?? nativeTool, nativeTool, input };
  const [tool, names] = known;
  const fields = asFields(input);
  if (fields === null) return { tool, nativeTool, input };
  return { tool, nativeTool, input: renamed(fields, names) };
}

function renamed(fields: Fields, names: Readonly<Record<string, string>>): Fields {
  const entries = Object.entries(fields).map(([key, value]) => [
    Object.hasOwn(names, key) ? (names[key] ?? key) : key,
    value,
  ]);
  return Object.fromEntries(entries);
}

function mcpTool(name: string): string | null {
  const at = name.indexOf('_');
  if (at <= 0 || at === name.length - 1 || ownTools.test(name)) return null;
  return `mcp__${name.slice(0, at)}__${name.slice(at + 1)}`;
}

/** OpenCode's words for a call that it did not run. */
const denials: readonly (readonly [by: 'person' | 'rule', RegExp])[] = [
  [
    'person',
    /^The user rejected permission to use this specific tool call(?: with the following feedback: ([\s\S]+))?\.?$/,
  ],
  [
    'rule',
    /^(The user has specified a rule which prevents you from using this specific tool call\.[\s\S]*)$/,
  ],
];

export type Ending = Pick<Call, 'output' | 'error' | 'denied' | 'exitCode' | 'interrupted'>;

/** How a call ended, from the state of its part. */
export function endingOf(tool: string, state: Fields): Ending {
  const metadata = fieldsAt(state, 'metadata');
  const output = stringAt(state, 'output');
  if (stringAt(state, 'status') === 'error') return failure(stringAt(state, 'error') ?? '', metadata);
  if (tool === 'invalid') return failure(wordAt(fieldsAt(state, 'input'), 'error') ?? output ?? '', metadata);
  const exit = metadata?.exit;
  const exitCode = typeof exit === 'number' && Number.isInteger(exit) ? exit : null;
  // A command that was stopped has no code: the key is there, its value is null.
  const isFailed = tool === 'bash' && metadata !== null && 'exit' in metadata && exitCode !== 0;
  const error = isFailed ? output || `exit code ${exitCode ?? 'unknown'}` : null;
  return { output: isFailed ? null : output, error, denied: null, exitCode };
}

function failure(error: string, metadata: Fields | null): Ending {
  for (const [by, pattern] of denials) {
    const match = pattern.exec(error);
    if (match !== null)
      return { output: null, error: null, denied: { by, reason: match[1]?.trim() || null } };
  }
  const interrupted = metadata?.interrupted === true || error === 'Tool execution aborted';
  return { output: null, error: error || 'failed', denied: null, interrupted };
}
