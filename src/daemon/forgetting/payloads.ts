import { lstat, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ParsedOf } from '../../schema/operation.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** Where payloads stay that could not be taken in, or belong nowhere: as they came. */
const folders = ['refused', 'unplaced'];

/** Shorter ids and words stand in too much that has nothing to do with them. */
const leastChars = 3;

/** What tells a payload that never became an event: the words that are looked for, or the agents' ids of the sessions. */
export function signsOf(
  { sessions }: OpenWorkspace,
  { what, matching }: Pick<ParsedOf<'event.forget'>, 'what' | 'matching'>,
  wanted: readonly string[],
): string[] {
  if (matching !== undefined) return [matching];
  if (what === undefined) return [];
  const chosen = new Set(wanted);
  const natives = [...sessions.values()].flatMap(({ id, nativeId }) =>
    chosen.has(id) ? [nativeId ?? ''] : [],
  );
  return [...new Set(natives)].filter((native) => native.length >= leastChars);
}

/** Counts payloads with any of the signs in the spool's folders for them, and takes them away unless it is only asked. */
export async function forgetPayloads(
  spool: string,
  signs: readonly string[],
  isDry: boolean,
): Promise<number> {
  // A payload is JSON: there words may stand escaped.
  const forms = signs
    .flatMap((sign) => [sign, JSON.stringify(sign).slice(1, -1)])
    .map((one) => one.toLowerCase());
  let count = 0;
  for (const folder of forms.length === 0 ? [] : folders)
    for (const name of await readdir(join(spool, folder)).catch(() => [])) {
      const path = join(spool, folder, name);
      // No link is followed.
      if (!(await lstat(path)).isFile()) continue;
      const text = (await readFile(path, 'utf8')).toLowerCase();
      if (!forms.some((form) => text.includes(form))) continue;
      count += 1;
      if (!isDry) await unlink(path);
    }
  return count;
}
