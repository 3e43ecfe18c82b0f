import type { CommitFile } from '../../schema/operations/git.ts';

type Patch = Pick<CommitFile, 'hunks' | 'isCut'>;

/** Most lines that are shown of a file, most bytes of a line, and of all files together. */
const mostLines = 2_000;
const mostLineBytes = 2_000;
const mostBytes = 2 << 20;

const newline = 10;
const header = Buffer.from('diff --git ');
const hunkHeader = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * The hunks of a patch for each file in its order; `sections` says how many headers a file has. What is missing because
 * git was stopped, or is more than may be shown, is cut.
 */
export function readPatches(patch: Buffer, files: readonly { sections: number }[]): Patch[] {
  const budget = { bytes: mostBytes };
  const sections = sectionsOf(patch);
  return files.map(({ sections: count }) => {
    const own: Patch = { hunks: [], isCut: false };
    const room = { lines: mostLines };
    for (let left = count; left > 0; left -= 1) {
      const next = sections.next();
      if (next.done) own.isCut = true;
      else readHunks(next.value, own, room, budget);
    }
    return own;
  });
}

/** Each file's part of a patch. Lines of content begin with a blank, a sign, or a backslash: a header is never one. */
function* sectionsOf(patch: Buffer): Generator<{ part: Buffer; isWhole: boolean }, undefined> {
  let start = startsWith(patch, 0) ? 0 : nextHeader(patch, 0);
  while (start !== -1) {
    const end = nextHeader(patch, start);
    yield {
      part: patch.subarray(start, end === -1 ? patch.length : end),
      isWhole: end !== -1 || endsLine(patch),
    };
    start = end;
  }
  return undefined;
}

const startsWith = (patch: Buffer, at: number): boolean =>
  patch.subarray(at, at + header.length).equals(header);

const endsLine = (patch: Buffer): boolean => patch.at(-1) === newline;

function nextHeader(patch: Buffer, from: number): number {
  const found = patch.indexOf(`\n${header}`, from);
  return found === -1 ? -1 : found + 1;
}

interface Room {
  lines: number;
}

function readHunks(
  { part, isWhole }: { part: Buffer; isWhole: boolean },
  own: Patch,
  room: Room,
  budget: { bytes: number },
): void {
  if (!isWhole) own.isCut = true;
  let hunk: Patch['hunks'][number] | undefined;
  for (const line of linesOf(part)) {
    const sign = line[0];
    if (sign === 0x40) {
      const head = hunkHeader.exec(line.subarray(0, 200).toString('latin1'));
      if (head === null) continue;
      if (room.lines <= 0 || budget.bytes <= 0) {
        own.isCut = true;
        return;
      }
      hunk = hunkOf(head);
      own.hunks.push(hunk);
    } else if (hunk !== undefined && (sign === 0x20 || sign === 0x2b || sign === 0x2d)) {
      if (room.lines <= 0 || budget.bytes <= 0) {
        own.isCut = true;
        return;
      }
      const shown = line.subarray(0, mostLineBytes);
      if (shown.length < line.length) own.isCut = true;
      hunk.lines.push(shown.toString('utf8'));
      room.lines -= 1;
      budget.bytes -= shown.length;
    }
  }
}

const hunkOf = ([
  ,
  oldStart,
  oldLines = '1',
  newStart,
  newLines = '1',
]: RegExpExecArray): Patch['hunks'][number] => ({
  oldStart: Number(oldStart),
  oldLines: Number(oldLines),
  newStart: Number(newStart),
  newLines: Number(newLines),
  lines: [],
});

function* linesOf(part: Buffer): Generator<Buffer> {
  for (let start = 0; start < part.length; ) {
    const end = part.indexOf(newline, start);
    yield part.subarray(start, end === -1 ? part.length : end);
    start = end === -1 ? part.length : end + 1;
  }
}
