import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DamagedFields } from './fields-index.ts';
import { type FieldsFile, type FieldsReader, openFields, type RowsOn } from './fields-reader.ts';

/** Reads that are under way have so long to end. */
const closeDelayMs = 60_000;

/** Below a workspace's own folder. */
export const fieldsFolderName = 'fields';

/** The files of stored fields of a workspace's sealed tables, on this machine's disk. */
export interface FieldsFolder {
  pathOf(table: string): string;
  /** Opens the file of a table; false where there is none that can be used. */
  open(table: string): Promise<boolean>;
  /** Has the file of a sealed table written by `makeNext`: once, for what fails is read from the table itself. */
  want(table: string): void;
  isWanted(): boolean;
  /** Writes one of the files that are wanted; `isSealed`: whether a table is still one of those that are read. */
  makeNext(isSealed: (table: string) => boolean, signal: AbortSignal): Promise<void>;
  /** What `decode` makes of a table's rows; null when its file cannot tell of all of them. */
  read<T>(table: string, rowIds: readonly bigint[], decode: (row: FieldsReader) => T): Promise<T[] | null>;
  /** The row of a writer's event, null when it is not in the table; undefined where there is no file. */
  rowAt(table: string, writer: string, seq: number): bigint | null | undefined;
  /** Rows of a turn in order, as `FieldsFile.rowsOf` gives them; null where there is no file. */
  rowsOf(table: string, turn: string): bigint[] | null;
  /** Rows that are on some paths; null where there is no file that can tell. */
  rowsOn(table: string, globs: readonly string[]): Promise<RowsOn | null>;
  /** What the file of a table says is not what the table was given: it is made anew. */
  discard(table: string): Promise<void>;
  /** Takes the file of a table away, once reads that are under way have ended. */
  drop(table: string): Promise<void>;
  /** Takes away what belongs to none of these tables, and what stands where the folder should. */
  tidy(tables: ReadonlySet<string>): Promise<void>;
  close(): void;
}

/** Nothing here fails for want of the folder: what is not there is read from the tables. `columns`: what the files have of each row; `write` makes one, elsewhere. */
export function openFieldsFolder(
  directory: string,
  columns: readonly string[],
  write: (file: { table: string; path: string }, signal: AbortSignal) => Promise<unknown>,
): FieldsFolder {
  const root = join(directory, fieldsFolderName);
  const files = new Map<string, FieldsFile>();
  const wanted = new Set<string>();
  const tried = new Set<string>();
  const pathOf = (table: string): string => join(root, table);

  const open = async (table: string): Promise<boolean> => {
    if (files.has(table)) return true;
    const file = await openFields(pathOf(table), table, columns);
    if (file !== null) files.set(table, file);
    return file !== null;
  };

  const want = (table: string): void => {
    if (!tried.has(table)) wanted.add(table);
  };

  const drop = async (table: string): Promise<void> => {
    const file = files.get(table);
    files.delete(table);
    wanted.delete(table);
    // What cannot be deleted now is taken away when the workspace is opened the next time.
    await rm(pathOf(table), { force: true }).catch(() => undefined);
    if (file !== undefined) setTimeout(() => shut(file), closeDelayMs).unref();
  };

  const discard = async (table: string): Promise<void> => {
    await drop(table);
    want(table);
  };

  const ask = async <T>(table: string, question: (file: FieldsFile) => Promise<T>): Promise<T | null> => {
    const file = files.get(table);
    try {
      return file === undefined ? null : await question(file);
    } catch (error) {
      if (!(error instanceof DamagedFields)) throw error;
      await discard(table);
      return null;
    }
  };

  return {
    pathOf,
    open,
    want,
    isWanted: () => wanted.size > 0,
    makeNext: async (isSealed, signal) => {
      const [table] = wanted;
      if (table === undefined) return;
      wanted.delete(table);
      tried.add(table);
      await write({ table, path: pathOf(table) }, signal);
      // It may have been replaced meanwhile.
      if (isSealed(table)) await open(table);
      else await drop(table);
    },
    read: async (table, rowIds, decode) => {
      const rows = await ask(table, (file) => file.read(rowIds, decode));
      return rows?.every((row) => row !== null) ? rows : null;
    },
    rowsOn: (table, globs) => ask(table, (file) => file.rowsOn(globs)),
    rowAt: (table, writer, seq) => files.get(table)?.rowAt(writer, seq),
    rowsOf: (table, turn) => files.get(table)?.rowsOf(turn) ?? null,
    discard,
    drop,
    tidy: async (tables) => {
      const info = await stat(root).catch(() => null);
      // Something else in its place would keep every file from being written.
      if (info !== null && !info.isDirectory()) await rm(root, { force: true });
      for (const name of await readdir(root).catch(() => []))
        if (!tables.has(name)) await rm(join(root, name), { recursive: true, force: true });
    },
    close: () => {
      for (const file of files.values()) shut(file);
      files.clear();
    },
  };
}

/** Nothing was written to it that could be lost. */
const shut = (file: FieldsFile): void => void file.close().catch(() => undefined);
