import { readFile } from 'node:fs/promises';
import { parse } from 'jsonc-parser';
import type { HookTarget } from '../agent.ts';
import { asFields } from '../fields.ts';

/** Whether the user has turned all hooks off, in a file that is not ours to change. */
export async function untrusted(target: HookTarget): Promise<{ what: string; hint: string } | null> {
  const path = `${target.configDir}/settings.json`;
  const text = await readFile(path, 'utf8').catch(() => '');
  const settings = asFields(parse(text, [], { allowTrailingComma: true }));
  if (settings?.disableAllHooks !== true) return null;
  return {
    what: `Copilot CLI runs no hooks: ${path} has disableAllHooks`,
    hint: `set disableAllHooks to false in ${path}`,
  };
}

/** What the user has to do where the hooks stand in the repository. */
export const notes = ({ scope }: HookTarget): string[] =>
  scope === 'project'
    ? [
        'Copilot CLI reads the hooks and servers of a repository in trusted folders only: start copilot in it once and trust it',
      ]
    : [];
