import { familyOf } from '../warnings/call.ts';

const fileFields = ['file_path', 'notebook_path', 'path'];
/** Fields in which a patch stands. */
const patchFields = ['patch', 'input'];
/** Most files of one patch that are looked at, and how much of it. */
const mostFiles = 100;
const patchChars = 1 << 20;

/** Files that a call is about to change, as the agent names them; empty for a call that edits none. */
export function editedPaths(tool: string, input: unknown): string[] {
  const isPatch = tool === 'apply_patch';
  if (!isPatch && familyOf(tool) !== 'edit') return [];
  const fields = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const named = fileFields.flatMap((name) => textIn(fields[name]));
  const patch =
    isPatch && typeof input === 'string' ? [input] : patchFields.flatMap((name) => textIn(fields[name]));
  return [...new Set([...named, ...patch.flatMap(filesIn)])]
    .filter((path) => path.length <= 4096)
    .slice(0, mostFiles);
}

const textIn = (value: unknown): string[] => (typeof value === 'string' && value !== '' ? [value] : []);

/** Files of a patch in the form of Codex. */
const filesIn = (patch: string): string[] =>
  [
    ...patch.slice(0, patchChars).matchAll(/^\*\*\* (?:(?:Add|Update|Delete) File|Move to): ([^\r\n]+)$/gm),
  ].map(([, path = '']) => path.trim());
