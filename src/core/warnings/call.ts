import { createHash } from 'node:crypto';
import { tokenize } from '../tokenize.ts';

/** Kinds of tools that fail in ways of their own. */
export type Family = 'shell' | 'edit' | 'read' | 'search' | 'mcp' | 'other';

/** A tool call as it is about to be made, reduced to what makes it the same as another. */
export interface Call {
  tool: string;
  family: Family;
  /** Hash of the tool and its normalised arguments. */
  key: string;
  /** Hashes of the tool with each term of the arguments. */
  words: readonly number[];
  /** File or folder that it is about, as the agent names it below its directory. */
  path: string | null;
  session: string;
}

/** Longest normalised arguments that are looked at: the rest of a written file tells nothing more. */
const argumentChars = 4_096;
const mostWords = 60;

const families: Record<string, Family> = {
  Bash: 'shell',
  PowerShell: 'shell',
  Edit: 'edit',
  Write: 'edit',
  MultiEdit: 'edit',
  NotebookEdit: 'edit',
  Read: 'read',
  NotebookRead: 'read',
  Grep: 'search',
  Glob: 'search',
  LS: 'search',
};

export const familyOf = (tool: string): Family =>
  Object.hasOwn(families, tool) ? (families[tool] ?? 'other') : tool.startsWith('mcp__') ? 'mcp' : 'other';

/** What an agent says about a call and what does not change what it does. */
const REMARKS = new Set(['description', 'timeout', 'run_in_background', 'explanation']);

/** The call of this tool with these arguments; `base` is the directory that the agent works in. */
export function callOf(
  tool: string,
  input: unknown,
  { session, base }: { session: string; base: string | null },
): Call {
  const fields = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const family = familyOf(tool);
  const path = pathOf(fields, base);
  const said = normalise(argumentsOf(family, fields, path), base).slice(0, argumentChars);
  return { tool, family, path, session, ...identityOf(tool, said) };
}

/** The same for an edit of which only the result is known. */
export function callOfEdit(
  tool: string,
  path: string,
  lines: readonly string[],
  { session, base }: { session: string; base: string | null },
): Call {
  const place = normalise(path, base);
  const said = normalise(`${place}\n${lines.join('\n')}`, base).slice(0, argumentChars);
  return { tool, family: familyOf(tool), path: place, session, ...identityOf(tool, said) };
}

function identityOf(tool: string, said: string): Pick<Call, 'key' | 'words'> {
  const key = createHash('sha256').update(`${tool}\n${said}`).digest('hex').slice(0, 24);
  const words = new Set(tokenize(said).map((term) => hashOf(`${tool} ${term}`)));
  return { key, words: [...words].slice(0, mostWords) };
}

/** FNV-1a: words are compared and counted, never shown, and a number takes less room than a word. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function pathOf(fields: Record<string, unknown>, base: string | null): string | null {
  for (const name of ['file_path', 'notebook_path', 'path']) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return normalise(value, base).slice(0, argumentChars);
  }
  return null;
}

function argumentsOf(family: Family, fields: Record<string, unknown>, path: string | null): string {
  if (family === 'shell' && typeof fields.command === 'string') return fields.command;
  if (family === 'edit' && typeof fields.old_string === 'string' && typeof fields.new_string === 'string')
    return `${path ?? ''}\n${changedLines(fields.old_string, fields.new_string).join('\n')}`;
  return Object.keys(fields)
    .filter((name) => !REMARKS.has(name))
    .sort()
    .map((name) => `${name}: ${asText(fields[name])}`)
    .join('\n');
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

/** Lines that go and that come, without those that stay before and after them; as the hunks of a patch say it. */
export function changedLines(before: string, after: string): string[] {
  const [old, now] = [before, after].map((text) => text.replace(/\r?\n$/, '').split(/\r?\n/)) as [
    string[],
    string[],
  ];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  )
    tail += 1;
  return [
    ...old.slice(head, old.length - tail).map((line) => `-${line}`),
    ...now.slice(head, now.length - tail).map((line) => `+${line}`),
  ];
}

/** Of two people on two machines the same call reads the same: their homes, temporary names and hashes are no part of it. */
function normalise(text: string, base: string | null): string {
  let said = text.slice(0, argumentChars * 4);
  if (base !== null && base.length > 1) said = said.replaceAll(`${base}/`, '').replaceAll(base, '.');
  return said
    .replace(/\/(?:Users|home)\/[^/\s"']+/g, '~')
    .replace(/\/(?:private\/)?(?:tmp|var\/folders)\/[^\s"']+/g, '/tmp/#')
    .replace(/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}\b/g, '#')
    .replace(/\s+/g, ' ')
    .trim();
}
