import type { Call, Edit, Hunk } from '../call.ts';
import { asFields, countAt, type Fields, listAt, stringAt, wordAt } from '../fields.ts';
import { blocksText, toJson } from '../tool-text.ts';

/** Cursor's tools under the names that all agents share. */
const shared: Readonly<Record<string, string>> = {
  Shell: 'Bash',
  Read: 'Read',
  Write: 'Write',
  Edit: 'Edit',
  StrReplace: 'Edit',
  Delete: 'Delete',
  Grep: 'Grep',
  Glob: 'Glob',
  WebFetch: 'WebFetch',
  WebSearch: 'WebSearch',
  Task: 'Agent',
};

const argumentNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Read: { path: 'file_path' },
  Write: { path: 'file_path', contents: 'content' },
  Edit: { path: 'file_path' },
  Delete: { path: 'file_path' },
  Glob: { glob_pattern: 'pattern' },
  WebSearch: { search_term: 'query' },
};

/** Tool and arguments in the words that all agents share. Cursor does not say which server an MCP tool is of. */
export function sharedCall(
  nativeTool: string,
  input: unknown,
): Pick<Call, 'tool' | 'nativeTool' | 'input'> & { path: string | null } {
  const mcp = /^MCP:\s*(.+)$/s.exec(nativeTool)?.[1];
  const known = Object.hasOwn(shared, nativeTool) ? shared[nativeTool] : undefined;
  const tool = mcp === undefined ? (known ?? nativeTool) : `mcp__mcp__${mcp}`;
  const names = (Object.hasOwn(argumentNames, tool) ? argumentNames[tool] : undefined) ?? {};
  const fields = asFields(input);
  const path = wordAt(fields, 'file_path') ?? wordAt(fields, 'path');
  if (fields === null) return { tool, nativeTool, input, path };
  const renamed = Object.entries(fields).map(([key, value]) => [
    Object.hasOwn(names, key) ? (names[key] ?? key) : key,
    value,
  ]);
  const isFile = ['Read', 'Write', 'Edit', 'Delete'].includes(tool);
  return { tool, nativeTool, input: Object.fromEntries(renamed), path: isFile ? path : null };
}

export interface Answer {
  output: string | null;
  exitCode: number | null;
}

/** What a tool answered: JSON in a string, whose shape is the tool's own. */
export function answerOf(told: unknown): Answer {
  const value = typeof told === 'string' ? parsed(told) : told;
  if (value === undefined || value === null) return { output: null, exitCode: null };
  if (typeof value === 'string') return { output: value, exitCode: null };
  if (Array.isArray(value)) return { output: blocksText(value), exitCode: null };
  const fields = asFields(value);
  if (fields === null) return { output: String(value), exitCode: null };
  const code = fields.exitCode ?? fields.exit_code;
  const exitCode = typeof code === 'number' && Number.isInteger(code) ? code : null;
  return { output: textIn(fields) ?? toJson(fields), exitCode };
}

function textIn(fields: Fields): string | null {
  const streams = ['output', 'stdout', 'stderr'].flatMap((key) => wordAt(fields, key) ?? []);
  if (streams.length > 0) return streams.join('\n');
  const content = listAt(fields, 'content');
  if (content !== null) return blocksText(content);
  return (
    stringAt(fields, 'content') ??
    stringAt(fields, 'result') ??
    stringAt(fields, 'text') ??
    // A command that printed nothing.
    stringAt(fields, 'output') ??
    stringAt(fields, 'stdout')
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What a successful call did to a file; null when it did nothing to one. */
export function editOf(tool: string, input: unknown, path: string | null): Edit | null {
  if (path === null) return null;
  const fields = asFields(input);
  if (tool === 'Delete') return { path, change: 'deleted', hunks: [] };
  if (tool === 'Edit') return { path, change: 'updated', hunks: hunksOf([fields]) };
  if (tool !== 'Write') return null;
  const content = stringAt(fields, 'content');
  // Cursor does not tell whether the file was there before.
  return { path, change: 'updated', hunks: [], ...(content === null ? {} : { content }) };
}

/** Replacements as they were asked for; their place in the file is not known and stands as 0. */
export function hunksOf(edits: readonly unknown[]): Hunk[] {
  return edits.flatMap((item): Hunk[] => {
    const edit = asFields(item);
    const removed = linesOf(stringAt(edit, 'old_string'), '-');
    const added = linesOf(stringAt(edit, 'new_string'), '+');
    if (removed.length + added.length === 0) return [];
    const place = { oldStart: 0, oldLines: removed.length, newStart: 0, newLines: added.length };
    return [{ ...place, lines: [...removed, ...added] }];
  });
}

const linesOf = (text: string | null, mark: string): string[] =>
  text === null || text === ''
    ? []
    : text
        .replace(/\r?\n$/, '')
        .split(/\r?\n/)
        .map((line) => mark + line);

export const durationOf = (fields: Fields): number | null =>
  countAt(fields, 'duration') ?? countAt(fields, 'duration_ms');
