import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { writeDurably } from './durable.ts';
import { reach } from './failpoint.ts';
import { Ranges } from './ranges.ts';

/** Changes whenever what is in a snapshot does: older ones are then made anew. */
const format = 2;

/** The first line: CRC-32 of all that follows it, in hex digits. */
const sumLength = 8;

const Header = z.object({
  format: z.literal(format),
  /** Version of the folds whose records are in here. */
  folds: z.string(),
  /** Which events it is made of. */
  view: Ranges,
  counts: z.object({ events: z.number(), length: z.number() }),
  /** Bytes of the three parts behind the header: records as JSON, term counters, keys. */
  parts: z.tuple([z.number().int(), z.number().int(), z.number().int()]),
});

/** What folding every event gave, so that opening need not do it again. It is a cache: without it all is read anew. */
export interface Snapshot {
  view: Ranges;
  counts: { events: number; length: number };
  records: unknown;
  counters: Buffer;
  keys: Buffer;
}

/** Replaces the snapshot in one step. */
export async function writeSnapshot(path: string, folds: string, snapshot: Snapshot): Promise<void> {
  const parts = [Buffer.from(JSON.stringify(snapshot.records)), snapshot.counters, snapshot.keys];
  const header = {
    format,
    folds,
    view: snapshot.view,
    counts: snapshot.counts,
    parts: parts.map(({ length }) => length),
  };
  const content = [Buffer.from(`${JSON.stringify(header)}\n`), ...parts];
  const sum = content.reduce((so, part) => crc32(part, so), 0);
  const first = Buffer.from(`${sum.toString(16).padStart(sumLength, '0')}\n`);
  await writeDurably(path, Buffer.concat([first, ...content]));
  reach('snapshot.write');
}

/** Null when there is none that is whole and of these folds. */
export async function readSnapshot(path: string, folds: string): Promise<Snapshot | null> {
  const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return null;
  const bytes = file.subarray(sumLength + 1);
  if (Number.parseInt(file.toString('latin1', 0, sumLength), 16) !== crc32(bytes)) return null;
  try {
    const end = bytes.indexOf('\n');
    const header = Header.parse(JSON.parse(bytes.toString('utf8', 0, end)));
    const content = bytes.subarray(end + 1);
    const [records, counters, keys] = header.parts;
    if (content.length !== records + counters + keys || header.folds !== folds) return null;
    return {
      view: header.view,
      counts: header.counts,
      records: JSON.parse(content.toString('utf8', 0, records)),
      counters: content.subarray(records, records + counters),
      keys: content.subarray(records + counters),
    };
  } catch {
    return null;
  }
}
