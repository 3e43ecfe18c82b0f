import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { AppError } from '../../schema/app-error.ts';

/** The program as it will be found again from anywhere. INVALID_ARGUMENT when there is none that can be run. */
export function findProgram(word: string, cwd: string, path = ''): string {
  const places = word.includes('/')
    ? [resolve(cwd, word)]
    : path
        .split(delimiter)
        .filter((folder) => folder !== '')
        .map((folder) => join(resolve(cwd, folder), word));
  const found = places.find(isProgram);
  if (found !== undefined) return found;
  throw new AppError('INVALID_ARGUMENT', `there is no program "${word}" that can be run`, {
    hint: 'write the script, then chmod +x it; everything behind -- is the command, and no shell reads it',
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
