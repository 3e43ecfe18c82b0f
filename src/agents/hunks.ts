import type { Hunk } from './call.ts';

const header = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/;

/** Hunks of one file's unified diff; lines that belong to none are left out, and so is a text that is no diff. */
export function diffHunks(diff: string): Hunk[] {
  const hunks: Hunk[] = [];
  for (const line of diff.split(/\r?\n/)) {
    const found = header.exec(line);
    if (found !== null) {
      const [, oldStart, oldLines = '1', newStart, newLines = '1'] = found;
      hunks.push({
        oldStart: Number(oldStart),
        oldLines: Number(oldLines),
        newStart: Number(newStart),
        newLines: Number(newLines),
        lines: [],
      });
    } else if (/^[ +-]/.test(line)) hunks.at(-1)?.lines.push(line);
  }
  return hunks;
}

/** The hunk that was asked for, where the answer has none; its place in the file is not known and stands as 0. */
export function askedHunks(removed: string | null, added: string | null): Hunk[] {
  const [before, after] = [linesOf(removed), linesOf(added)];
  if (before.length + after.length === 0) return [];
  return [
    {
      oldStart: 0,
      oldLines: before.length,
      newStart: 0,
      newLines: after.length,
      lines: [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)],
    },
  ];
}

function linesOf(text: string | null): string[] {
  if (text === null || text === '') return [];
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}
