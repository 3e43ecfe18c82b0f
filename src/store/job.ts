import { z } from 'zod';
import { doRestore, RestoreJob } from './backup/restore.ts';
import { BackupJob, writeBackup } from './backup/write.ts';
import { ForgetJob, type ForgetResult, forgetEverywhere } from './forget/forget.ts';
import { BuildJob, buildTable } from './lance/build.ts';
import { buildEmbeddings, EmbeddingsBuild } from './lance/embeddings-build.ts';
import { openEmbeddingTables } from './lance/embeddings-tables.ts';
import { buildFields, FieldsJob } from './lance/fields-build.ts';
import { openTables, type Tables } from './lance/tables.ts';
import type { Location } from './location.ts';
import { openObjects } from './objects/open-objects.ts';
import type { OnProgress } from './progress.ts';
import { VerifyJob, verifyAll } from './verify.ts';

const location = z.custom<Location>();

/** Heavy work on a store, done in a process of its own, whose memory goes back when it ends. */
export const StoreJob = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('build'), location, build: BuildJob }),
  z.object({ kind: z.literal('fields'), location, fields: FieldsJob }),
  z.object({ kind: z.literal('verify'), location, verify: VerifyJob }),
  z.object({ kind: z.literal('backup'), location, backup: BackupJob }),
  z.object({ kind: z.literal('restore'), restore: RestoreJob }),
  z.object({ kind: z.literal('forget'), location, forget: ForgetJob }),
  z.object({ kind: z.literal('embeddings'), build: EmbeddingsBuild }),
]);
export type StoreJob = z.infer<typeof StoreJob>;

/**
 * Runs a job elsewhere and gives its result; `signal` ends it at once, and what it has not finished is thrown away. Each
 * kind has a schema of its result: whoever asks parses it.
 */
export type RunJob = (job: StoreJob, signal: AbortSignal, onProgress?: OnProgress) => Promise<unknown>;

/** Does the job here, to its end. */
export const doJob: RunJob = (job, _signal, onProgress = () => undefined) => {
  switch (job.kind) {
    case 'build':
      return withTables(job.location, (tables) => buildTable(tables, job.build), uploadTimeoutMs);
    case 'fields':
      return withTables(job.location, (tables) => buildFields(tables, job.fields));
    case 'verify':
      return withTables(job.location, (tables) => verifyAll(tables, job.verify, onProgress));
    case 'backup':
      return withTables(job.location, (tables) => writeBackup(tables, job.backup, onProgress));
    case 'restore':
      return doRestore(job.restore, onProgress);
    case 'forget':
      return forgetAll(job.location, job.forget, onProgress);
    case 'embeddings':
      return withVectors(job.build);
  }
};

async function forgetAll(place: Location, job: ForgetJob, onProgress: OnProgress): Promise<ForgetResult> {
  const objects = await openObjects(place);
  try {
    const work = (tables: Tables) => forgetEverywhere({ tables, objects }, job, onProgress);
    return await withTables(place, work, uploadTimeoutMs);
  } finally {
    objects.close();
  }
}

async function withVectors(build: EmbeddingsBuild): Promise<unknown> {
  const tables = await openEmbeddingTables(build.directory);
  try {
    return await buildEmbeddings(tables, build);
  } finally {
    tables.close();
  }
}

/** For one request of a build, which uploads parts of 5 MiB and up to ten of them at once: enough for 4 Mbit/s. */
const uploadTimeoutMs = 120_000;

async function withTables<T>(
  place: Location,
  work: (tables: Tables) => Promise<T>,
  requestTimeoutMs?: number,
): Promise<T> {
  const tables = await openTables(place, requestTimeoutMs === undefined ? {} : { requestTimeoutMs });
  try {
    return await work(tables);
  } finally {
    tables.close();
  }
}
