import type { Edit, Hunk } from '../call.ts';
import { asFields, countAt, type Fields, listAt, stringAt, wordAt } from '../fields.ts';
import { askedHunks as hunksAsked } from '../hunks.ts';
import type { ToolFact } from './tool.ts';

/** What a successful Edit, Write, MultiEdit or NotebookEdit did; null when it does not say to which file. */
export function editOf({
  tool,
  input,
  response,
  answer,
}: Pick<ToolFact, 'tool' | 'input' | 'response' | 'answer'>): Edit | null {
  const asked = asFields(input);
  const told = asFields(response);
  const path =
    wordAt(told, 'filePath') ??
    wordAt(asked, 'file_path') ??
    wordAt(told, 'notebook_path') ??
    wordAt(asked, 'notebook_path');
  if (path === null) return null;
  const created = isCreated(tool, asked, told, answer);
  const patch = hunksOf(told);
  if (tool === 'Write' || created) {
    const content = stringAt(told, 'content') ?? stringAt(asked, 'content') ?? stringAt(asked, 'new_string');
    const isWhole = content !== null && patch.length === 0;
    return { path, change: created ? 'created' : 'updated', hunks: patch, ...(isWhole ? { content } : {}) };
  }
  return { path, change: 'updated', hunks: patch.length > 0 ? patch : askedHunks(asked) };
}

function isCreated(tool: string, asked: Fields | null, told: Fields | null, answer: string | null): boolean {
  if (tool === 'Write') {
    const type = stringAt(told, 'type');
    return type === null ? /created successfully/.test(answer ?? '') : type === 'create';
  }
  return tool === 'Edit' && stringAt(asked, 'old_string') === '' && !wordAt(told, 'originalFile');
}

/** Hunks of a structured patch; those that are malformed are left out. */
function hunksOf(response: Fields | null): Hunk[] {
  return (listAt(response, 'structuredPatch') ?? []).flatMap((item) => {
    const fields = asFields(item);
    const lines = listAt(fields, 'lines')?.filter((line) => typeof line === 'string');
    if (lines === undefined) return [];
    const place = (key: string): number => Math.trunc(countAt(fields, key) ?? 0);
    return [
      {
        oldStart: place('oldStart'),
        oldLines: place('oldLines'),
        newStart: place('newStart'),
        newLines: place('newLines'),
        lines,
      },
    ];
  });
}

/** Hunks as they were asked for, where the answer has none. */
function askedHunks(asked: Fields | null): Hunk[] {
  const edits = listAt(asked, 'edits')?.map(asFields) ?? [asked];
  return edits.flatMap((edit) =>
    hunksAsked(stringAt(edit, 'old_string'), stringAt(edit, 'new_string') ?? stringAt(edit, 'new_source')),
  );
}
