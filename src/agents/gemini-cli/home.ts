import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Place } from '../agent.ts';
import { fieldsAt, parseFields } from '../fields.ts';

export const agentName = 'gemini-cli';

/** GEMINI_CLI_HOME stands for the home directory; Gemini makes its folder in it. */
export const configDir = ({ userHome, environment }: Place): string =>
  `${(environment.GEMINI_CLI_HOME || userHome).replace(/\/+$/, '')}/.gemini`;

/** Most bytes of a file of Gemini's own that is read to find a directory. */
const lookUpBytes = 1024 * 1024;

/** Ids that a transcript's place says: CONFIG/tmp/PROJECT/chats/session-….json[l], a subagent's in a folder named after its parent. */
export interface PlaceIds {
  parent: string | null;
  name: string;
}

export function idsOf(path: string): PlaceIds {
  const parts = path.split(/[\\/]/);
  const name = (parts.at(-1) ?? '').replace(/\.jsonl?$/, '');
  const parent = parts.at(-3) === 'chats' ? (parts.at(-2) ?? null) : null;
  return { parent, name };
}

/**
 * The directory that the transcript at `path` is about: Gemini writes it beside its chats, and keeps a list of all in
 * its folder. Null when neither says.
 */
export function directoryAt(path: string): string | null {
  const match = /^([\s\S]*)[\\/]tmp[\\/]([^\\/]+)[\\/]chats[\\/]/.exec(path);
  const [, config, slug] = match ?? [];
  if (config === undefined || slug === undefined) return null;
  const marked = readSmall(`${config}/tmp/${slug}/.project_root`)?.trim();
  if (marked) return isPath(marked) ? marked : null;
  const projects = fieldsAt(parseFields(readSmall(`${config}/projects.json`) ?? ''), 'projects');
  const known = Object.entries(projects ?? {}).find(([, name]) => name === slug);
  return known !== undefined && isPath(known[0]) ? known[0] : null;
}

const isPath = (text: string): boolean => /^(?:\/|[A-Za-z]:[\\/])/.test(text) && text.length <= 4096;

/** Text of a regular file that is not a link and not large; null for any other. */
function readSmall(path: string): string | null {
  let file: number | null = null;
  try {
    // Not blocking: a pipe in its place would wait for a writer for ever.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const { size } = fstatSync(file);
    if (!fstatSync(file).isFile() || size > lookUpBytes) return null;
    const bytes = Buffer.alloc(size);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, size, 0));
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}
