import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { load } from 'sqlite-vec';

const dims = 384;
const shown = 20;

/** SQLite FTS5 over the same texts, in this process: no socket, no cards, no branches. */
export interface SqlitePeer {
  add(lines: readonly string[]): void;
  /** The best 20 of the events with any of the words, each with a snippet. */
  search(words: readonly string[]): number;
  /** The same, and the 20 nearest of as many vectors; null when it keeps none. */
  searchBoth: ((words: readonly string[]) => number) | null;
  close(): void;
}

/** With `hasVectors` it keeps a vector of 384 numbers for each event as well (sqlite-vec): random ones, of which only the time is of interest. */
export function createSqlitePeer(path: string, hasVectors: boolean): SqlitePeer {
  const db = new DatabaseSync(path, { allowExtension: hasVectors });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  db.exec('CREATE TABLE events (id INTEGER PRIMARY KEY, line TEXT NOT NULL)');
  db.exec("CREATE VIRTUAL TABLE texts USING fts5(text, paths, tokenize = 'porter unicode61')");
  if (hasVectors) {
    load(db);
    db.exec(`CREATE VIRTUAL TABLE vectors USING vec0(embedding float[${dims}])`);
  }
  const insert = db.prepare('INSERT INTO texts (rowid, text, paths) VALUES (?, ?, ?)');
  const keep = db.prepare('INSERT INTO events (id, line) VALUES (?, ?)');
  const embed = hasVectors ? db.prepare('INSERT INTO vectors (rowid, embedding) VALUES (?, ?)') : null;
  const match = db.prepare(
    `SELECT texts.rowid, snippet(texts, 0, '[', ']', '…', 24) AS said, events.line, bm25(texts) AS score
     FROM texts JOIN events ON events.id = texts.rowid WHERE texts MATCH ? ORDER BY rank LIMIT ${shown}`,
  );
  let rows = 0;
  const add = (lines: readonly string[]): void => {
    db.exec('BEGIN');
    for (const line of lines) {
      rows += 1;
      const { text, paths } = JSON.parse(line) as { text: string; paths: string[] };
      insert.run(rows, text, paths.join('\n'));
      keep.run(rows, line);
      embed?.run(BigInt(rows), randomVector());
    }
    db.exec('COMMIT');
  };
  const search = (words: readonly string[]): number =>
    match.all(words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' OR ')).length;
  return {
    add,
    search,
    searchBoth: hasVectors ? withVectors(db, search) : null,
    close: () => db.close(),
  };
}

function withVectors(db: DatabaseSync, search: SqlitePeer['search']): SqlitePeer['search'] {
  const nearest: StatementSync = db.prepare(
    `SELECT rowid, distance FROM vectors WHERE embedding MATCH ? ORDER BY distance LIMIT ${shown}`,
  );
  return (words) => search(words) + nearest.all(randomVector()).length;
}

const randomVector = (): Uint8Array =>
  new Uint8Array(Float32Array.from({ length: dims }, () => Math.random() - 0.5).buffer);
