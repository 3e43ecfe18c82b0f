import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DocumentReader, TranscriptPart } from '../agent.ts';
import { countAt, type Fields, fieldsAt, parseFields, wordAt } from '../fields.ts';
import { startDrafts, type Talk } from './conversation.ts';
import { countUnknown, type Message, messageDrafts } from './messages.ts';

/** Largest file of the tree that is read, in bytes. */
const mostBytes = 16 * 1024 * 1024;

/** A message in the tree of JSON files that OpenCode kept before its database, by its path below the root. */
export const isTreeMessage = (path: string): boolean => /(^|\/)message\/[^/]+\/[^/]+\.json$/.test(path);

/** Reads one message of the tree, with its parts and its session, which are files of their own beside it. */
export function openTreeMessage(path: string): DocumentReader {
  const unknown: Record<string, number> = {};
  return {
    parts: () => readMessage(path, unknown),
    unknown: () => unknown,
  };
}

function* readMessage(path: string, unknown: Record<string, number>): Generator<TranscriptPart> {
  const info = readJson(path);
  if (info === null) throw new SyntaxError(`${path} is not a JSON object`);
  const root = dirname(dirname(dirname(path)));
  const id = basename(path, '.json');
  const session = wordAt(info, 'sessionID') ?? basename(dirname(path));
  const message: Message = { info: { ...info, id }, parts: partsOf(join(root, 'part', id)) };
  countUnknown(unknown, message);
  const talk = talkOf(session, info, sessionFile(join(root, 'session'), session));
  const at = countAt(fieldsAt(talk.info, 'time'), 'created') ?? countAt(fieldsAt(info, 'time'), 'created');
  const start = startDrafts(talk, null, { source: 'import', at: at ?? undefined, call: null });
  yield { directory: talk.directory, drafts: [...start, ...messageDrafts(talk, [message])] };
}

function talkOf(id: string, message: Fields, info: Fields | null): Talk {
  const parent = wordAt(info, 'parentID');
  const directory = wordAt(info, 'directory') ?? wordAt(fieldsAt(message, 'path'), 'cwd');
  return { id, parent, root: parent ?? id, directory, info: info ?? {} };
}

function sessionFile(folder: string, id: string): Fields | null {
  for (const project of namesIn(folder)) {
    const found = readJson(join(folder, project, `${id}.json`));
    if (found !== null) return found;
  }
  return null;
}

function partsOf(folder: string): Fields[] {
  return namesIn(folder).flatMap((name) => {
    const part = name.endsWith('.json') ? readJson(join(folder, name)) : null;
    return part === null ? [] : [{ ...part, id: basename(name, '.json') }];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Null where there is no such file, or no object in it. */
function readJson(path: string): Fields | null {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length > mostBytes ? null : parseFields(text);
  } catch {
    return null;
  }
}
