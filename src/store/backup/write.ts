import { createWriteStream } from 'node:fs';
import { link, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, crc32, createZstdCompress } from 'node:zlib';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { AppError } from '../../schema/app-error.ts';
import { TableCut } from '../cut.ts';
import { syncDirectory } from '../durable.ts';
import { storedEventsOf } from '../lance/rows.ts';
import { readAll } from '../lance/salvage.ts';
import type { Tables } from '../lance/tables.ts';
import type { OnProgress } from '../progress.ts';
import { RangeSet } from '../ranges.ts';
import type { StoredEvent } from '../stored-event.ts';
import { BackupHeader } from './format.ts';
import { sealed } from './seal.ts';

/** Writes what tables hold at one moment into one file. */
export const BackupJob = z.object({
  path: z.string(),
  /** Replace a file that is there. */
  force: z.boolean(),
  /** Leave out damaged events instead of giving up. */
  skipDamaged: z.boolean(),
  header: BackupHeader,
  tables: z.array(TableCut),
});
export type BackupJob = z.infer<typeof BackupJob>;

export const BackupResult = z.object({
  events: z.number().int(),
  skipped: z.number().int(),
  sizeBytes: z.number().int(),
});
export type BackupResult = z.infer<typeof BackupResult>;

/** zstd's default level; with a checksum over each frame. */
const compression = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 };

/**
 * Writes the events of the job's tables, each once, beside `path`, and names the file when it is whole and durable. What
 * comes into the tables meanwhile is not in it. Throws DATA_LOSS when an event cannot be read, ALREADY_EXISTS when there
 * is such a file.
 */
export async function writeBackup(
  tables: Tables,
  job: BackupJob,
  onProgress: OnProgress,
): Promise<BackupResult> {
  const temporary = `${job.path}.${uuidv7()}.tmp`;
  const counts = { events: 0, skipped: 0 };
  try {
    await pipeline(
      Readable.from(linesOf(tables, job, counts, onProgress), { objectMode: false }),
      createZstdCompress({ params: compression }),
      sealed,
      // `flush` is an fsync before the file is closed.
      createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true }),
    );
    await putInPlace(temporary, job);
  } finally {
    await rm(temporary, { force: true });
  }
  return { ...counts, sizeBytes: (await stat(job.path)).size };
}

interface Counts {
  events: number;
  skipped: number;
}

async function* linesOf(
  tables: Tables,
  { header, tables: cuts, skipDamaged }: BackupJob,
  counts: Counts,
  onProgress: OnProgress,
): AsyncGenerator<Buffer> {
  let crc = 0;
  const text = (lines: readonly unknown[]): Buffer => {
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    crc = crc32(bytes, crc);
    return bytes;
  };
  yield text([header]);
  const wanted = RangeSet.of(header.ranges);
  const written = new RangeSet();
  for (const { name } of cuts)
    for await (const batch of rowsOf(tables, name)) {
      const fresh = batch.filter(
        ({ event }) => wanted.has(event.writer, event.seq) && written.add(event.writer, event.seq),
      );
      for (const part of inParts(fresh)) yield text(part);
      onProgress({ message: 'writing events', done: written.size, total: wanted.size });
    }
  const missing = wanted.without(written);
  if (missing.size > 0 && !skipDamaged) throw unreadable(missing);
  counts.events = written.size;
  counts.skipped = missing.size;
  yield text([{ end: { ...counts, crc } }]);
}

/** Rows that are turned into text at a time: some of them may be megabytes. */
const partRows = 64;

function* inParts(rows: readonly StoredEvent[]): Generator<readonly StoredEvent[]> {
  for (let at = 0; at < rows.length; at += partRows) yield rows.slice(at, at + partRows);
}

/** All whole rows of a table that can be read. */
async function* rowsOf(tables: Tables, name: string): AsyncGenerator<StoredEvent[]> {
  // In a bucket what cannot be read is out of reach; on a disk it is damaged, and found to be missing.
  const ignore = (error: unknown): null => {
    if (tables.directoryOf(name) === null) throw error;
    return null;
  };
  const table = await tables.open(name).catch(ignore);
  if (table === null) return;
  try {
    for await (const batch of readAll(table, ignore))
      yield storedEventsOf(batch).filter((row) => row !== null);
  } finally {
    table.close();
  }
}

async function putInPlace(temporary: string, { path, force }: BackupJob): Promise<void> {
  if (force) await rename(temporary, path);
  else
    await link(temporary, path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST' || (await exists(path))) throw alreadyThere(path);
      // A file system without hard links.
      await rename(temporary, path);
    });
  await syncDirectory(dirname(path));
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

export const alreadyThere = (path: string): AppError =>
  new AppError('ALREADY_EXISTS', `${path} exists already`, {
    hint: 'choose another name, or replace it: --force',
  });

const unreadable = (missing: RangeSet): AppError =>
  new AppError('DATA_LOSS', `${missing.size} events cannot be read, and no backup was written`, {
    hint: 'hivemind store repair mends what can be mended; --skip-damaged backs up all others',
    details: { missing: missing.toJSON() },
  });
