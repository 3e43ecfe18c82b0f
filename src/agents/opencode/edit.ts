import type { Edit, Hunk } from '../call.ts';
import { asFields, type Fields, fieldsAt, listAt, stringAt, wordAt } from '../fields.ts';
import { hunksOf } from '../unified-diff.ts';

const changes = { add: 'created', update: 'updated', delete: 'deleted' } as const;

/** What a successful write, edit or patch did, one for each file; empty when it is none, or does not say to which. */
export function editsOf(nativeTool: string, input: Fields | null, metadata: Fields | null): Edit[] {
  const path = wordAt(input, 'filePath');
  if (nativeTool === 'apply_patch' || nativeTool === 'patch') return patched(metadata);
  if (path === null) return [];
  if (nativeTool === 'write') {
    const change = metadata?.exists === true ? 'updated' : 'created';
    const content = stringAt(input, 'content');
    return [{ path, change, hunks: [], ...(content === null ? {} : { content }) }];
  }
  if (nativeTool !== 'edit' && nativeTool !== 'multiedit') return [];
  const told = hunksOf(stringAt(metadata, 'diff') ?? stringAt(fieldsAt(metadata, 'filediff'), 'patch'));
  const created = stringAt(input, 'oldString') === '';
  const hunks = told.length > 0 ? told : asked(input);
  // Older versions let edit take the whole text.
  const content = hunks.length === 0 ? stringAt(input, 'content') : null;
  return [{ path, change: created ? 'created' : 'updated', hunks, ...(content === null ? {} : { content }) }];
}

function patched(metadata: Fields | null): Edit[] {
  return (listAt(metadata, 'files') ?? []).slice(0, 500).flatMap((item): Edit[] => {
    const file = asFields(item);
    const path = wordAt(file, 'filePath');
    if (path === null) return [];
    const hunks = hunksOf(stringAt(file, 'patch') ?? stringAt(file, 'diff'));
    const type = stringAt(file, 'type');
    if (type === 'move') {
      const moved = wordAt(file, 'movePath');
      const gone: Edit = { path, change: 'deleted', hunks: [] };
      return moved === null ? [gone] : [gone, { path: moved, change: 'created', hunks }];
    }
    const change = type === 'add' || type === 'delete' ? changes[type] : changes.update;
    return [{ path, change, hunks }];
  });
}

/** As it was asked for, where the answer does not tell; its place in the file is not known and stands as 0. */
function asked(input: Fields | null): Hunk[] {
  const removed = lines(stringAt(input, 'oldString'), '-');
  const added = lines(stringAt(input, 'newString'), '+');
  if (removed.length + added.length === 0) return [];
  const place = { oldStart: 0, oldLines: removed.length, newStart: 0, newLines: added.length };
  return [{ ...place, lines: [...removed, ...added] }];
}

const lines = (text: string | null, mark: string): string[] =>
  text === null || text === ''
    ? []
    : text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => mark + line);
