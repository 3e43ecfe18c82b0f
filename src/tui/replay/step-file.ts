import { realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { ReplayState } from './state.ts';
import { stepAt } from './state.ts';

/** The file of the shown step, where it is there and lies in the checkout of its session; else why it is not opened. */
export async function stepFile(state: ReplayState): Promise<{ path: string } | { message: string }> {
  const event = stepAt(state, state.at);
  const named = event?.paths[0];
  if (event === undefined || named === undefined) return { message: 'this step is about no file' };
  const checkout = state.sessions.get(event.session)?.cwd ?? null;
  if (checkout === null) return { message: 'it is not known where this session worked' };
  try {
    const [root, path] = await Promise.all([realpath(checkout), realpath(resolve(checkout, named))]);
    // A trace comes from outside: it may name any file, by ways around its checkout too.
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep))
      return { message: 'the file is not in the checkout of this session, and is not opened' };
    if (!(await stat(path)).isFile()) return { message: 'that is no file' };
    return { path };
  } catch {
    return { message: 'the file is not there any more' };
  }
}
