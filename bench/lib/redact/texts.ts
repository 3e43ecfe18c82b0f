import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a session, or a file that is no JSON. */
export interface Traced {
  value: unknown;
  text: string;
}

const readable = /\.(?:jsonl|json|traj|txt|patch|md|yaml)$/;

/** Everything that is text below the folder: lines of JSON as they are parsed, other files whole. */
export function readTraces(root: string): Traced[] {
  return filesBelow(root).flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    if (path.endsWith('.jsonl')) return text.split('\n').flatMap((line) => parsed(line) ?? []);
    return [parsed(text) ?? { value: text, text }];
  });
}

function parsed(text: string): Traced | null {
  if (text.trim() === '') return null;
  try {
    return { value: JSON.parse(text), text };
  } catch {
    return null;
  }
}

export const filesBelow = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readable.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Every string at any depth, as redaction is given them. */
export function stringsIn(value: unknown, into: string[] = []): string[] {
  if (typeof value === 'string') into.push(value);
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) stringsIn(inner, into);
  return into;
}
