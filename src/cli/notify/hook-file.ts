import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../schema/app-error.ts';
import type { NotifyHook } from '../../schema/notify.ts';
import { hivemindHome } from '../../wire/paths.ts';

/**
 * The file of the user's hooks. It is written here and not by the daemon: whoever can only reach the socket, such as an
 * agent in a sandbox, must not be able to have a command run outside of it.
 */
export async function changeHooks(change: (hooks: NotifyHook[]) => NotifyHook[]): Promise<string> {
  const { NotifyFile, notifyFileName } = await import('../../schema/notify.ts');
  const home = hivemindHome();
  const path = join(home, notifyFileName);
  const before = NotifyFile.safeParse(readJson(path));
  if (!before.success)
    throw new AppError('FAILED_PRECONDITION', `${path} is not as \`hivemind notify add\` writes it`, {
      hint: `mend it, or move it away: mv ${path} ${path}.old`,
    });
  const after = NotifyFile.safeParse({ version: 1, hooks: change(before.data.hooks) });
  if (!after.success) {
    const [issue] = after.error.issues;
    throw new AppError('INVALID_ARGUMENT', `${fieldOf(issue?.path)}: ${issue?.message ?? 'is not valid'}`, {
      hint: 'hivemind notify add --help',
    });
  }
  write(home, path, `${JSON.stringify(after.data, null, 2)}\n`);
  return path;
}

const fieldOf = (path: readonly PropertyKey[] = []): string => path.slice(2).map(String).join('.') || 'hooks';

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { version: 1, hooks: [] };
    return null;
  }
}

/** In one step: the daemon may read it at any moment. */
function write(home: string, path: string, text: string): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  renameSync(draft, path);
}
