import { posix } from 'node:path';
import type { HookTarget, SettingsFile } from '../agent.ts';
import { sharedInstruction } from '../instruction-file.ts';
import { openOrNull } from '../settings-json.ts';
import { readSmall } from '../small-file.ts';

const usualName = 'GEMINI.md';

/** The file of which Gemini reads all at the start: GEMINI.md, or the first of the names that its settings give it. */
export function instructionFiles(target: HookTarget): [SettingsFile, ...SettingsFile[]] {
  const configDir = target.configDir.replace(/\/+$/, '');
  const names =
    target.scope === 'project'
      ? (namesIn(`${target.projectDir}/.gemini/settings.json`) ?? namesIn(`${configDir}/settings.json`))
      : namesIn(`${configDir}/settings.json`);
  const folder = target.scope === 'project' ? target.projectDir : configDir;
  const [first = usualName, ...others] = names?.includes(usualName) ? [usualName, ...names] : (names ?? []);
  const rest = new Set([...others, usualName]);
  rest.delete(first);
  const file = (name: string): SettingsFile => sharedInstruction(`${folder}/${name}`, target);
  return [file(first), ...[...rest].map(file)];
}

/** `context.fileName` of a settings file: one name or several; null where it says none that is the name of a text. */
function namesIn(path: string): string[] | null {
  const settings = openOrNull(path, readSmall(path, { follows: true }), { comments: true });
  const said = settings?.get(['context', 'fileName']);
  const names = (Array.isArray(said) ? said : [said]).filter(
    (name): name is string =>
      typeof name === 'string' && name === posix.basename(name) && /\.(?:md|markdown|txt)$/i.test(name),
  );
  return names.length === 0 ? null : names.slice(0, 20);
}
