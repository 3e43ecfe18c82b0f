import type { DatabaseSync } from 'node:sqlite';
import type { DocumentReader, TranscriptPart } from '../agent.ts';
import { asFields, type Fields, fieldsAt, parseFields, wordAt } from '../fields.ts';
import { startDrafts, type Talk } from './conversation.ts';
import { countUnknown, type Message, messageDrafts } from './messages.ts';

/** A session is looked at again this long after it was last touched: OpenCode does not touch it at every part. */
const slackMs = 600_000;

/** How long a statement waits for a lock that OpenCode holds. */
const busyMs = 500;

type Row = Record<string, unknown>;

/**
 * Reads OpenCode's database: of its tables only session, message and part, for there are others with credentials.
 * It is opened read-only and each statement is over at once, so that OpenCode never waits.
 */
export function openStore(path: string): DocumentReader {
  const unknown: Record<string, number> = {};
  return {
    parts: (sinceMs) => readAll(path, sinceMs, unknown),
    unknown: () => unknown,
  };
}

function* readAll(path: string, sinceMs: number, unknown: Record<string, number>): Generator<TranscriptPart> {
  const database = openReadOnly(path);
  try {
    const rows = sessionRows(database);
    const parents = new Map(rows.map(({ id, parent_id }) => [String(id), text(parent_id)]));
    for (const row of rows) {
      if (Number(row.time_updated) + slackMs <= sinceMs) continue;
      const messages = readMessages(database, String(row.id), sinceMs);
      if (messages.length === 0) continue;
      for (const message of messages) countUnknown(unknown, message);
      const talk = talkOf(row, parents);
      const at = Number(row.time_created);
      const start = {
        source: 'import',
        at: Number.isFinite(at) && at >= 0 ? at : undefined,
        call: callOf(database, talk),
      };
      const first = messages.find(({ info }) => info.role === 'assistant')?.info ?? null;
      yield {
        directory: talk.directory,
        drafts: [...startDrafts(talk, first, start), ...messageDrafts(talk, messages)],
      };
    }
  } finally {
    database.close();
  }
}

/** The call that started a child session, which names it in its metadata. */
function callOf(database: DatabaseSync, { id, parent }: Talk): string | null {
  if (parent === null) return null;
  const naming = database.prepare('SELECT data FROM part WHERE session_id = ? AND instr(data, ?) > 0');
  const part = naming
    .all(parent, `"${id}"`)
    .map(dataOf)
    .find((data) => wordAt(fieldsAt(fieldsAt(data, 'state'), 'metadata'), 'sessionId') === id);
  return wordAt(part ?? null, 'callID');
}

function openReadOnly(path: string): DatabaseSync {
  // Loaded when it is wanted: whoever starts the daemon should not wait for it.
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(path, { readOnly: true, timeout: busyMs });
  try {
    database.exec('PRAGMA query_only = 1');
    const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    const tables = new Set(names.map(({ name }) => name));
    if (['message', 'part'].every((table) => tables.has(table))) return database;
  } catch {
    // It is no database at all; SQLite only finds out when it reads.
  }
  database.close();
  throw new SyntaxError(`${path} is no database of OpenCode`);
}

/** Oldest first. Columns that came with later versions are absent in older files. */
function sessionRows(database: DatabaseSync): Row[] {
  const wanted = [
    'id',
    'parent_id',
    'directory',
    'title',
    'version',
    'agent',
    'time_created',
    'time_updated',
  ];
  const present = new Set(
    database
      .prepare('PRAGMA table_info(session)')
      .all()
      .map(({ name }) => name),
  );
  // A copy of the messages alone still tells what was said, if not where.
  if (present.size === 0)
    return database
      .prepare('SELECT session_id AS id, max(time_updated) AS time_updated FROM message GROUP BY session_id')
      .all();
  const columns = wanted.filter((name) => present.has(name)).join(', ');
  return database.prepare(`SELECT ${columns} FROM session ORDER BY time_created, id`).all();
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function talkOf(row: Row, parents: ReadonlyMap<string, string | null>): Talk {
  const id = String(row.id);
  const seen = new Set([id]);
  let root = id;
  for (
    let above = parents.get(root) ?? null;
    above !== null && !seen.has(above);
    above = parents.get(root) ?? null
  ) {
    root = above;
    seen.add(above);
  }
  const { title, version, agent } = row;
  return {
    id,
    parent: text(row.parent_id),
    root,
    directory: text(row.directory),
    info: { title, version, agent },
  };
}

/** Messages that were touched since, each with the rest of its turn. */
function readMessages(database: DatabaseSync, session: string, sinceMs: number): Message[] {
  const messages = database
    .prepare('SELECT id, time_updated, data FROM message WHERE session_id = ? ORDER BY time_created, id')
    .all(session)
    .map((row) => ({ id: String(row.id), updatedAt: Number(row.time_updated), info: dataOf(row) }));
  const touched = touchedTurns(database, session, sinceMs, messages);
  const parts = database.prepare('SELECT id, data FROM part WHERE message_id = ? ORDER BY id');
  return messages.flatMap(({ id, info }) => {
    if (info === null || !touched.has(turnOf(id, info))) return [];
    const own = parts.all(id).flatMap((row): Fields[] => {
      const data = dataOf(row);
      return data === null ? [] : [{ ...data, id: row.id, messageID: id }];
    });
    return [{ info: { ...info, id }, parts: own }];
  });
}

const turnOf = (id: string, info: Fields | null): string => wordAt(info, 'parentID') ?? id;

function touchedTurns(
  database: DatabaseSync,
  session: string,
  sinceMs: number,
  messages: readonly { id: string; updatedAt: number; info: Fields | null }[],
): Set<string> {
  const recent = database
    .prepare('SELECT DISTINCT message_id FROM part WHERE session_id = ? AND time_updated > ?')
    .all(session, sinceMs);
  const ids = new Set(recent.map(({ message_id }) => message_id));
  return new Set(
    messages
      .filter(({ id, updatedAt }) => updatedAt > sinceMs || ids.has(id))
      .map(({ id, info }) => turnOf(id, info)),
  );
}

function dataOf({ data }: Row): Fields | null {
  return typeof data === 'string' ? parseFields(data) : asFields(data);
}
