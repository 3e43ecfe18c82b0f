import type { Edit } from '../call.ts';
import { asFields, type Fields, listAt, stringAt, wordAt } from '../fields.ts';
import { askedHunks, diffHunks } from '../hunks.ts';
import type { NamedTool } from './tool-name.ts';

const changes: Readonly<Record<string, Edit['change']>> = {
  create: 'created',
  edit: 'updated',
  delete: 'deleted',
};

/**
 * What a successful call did to files: by the list of what was changed, with the hunks of its diff; in versions
 * without that list by the diff alone, or by what was asked. Empty when it changed none.
 */
export function editsOf({ tool, input }: NamedTool, complete: Fields, result: Fields | null): Edit[] {
  const isEdit = tool === 'Edit' || tool === 'Write' || tool === 'apply_patch';
  const listed = listAt(complete, 'fileEdits')?.map(asFields) ?? null;
  if (!isEdit && listed === null) return [];
  const asked = asFields(input);
  const diffs = sectionsOf(stringAt(result, 'detailedContent') ?? '');
  const askedPath = wordAt(asked, 'file_path');
  const told = listed ?? diffs.map(({ path, change }) => ({ path, kind: kindOf(change) }));
  const files = told.length > 0 ? told : [{ path: askedPath, kind: tool === 'Write' ? 'create' : 'edit' }];
  return files.flatMap((file) => {
    const path = wordAt(file, 'path');
    if (path === null) return [];
    const change = changes[wordAt(file, 'kind') ?? ''] ?? 'updated';
    const section = diffs.find((diff) => diff.path === path) ?? (files.length === 1 ? diffs[0] : undefined);
    const content = stringAt(asked, 'content');
    if (change === 'created' && content !== null) return [{ path, change, hunks: [], content }];
    const hunks = section?.hunks ?? askedHunks(stringAt(asked, 'old_string'), stringAt(asked, 'new_string'));
    return [{ path, change, hunks }];
  });
}

const kindOf = (change: Edit['change']): string =>
  change === 'created' ? 'create' : change === 'deleted' ? 'delete' : 'edit';

/** The files of a git diff. Copilot writes absolute paths into it, behind git's `a` and `b`. */
function sectionsOf(diff: string): Edit[] {
  return diff
    .split(/^(?=diff --git )/m)
    .filter((section) => section.startsWith('diff --git '))
    .flatMap((section) => {
      const before = /^--- a(\/.+)$/m.exec(section)?.[1];
      const after = /^\+\+\+ b(\/.+)$/m.exec(section)?.[1];
      const path = after === undefined || after === '/dev/null' ? before : after;
      if (path === undefined || path === '/dev/null') return [];
      const change = before === '/dev/null' ? 'created' : after === '/dev/null' ? 'deleted' : 'updated';
      return [{ path, change, hunks: diffHunks(section) }];
    });
}
