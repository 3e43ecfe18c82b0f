import { z } from 'zod';
import { AppError } from '../../schema/app-error.ts';
import { Event } from '../../schema/event.ts';
import { idPattern } from '../../schema/ids.ts';
import { WorkspaceName } from '../../schema/operations/fields.ts';
import { RepositoryIdentity } from '../../schema/records.ts';
import { Ranges } from '../ranges.ts';

/** Only backups of this format are read; docs/guides/backup.md describes it. */
export const backupFormat = 1;

/** Longest line: what a frame of the journal may hold, eight times the largest event. A longer one is no backup of ours. */
export const lineLimitBytes = 32 << 20;

/** Most bindings of a workspace. */
const bindingsLimit = 1_000;

/** What a restored workspace is made of. Where its tables were is no part of it: it is restored to this disk. */
export const BackedUpWorkspace = z.object({
  id: z.string().regex(idPattern('workspace')),
  name: WorkspaceName,
  createdAt: z.number().int().nonnegative(),
  repositories: z.array(RepositoryIdentity).max(bindingsLimit),
});
export type BackedUpWorkspace = z.infer<typeof BackedUpWorkspace>;

/** First line of a backup. */
export const BackupHeader = z.object({
  hivemind: z.literal('backup'),
  format: z.literal(backupFormat),
  workspace: BackedUpWorkspace,
  /** Epoch milliseconds. */
  createdAt: z.number().int().nonnegative(),
  /** Version of Hivemind that wrote it. */
  version: z.string().max(100),
  /** Events that the workspace held, and which. */
  events: z.number().int().nonnegative(),
  ranges: Ranges,
});
export type BackupHeader = z.infer<typeof BackupHeader>;

/** Every line between the first and the last. Whole numbers must fit the columns that keep them, and nothing else may be there. */
export const BackedUpEvent = z.strictObject({
  event: Event.extend({ v: z.number().int().positive().max(0x7fff_ffff) }).strict(),
  terms: z.string(),
});

/** Last line of a backup: without it the file was cut short. */
export const BackupEnd = z.object({
  end: z.object({
    events: z.number().int().nonnegative(),
    /** Damaged events that were left out. */
    skipped: z.number().int().nonnegative(),
    /** CRC-32 (as in zlib) over all bytes before this line. */
    crc: z.number().int().nonnegative(),
  }),
});

export type BackupEnd = z.infer<typeof BackupEnd>;

/** How the last line begins, and no other. */
export const endMark = '{"end":';

export const notABackup = (path: string, cause?: unknown): AppError =>
  new AppError('INVALID_ARGUMENT', `${path} is not a backup of Hivemind`, {
    hint: 'hivemind backup FILE makes one',
    cause,
  });

export const newerBackup = (path: string, format: number): AppError =>
  new AppError(
    'FAILED_PRECONDITION',
    `${path} has backup format ${format}, this version reads ${backupFormat}`,
    {
      hint: 'install the newer Hivemind that wrote it',
    },
  );

export const damagedBackup = (path: string, reason: string, cause?: unknown): AppError =>
  new AppError('DATA_LOSS', `the backup ${path} is damaged: ${reason}`, {
    hint: 'restore from another copy of it; nothing was made of this one',
    cause,
  });
