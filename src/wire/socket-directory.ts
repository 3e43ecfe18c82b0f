import { lstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../schema/app-error.ts';

export const unusableHome = (home: string, cause: unknown): AppError =>
  new AppError(
    'FAILED_PRECONDITION',
    `${home} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
    {
      hint: 'set HIVEMIND_HOME to a directory of your own',
      cause,
    },
  );

function statusOf(directory: string): Stats | undefined {
  try {
    return lstatSync(directory, { throwIfNoEntry: false });
  } catch (cause) {
    throw unusableHome(dirname(directory), cause);
  }
}

/** A socket directory that is not ours, or that others may enter, is not trusted. */
export function refuseForeign(directory: string): void {
  const info = statusOf(directory);
  if (info === undefined) return;
  const uid = process.getuid?.();
  if (!info.isDirectory() || (uid !== undefined && info.uid !== uid)) {
    throw new AppError('PERMISSION_DENIED', `${directory} is not a directory of yours`, {
      hint: 'set HIVEMIND_HOME to a directory of your own',
    });
  }
  if ((info.mode & 0o077) !== 0) {
    throw new AppError('PERMISSION_DENIED', `${directory} can be entered by other users`, {
      hint: `chmod 700 ${directory}`,
    });
  }
}
