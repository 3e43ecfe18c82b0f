import { safeText } from '../../../../core/safe-text.ts';

/** A line of a diff, with its numbers before and behind the change; null: it is not in there. */
export interface Row {
  kind: 'add' | 'remove' | 'context' | 'hunk' | 'note';
  before: number | null;
  after: number | null;
  /** Safe to show, and cut. */
  text: string;
  /** Characters that are not shown. */
  cutChars: number;
}

interface Hunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  lines: readonly string[];
}

/** More of a line is not laid out: a file without line breaks is one of megabytes. */
const mostLineChars = 1000;

/** The lines of hunks as git says them, numbered. */
export function rowsOf(hunks: readonly Hunk[]): Row[] {
  return hunks.flatMap((hunk) => {
    let [before, after] = [hunk.oldStart, hunk.newStart];
    const head = `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`;
    const rows: Row[] = [{ kind: 'hunk', before: null, after: null, text: head, cutChars: 0 }];
    for (const line of hunk.lines) {
      const kind = kindOf(line);
      const isOld = kind === 'remove' || kind === 'context';
      const isNew = kind === 'add' || kind === 'context';
      rows.push({ kind, before: isOld ? before : null, after: isNew ? after : null, ...shownOf(line) });
      if (isOld) before += 1;
      if (isNew) after += 1;
    }
    return rows;
  });
}

function kindOf(line: string): Row['kind'] {
  if (line.startsWith('+')) return 'add';
  if (line.startsWith('-')) return 'remove';
  return line.startsWith('\\') ? 'note' : 'context';
}

function shownOf(line: string): Pick<Row, 'text' | 'cutChars'> {
  const code = line.slice(1, mostLineChars + 1).toWellFormed();
  return {
    text: safeText(code).replaceAll('\n', ' '),
    cutChars: Math.max(0, line.length - 1 - mostLineChars),
  };
}
