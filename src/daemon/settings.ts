import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import { WorkspaceSettings } from '../schema/records.ts';
import { writeDurably } from '../store/durable.ts';

/** What this machine has set for a workspace. */
export interface Settings {
  readonly current: WorkspaceSettings;
  /** Keeps the change on disk before it counts. */
  change(change: Partial<WorkspaceSettings>): Promise<WorkspaceSettings>;
}

/** Reads `settings.json` in the workspace's folder; where there is none everything is as it is by default. */
export async function openSettings(directory: string): Promise<Settings> {
  const path = join(directory, 'settings.json');
  let current = await read(path);
  let changing: Promise<unknown> = Promise.resolve();
  return {
    get current() {
      return current;
    },
    change: (change) => {
      const changed = changing.then(async () => {
        const next = { ...current, ...change };
        await writeDurably(path, JSON.stringify(next, null, 2));
        current = next;
        return next;
      });
      changing = changed.catch(() => undefined);
      return changed;
    },
  };
}

async function read(path: string): Promise<WorkspaceSettings> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return WorkspaceSettings.parse({});
  try {
    return WorkspaceSettings.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('DATA_LOSS', `${path} cannot be read as the settings of a workspace`, {
      hint: `correct it, or delete it to begin with the defaults: rm ${path}`,
      cause,
    });
  }
}
