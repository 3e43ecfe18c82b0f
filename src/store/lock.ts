import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../schema/app-error.ts';

export interface Lock {
  release(): void;
}

/**
 * Takes an exclusive lock that the kernel drops when this process ends, however it ends; null when another process has it.
 * Node has no flock: SQLite's exclusive transaction on an empty database file is the portable kernel lock that it ships.
 */
export function takeLock(path: string): Lock | null {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) return null;
    throw new AppError('FAILED_PRECONDITION', `the lock ${path} cannot be taken`, {
      hint: `if no daemon runs: rm ${path}`,
      cause: error,
    });
  }
  return { release: () => database.close() };
}
