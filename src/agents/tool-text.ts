import { cutMiddle } from '../schema/cut.ts';
import { asFields, type Fields, fieldsAt, listAt, stringAt } from './fields.ts';

/** Most bytes of a tool's answer in an event's searched text: more is noise in recall, the body has it all. */
const answerBytes = 2000;
const shortAnswerBytes = 600;
/** Most bytes of changed lines, or of arguments, in the searched text. */
const changeBytes = 8 * 1024;

export const brief = (text: string, bytes: number): string => cutMiddle(text.trim(), bytes).text;

/** Text of content blocks; anything but text (an image) becomes a short name of its kind. */
export function blocksText(blocks: readonly unknown[]): string {
  return blocks
    .map((block) => {
      if (typeof block === 'string') return block;
      const fields = asFields(block);
      return (
        stringAt(fields, 'text') ??
        `[${stringAt(fields, 'tool_name') ?? stringAt(fields, 'type') ?? 'block'}]`
      );
    })
    .join('\n');
}

/** What a tool answered, as text, from its structured answer; null where its shape is not known. */
export function outputOf(response: unknown): string | null {
  if (response === undefined || response === null) return null;
  if (typeof response === 'string') return response;
  if (Array.isArray(response)) return blocksText(response);
  const fields = asFields(response);
  if (fields === null) return String(response);
  return shellOutput(fields) ?? fileOutput(fields) ?? agentOutput(fields) ?? searchOutput(fields);
}

function shellOutput(fields: Fields): string | null {
  const stdout = stringAt(fields, 'stdout');
  if (stdout === null) return null;
  if (fields.isImage === true) return '[image]';
  return [stdout, stringAt(fields, 'stderr') ?? ''].filter((part) => part !== '').join('\n');
}

function fileOutput(fields: Fields): string | null {
  const file = fieldsAt(fields, 'file');
  if (file === null) return null;
  return stringAt(file, 'content') ?? `[${stringAt(fields, 'type') ?? 'file'}]`;
}

function agentOutput(fields: Fields): string | null {
  if (stringAt(fields, 'agentId') === null) return null;
  const content = listAt(fields, 'content');
  return content === null
    ? `started in the background as ${stringAt(fields, 'agentId')}`
    : blocksText(content);
}

function searchOutput(fields: Fields): string | null {
  const said = stringAt(fields, 'content') ?? stringAt(fields, 'result');
  if (said !== null) return said;
  return (
    listAt(fields, 'filenames')
      ?.filter((name) => typeof name === 'string')
      .join('\n') ?? null
  );
}

/** Deeply nested values make JSON.stringify throw. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '[nested too deeply]';
  }
}

/** Arguments as `name: value` lines, strings as they are, so that they read and search like text. */
function argumentLines(input: Fields | null): string {
  return Object.entries(input ?? {})
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : toJson(value)}`)
    .join('\n');
}

/** What a tool was asked to do, for people and search. */
function askedText(tool: string, input: Fields | null, path: string | null): string {
  const pick = (...names: string[]): string =>
    names
      .map((name) => stringAt(input, name) ?? '')
      .filter((part) => part !== '')
      .join('\n');
  switch (tool) {
    case 'Bash':
    case 'PowerShell':
      return pick('command', 'description');
    case 'Read':
    case 'NotebookRead':
      return `${tool} ${path ?? ''}`;
    case 'Edit':
    case 'Write':
    case 'MultiEdit':
    case 'NotebookEdit':
      return `${tool} ${path ?? ''}\n${pick('new_string', 'content', 'new_source')}`;
    case 'Grep':
    case 'Glob':
      return `${tool} ${pick('pattern', 'path', 'glob').replaceAll('\n', ' ')}`;
    case 'WebFetch':
    case 'WebSearch':
      return `${tool} ${pick('url', 'query', 'prompt')}`;
    case 'Agent':
    case 'Task':
      return pick('description', 'prompt');
    default:
      return `${mcpName(tool)?.join(' ') ?? tool}\n${argumentLines(input)}`;
  }
}

/** Server and tool of an MCP tool's name; null when it is none. */
export function mcpName(tool: string): [server: string, tool: string] | null {
  const match = /^mcp__(.+?)__(.+)$/s.exec(tool);
  return match === null ? null : [match[1] ?? '', match[2] ?? ''];
}

/** Bytes of a successful answer worth searching: files are noise, and what we recalled ourselves must not come back. */
function answerLimit(tool: string): number {
  if (tool === 'Read' || tool === 'NotebookRead') return 0;
  if (mcpName(tool)?.[0].split('_').includes('hivemind')) return 0;
  if (['Grep', 'Glob', 'WebFetch', 'WebSearch', 'ToolSearch'].includes(tool)) return shortAnswerBytes;
  return answerBytes;
}

export interface CallWords {
  tool: string;
  input: unknown;
  /** The file that it is about. */
  path: string | null;
  output: string | null;
  error: string | null;
}

/** The searched and shown text of a tool call. */
export function callText({ tool, input, path, output, error }: CallWords): string {
  const limit = answerLimit(tool);
  const success = limit === 0 ? '' : brief(output ?? '', limit);
  const answer = error === null ? success : brief(error, answerBytes);
  const asked = brief(askedText(tool, asFields(input), path), changeBytes);
  return [asked, answer].filter((part) => part !== '').join('\n');
}

/** The searched and shown text of an edit: its path and the lines that changed. */
export const editText = (tool: string, path: string, lines: readonly string[]): string =>
  brief([`${tool} ${path}`, ...lines].join('\n'), changeBytes);
