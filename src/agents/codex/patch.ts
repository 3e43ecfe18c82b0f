import type { Edit, Hunk } from '../call.ts';
import { asFields, type Fields, fieldsAt, stringAt, wordAt } from '../fields.ts';

/** What a patch did to one file; a move is one file deleted and one created, each naming the other. */
export interface PatchedFile extends Edit {
  extra?: { movedFrom?: string; movedTo?: string };
}

/** Most files of one patch that become events. */
const fileLimit = 1000;

const heading = /^\*\*\* (Add|Update|Delete) File: (.+)$/;

/** Files of a patch in Codex's own form. Places of its hunks are not known and stand as 0. */
export function filesOfPatch(patch: string): PatchedFile[] {
  const files: PatchedFile[] = [];
  let body: string[] = [];
  let open: { change: string; path: string; to: string | null } | null = null;
  const close = (): void => {
    if (open !== null) files.push(...filesOf(open, body));
    open = null;
    body = [];
  };
  for (const line of linesOf(patch)) {
    const match = heading.exec(line);
    if (match !== null || line.startsWith('*** End Patch')) close();
    if (files.length >= fileLimit) break;
    if (match !== null) open = { change: match[1] ?? '', path: (match[2] ?? '').trim(), to: null };
    else if (open !== null && line.startsWith('*** Move to: ')) open.to = line.slice(13).trim();
    else if (!line.startsWith('*** ')) body.push(line);
  }
  close();
  return files.filter(({ path }) => path !== '').slice(0, fileLimit);
}

function filesOf(
  { change, path, to }: { change: string; path: string; to: string | null },
  body: readonly string[],
): PatchedFile[] {
  if (change === 'Delete') return [{ path, change: 'deleted', hunks: [] }];
  if (change === 'Add') {
    const added = body.filter((line) => line.startsWith('+')).map((line) => `${line.slice(1)}\n`);
    return [{ path, change: 'created', hunks: [], content: added.join('') }];
  }
  return updated(path, to, hunksOfPatch(body));
}

function updated(path: string, to: string | null, hunks: Hunk[]): PatchedFile[] {
  if (to === null || to === path) return [{ path, change: 'updated', hunks }];
  return [
    { path, change: 'deleted', hunks: [], extra: { movedTo: to } },
    { path: to, change: 'created', hunks, extra: { movedFrom: path } },
  ];
}

function hunksOfPatch(body: readonly string[]): Hunk[] {
  const hunks: Hunk[] = [];
  let lines: string[] = [];
  const close = (): void => {
    if (lines.some((line) => line.startsWith('+') || line.startsWith('-'))) hunks.push(hunkOf(lines));
    lines = [];
  };
  for (const line of body) {
    if (line.startsWith('@@')) close();
    else lines.push(line === '' ? ' ' : line);
  }
  close();
  return hunks;
}

function hunkOf(lines: string[], oldStart = 0, newStart = 0): Hunk {
  const count = (other: string): number => lines.filter((line) => !line.startsWith(other)).length;
  return { oldStart, oldLines: count('+'), newStart, newLines: count('-'), lines };
}

/** Files by what Codex says that it changed: path → add, delete or update; older versions name the change by a key. */
export function filesOfChanges(changes: Fields): PatchedFile[] {
  return Object.entries(changes)
    .slice(0, fileLimit)
    .flatMap(([path, value]) => {
      const change = asFields(value);
      const type = wordAt(change, 'type') ?? Object.keys(change ?? {})[0] ?? '';
      const told = fieldsAt(change, type) ?? change;
      return path === '' ? [] : changedFile(path, type, told);
    });
}

function changedFile(path: string, type: string, told: Fields | null): PatchedFile[] {
  const content = stringAt(told, 'content');
  if (type === 'add')
    return [{ path, change: 'created', hunks: [], ...(content === null ? {} : { content }) }];
  if (type === 'delete') {
    const gone = linesOf(content ?? '').map((line) => `-${line}`);
    return [{ path, change: 'deleted', hunks: content ? [hunkOf(gone, 1, 0)] : [] }];
  }
  return updated(path, wordAt(told, 'move_path'), hunksOfDiff(stringAt(told, 'unified_diff') ?? ''));
}

/** Hunks of a unified diff of one file. */
function hunksOfDiff(diff: string): Hunk[] {
  const hunks: Hunk[] = [];
  let open: { lines: string[]; oldStart: number; newStart: number } | null = null;
  const close = (): void => {
    if (open !== null && open.lines.length > 0) hunks.push(hunkOf(open.lines, open.oldStart, open.newStart));
  };
  for (const line of linesOf(diff)) {
    const match = /^@@ -(\d{1,9})(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@/.exec(line);
    if (match === null) {
      if (/^[ +-]/.test(line)) open?.lines.push(line);
      continue;
    }
    close();
    open = { lines: [], oldStart: Number(match[1]), newStart: Number(match[2]) };
  }
  close();
  return hunks;
}

/** Lines without the end of the last one. */
function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
