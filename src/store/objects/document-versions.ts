import { AppError } from '../../schema/app-error.ts';
import { decodeVersion, formatKey, parseKey, type StoredVersion, UnknownFormat } from './document-format.ts';
import type { Objects } from './objects.ts';

export interface Newest {
  /** The highest number, also of a damaged version. */
  version: number;
  /** The newest whole version. */
  stored: StoredVersion;
  /** Keys of the damaged ones above it. */
  damaged: string[];
}

/** A store whose listing shows what cannot be had, so many times in a row, is out of order. */
const MAX_READS = 50;

/** Numbers of the versions that are there, ascending. */
export async function listVersions(objects: Objects, prefix: string): Promise<number[]> {
  const keys = await objects.list(`${prefix}/`);
  return keys.map((key) => parseKey(key)).filter((version) => version !== null);
}

/** Null when there is none. Throws DATA_LOSS, FAILED_PRECONDITION (an unknown format). */
export async function readNewest(objects: Objects, prefix: string): Promise<Newest | null> {
  for (let reads = 0; reads < MAX_READS; reads += 1) {
    const versions = await listVersions(objects, prefix);
    if (versions.length === 0) return null;
    const newest = await readDown(objects, prefix, versions);
    if (newest !== null) return newest;
  }
  throw new AppError('UNAVAILABLE', `${objects.place} lists versions of ${prefix} that it does not have`);
}

/** Oldest first, so that what is there is always an unbroken row. */
export async function deleteOldVersions(objects: Objects, prefix: string, keep: number): Promise<void> {
  const versions = await listVersions(objects, prefix);
  for (const version of versions.slice(0, -Math.max(2, keep)))
    await objects.delete(formatKey(prefix, version));
}

/** Null when one went while we looked: then there are newer ones. */
async function readDown(objects: Objects, prefix: string, versions: number[]): Promise<Newest | null> {
  const damaged: string[] = [];
  const newest = versions.at(-1) ?? 0;
  for (const version of versions.toReversed()) {
    const key = formatKey(prefix, version);
    const bytes = await objects.get(key);
    if (bytes === null) return null;
    const stored = decode(objects, key, bytes, version);
    if (stored !== null) return { version: newest, stored, damaged };
    damaged.push(key);
    if (objects.place.startsWith('s3://')) break;
  }
  throw new AppError('DATA_LOSS', `${damaged[0]} in ${objects.place} is damaged`, {
    hint: `look at the versions before it in ${objects.place}, or restore a backup`,
    details: { damaged },
  });
}

function decode(objects: Objects, key: string, bytes: Buffer, version: number): StoredVersion | null {
  try {
    return decodeVersion(bytes, version);
  } catch (error) {
    if (!(error instanceof UnknownFormat)) throw error;
    throw new AppError('FAILED_PRECONDITION', `${key} in ${objects.place} has the unknown ${error.message}`, {
      hint: 'a newer Hivemind wrote it: update this one',
    });
  }
}
