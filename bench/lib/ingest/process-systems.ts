import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { nextEvent } from './event.ts';
import { batchLines } from './socket-systems.ts';
import type { System, Writers } from './system.ts';

/** What is used of better-sqlite3, which brings no types of its own. */
interface Database {
  pragma(text: string): unknown;
  exec(sql: string): void;
  prepare(sql: string): { run(...values: unknown[]): unknown; get(): unknown };
  transaction(body: () => void): () => void;
  close(): void;
}

/** SQLite inside the client, without a socket in between: the ceiling of what one process can do, not a service. */
const sqlite = (directory: string): { database: Database; put: (id: string, json: string) => unknown } => {
  const Sqlite = createRequire(import.meta.url)('better-sqlite3') as new (path: string) => Database;
  const database = new Sqlite(join(directory, 'events.sqlite'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, body TEXT)');
  const statement = database.prepare('INSERT INTO events VALUES (?, ?)');
  return { database, put: (id, json) => statement.run(id, json) };
};

export const sqliteEach = (directory: string): System => ({
  open: async () => {
    const { database, put } = sqlite(directory);
    return {
      append: async () => {
        const { id, json } = nextEvent();
        put(id, json);
        return 1;
      },
      close: async () => database.close(),
    };
  },
});

/** One transaction for all that the writers bring within one turn of the event loop; `most`: what one writer brings at once. */
const sqliteGrouped =
  (most: number) =>
  (directory: string): System => ({
    open: async () => {
      const { database, put } = sqlite(directory);
      let waiting: { id: string; json: string }[] = [];
      let committed: Promise<void> | null = null;
      const commit = (): void => {
        const group = waiting;
        waiting = [];
        committed = null;
        database.transaction(() => {
          for (const { id, json } of group) put(id, json);
        })();
      };
      return {
        append: async () => {
          for (let count = 0; count < most; count += 1) waiting.push(nextEvent());
          committed ??= new Promise((resolve, reject) =>
            setImmediate(() => {
              try {
                commit();
                resolve();
              } catch (error) {
                reject(error);
              }
            }),
          );
          await committed;
          return most;
        },
        close: async () => database.close(),
      };
    },
  });
export const sqliteGroup = sqliteGrouped(1);
export const sqliteBatch = sqliteGrouped(batchLines);

/** `LanceDB.add` for each event: what an agent's framework does by default, and it is not durable when it returns. */
export const lance = (directory: string): System => ({
  open: async (): Promise<Writers> => {
    const database = await connect(join(directory, 'lance'));
    const first = nextEvent();
    const table = await database.createTable('events', [{ id: first.id, body: first.json }], {
      existOk: true,
    });
    return {
      append: async () => {
        const { id, json } = nextEvent();
        await table.add([{ id, body: json }]);
        return 1;
      },
      close: async () => table.close(),
    };
  },
});

/** The floor: one event written and synced after the other, into a file that is as long as it will be. */
export const fdatasync = (directory: string): System => ({
  open: async () => {
    const file = openSync(join(directory, 'events.raw'), 'w');
    const sizeBytes = 64 << 20;
    writeSync(file, Buffer.alloc(sizeBytes));
    fdatasyncSync(file);
    let offset = 0;
    return {
      append: async () => {
        const bytes = Buffer.from(nextEvent().json);
        if (offset + bytes.length > sizeBytes) offset = 0;
        writeSync(file, bytes, 0, bytes.length, offset);
        fdatasyncSync(file);
        offset += bytes.length;
        return 1;
      },
      close: async () => closeSync(file),
    };
  },
});
