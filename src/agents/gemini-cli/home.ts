import type { Place } from '../agent.ts';
import { fieldsAt, parseFields } from '../fields.ts';
import { readSmall } from '../small-file.ts';

export const agentName = 'gemini-cli';

/** GEMINI_CLI_HOME stands for the home directory; Gemini makes its folder in it. */
export const configDir = ({ userHome, environment }: Place): string =>
  `${(environment.GEMINI_CLI_HOME || userHome).replace(/\/+$/, '')}/.gemini`;

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
