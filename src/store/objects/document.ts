import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { AppError } from '../../schema/app-error.ts';
import { reach } from '../failpoint.ts';
import {
  addHidden,
  addNonce,
  encodeVersion,
  findNonce,
  formatKey,
  type StoredVersion,
} from './document-format.ts';
import { deleteOldVersions, listVersions, type Newest, readNewest } from './document-versions.ts';
import type { Objects } from './objects.ts';

export interface Version<T> {
  /** What the next commit is to be based on. */
  version: number;
  /** Not to be changed in place: the document keeps it. */
  value: T;
  /** Keys of newer versions that are damaged and were passed by: `value` is older than what was last committed. */
  damaged: string[];
}

/**
 * A value that many processes may change, one step at a time: version n is the object `<prefix>/<n as 16 hex>.json`, and
 * only one process can make it. Throws what the objects throw, DATA_LOSS (the newest is damaged, or none is whole) and
 * FAILED_PRECONDITION (a newer program wrote it).
 */
export interface Document<T> {
  /** The newest version; null when there is none. In a local directory damaged ones are passed by; on a bucket, where others' steps are at stake, that is DATA_LOSS. */
  read(): Promise<Version<T> | null>;
  /** The same, as it was at most 15 s ago, mostly at the cost of one small request while nothing changes. */
  refresh(): Promise<Version<T> | null>;
  /**
   * Makes the version after `expected` (0: the first one). False when somebody else was first; nothing was done then.
   * After an error it may have been done or not. ABORTED: so many have committed meanwhile that it cannot be told.
   */
  commit(expected: number, value: T): Promise<boolean>;
  /**
   * Commits what `change` makes of the newest value, again and again until it counts; null when `change` gave null:
   * nothing to do. After an error it may have been done: a change that is tried again must look whether it is there.
   */
  update(change: (value: T | null) => T | null): Promise<Version<T> | null>;
  /** Deletes all versions but the newest `keep`, and at least two, so that there is one to fall back on. */
  tidy(keep: number): Promise<void>;
}

/** A version that is deleted before we look for it must not make us believe that nothing has happened for longer than this. */
const LIST_EVERY_MS = 15_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 500;

interface Known<T> {
  found: Version<T>;
  /** Nonces of this version and of those before it; those of damaged ones are hidden. */
  recent: string;
}

/** Below `prefix` there must be nothing but this document. */
export function openDocument<T>(objects: Objects, prefix: string, schema: z.ZodType<T>): Document<T> {
  let known: Known<T> | null = null;
  let listedAt = 0;

  const load = async (): Promise<Known<T> | null> => {
    const begun = performance.now();
    const newest = await readNewest(objects, prefix);
    listedAt = begun;
    known = newest === null ? null : parseNewest(objects, prefix, schema, newest);
    return known;
  };

  const read = async (): Promise<Version<T> | null> => (await load())?.found ?? null;

  const refresh = async (): Promise<Version<T> | null> => {
    if (known === null || performance.now() - listedAt > LIST_EVERY_MS) return read();
    const { found } = known;
    return (await objects.get(formatKey(prefix, found.version + 1))) === null ? found : read();
  };

  const commit = async (expected: number, value: T): Promise<boolean> => {
    const base = known?.found.version === expected ? known : await load();
    if ((base?.found.version ?? 0) !== expected) return false;
    const recent = addNonce(base?.recent ?? '');
    const made: StoredVersion = { version: expected + 1, recent, value };
    known = null;
    const put = await objects.putIfAbsent(formatKey(prefix, made.version), encodeVersion(made));
    reach('catalog.write');
    if (!put) return false;
    const begun = performance.now();
    if (!(await counts(objects, prefix, made))) return false;
    listedAt = begun;
    known = { found: { version: made.version, value, damaged: [] }, recent };
    return true;
  };

  const update = async (change: (value: T | null) => T | null): Promise<Version<T> | null> => {
    let found = await refresh();
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const value = change(found?.value ?? null);
      if (value === null) return null;
      const expected = found?.version ?? 0;
      if (await commit(expected, value)) return { version: expected + 1, value, damaged: [] };
      await sleep(pauseMs * Math.random());
      found = await read();
    }
  };

  return { read, refresh, commit, update, tidy: (keep) => deleteOldVersions(objects, prefix, keep) };
}

function parseNewest<T>(objects: Objects, prefix: string, schema: z.ZodType<T>, newest: Newest): Known<T> {
  const { version, damaged, stored } = newest;
  const parsed = schema.safeParse(stored.value);
  if (!parsed.success) throw unreadable(objects, formatKey(prefix, stored.version), parsed.error.message);
  const recent = addHidden(stored.recent, version - stored.version);
  return { found: { version, value: parsed.data, damaged }, recent };
}

/**
 * Whether a version that was put is one of the document's. A writer that slept since it read version 3 finds the place of
 * version 4 free again when others have come to 50 and deleted the old ones: what it puts there is no commit. The versions
 * above tell it by the nonces that they carry.
 */
async function counts(objects: Objects, prefix: string, made: StoredVersion): Promise<boolean> {
  if ((await listVersions(objects, prefix)).at(-1) === made.version) return true;
  const newest = await readNewest(objects, prefix);
  if (newest === null || newest.version < made.version)
    throw new AppError('UNAVAILABLE', `${objects.place} does not list what was put into it`);
  if (newest.version === made.version) return true;
  const nonce = findNonce(newest.stored.recent, newest.stored.version - made.version);
  if (nonce === null) throw undecided(objects, prefix);
  if (nonce === findNonce(made.recent, 0)) return true;
  await objects.delete(formatKey(prefix, made.version));
  return false;
}

const undecided = (objects: Objects, prefix: string): AppError =>
  new AppError(
    'ABORTED',
    `whether a change of ${prefix} in ${objects.place} counts cannot be told any more`,
    {
      hint: 'look whether it is there, and try again',
    },
  );

const unreadable = (objects: Objects, key: string, why: string): AppError =>
  new AppError('FAILED_PRECONDITION', `${key} in ${objects.place} cannot be understood: ${why}`, {
    hint: 'a newer Hivemind may have written it: update this one',
  });
