import type { Event } from '../../schema/event.ts';

/** Lines that an edit left behind, in order, of which some were there before; one list for each of its hunks. */
export interface Written {
  lines: readonly { text: string; isNew: boolean }[];
}

/** What an edit wrote. Bodies come from outside: whatever is not as it should be is left out. */
export function writtenBy({ body }: Pick<Event, 'body'>): Written[] {
  const written: Written[] = [];
  for (const hunk of Array.isArray(body.hunks) ? body.hunks : []) {
    const lines = (hunk as { lines?: unknown } | null)?.lines;
    if (!Array.isArray(lines)) continue;
    const left = lines.filter((line): line is string => typeof line === 'string' && /^[+ ]/.test(line));
    written.push({ lines: left.map((line) => ({ text: plain(line.slice(1)), isNew: line[0] === '+' })) });
  }
  if (typeof body.content === 'string')
    written.push({ lines: body.content.split('\n').map((text) => ({ text: plain(text), isNew: true })) });
  return written;
}

/** Without what formatters and line ends change. */
const plain = (line: string): string => line.trim();

/** Whether a line says so much that two who wrote it did not do so by chance: a lone bracket does not. */
const says = (line: string): boolean => (line.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= 3;

/** How many of the lines that an edit wrote are among `added`; lines that say nothing do not count. */
export function linesShared(event: Pick<Event, 'body'>, added: ReadonlySet<string>): number {
  let shared = 0;
  for (const { lines } of writtenBy(event))
    for (const { text, isNew } of lines) if (isNew && says(text) && added.has(text)) shared += 1;
  return shared;
}

/** The added lines of a unified diff, by file; names as `diff --git -z` would not quote them are not read from it. */
export function addedLines(diff: string): Set<string> {
  const added = new Set<string>();
  for (const line of diff.split('\n'))
    if (line.startsWith('+') && !line.startsWith('+++ ')) added.add(plain(line.slice(1)));
  return added;
}

/** A line of a file among its neighbours, nearest first on either side. */
export interface LinePlace {
  text: string;
  before: readonly string[];
  after: readonly string[];
}

/** How many lines on either side tell which of two equal lines is meant. */
const neighbours = 4;

/** The line at `at` (from 1) with its neighbours; null: there is no such line. */
export function placeOf(lines: readonly string[], at: number): LinePlace | null {
  const text = lines[at - 1];
  if (text === undefined) return null;
  const before = lines.slice(Math.max(0, at - 1 - neighbours), at - 1).reverse();
  return {
    text: plain(text),
    before: before.map(plain),
    after: lines.slice(at, at + neighbours).map(plain),
  };
}

/** How well an edit explains a line: 0 when it did not write it, else 1 and the share of its neighbours that agree. */
export function scoreLine(event: Pick<Event, 'body'>, place: LinePlace): number {
  let best = 0;
  for (const { lines } of writtenBy(event))
    lines.forEach((line, at) => {
      if (!line.isNew || line.text !== place.text) return;
      const texts = (from: number, step: 1 | -1) => (offset: number) =>
        lines[from + step * (offset + 1)]?.text;
      const agreed = agreement(place.before, texts(at, -1)) + agreement(place.after, texts(at, 1));
      best = Math.max(best, 1 + agreed / (2 * neighbours));
    });
  // A bracket, or an empty line, is known by its neighbours only.
  return best <= 1 && !says(place.text) ? 0 : best;
}

/** How many neighbours are the same, from the line on outwards. */
function agreement(wanted: readonly string[], textAt: (offset: number) => string | undefined): number {
  let count = 0;
  while (count < wanted.length && wanted[count] === textAt(count)) count += 1;
  return count;
}
