import { readFile } from 'node:fs/promises';
import { AppError } from '../schema/app-error.ts';

/** The text of a file that a person has named. NOT_FOUND where it cannot be read. */
export async function readNamedFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new AppError('NOT_FOUND', `${file} cannot be read: ${(cause as Error).message}`, {
      hint: `ls -l ${file}`,
      cause,
    });
  }
}
