import { parsePatch } from 'diff';
import type { Hunk } from './call.ts';

/** Longest diff that is taken apart, in characters. */
const diffLimit = 2 * 1024 * 1024;

/** Hunks of a unified diff; none where it is no diff. */
export function hunksOf(diff: string | null): Hunk[] {
  if (diff === null || diff.length > diffLimit) return [];
  try {
    return parsePatch(diff).flatMap(({ hunks }) =>
      hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
        oldStart,
        oldLines,
        newStart,
        newLines,
        lines,
      })),
    );
  } catch {
    return [];
  }
}
