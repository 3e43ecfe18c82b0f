import { wrapLines } from '../../core/display-width.ts';
import type { DiffLine } from '../../core/step-view.ts';
import { type Line, lineOf, type Part, type Tone } from '../lines.ts';

/** Colours code: for each line of it its parts, or null where it does not know the language. */
export type Colouring = (code: readonly string[]) => Part[][] | null;

/** Longer diffs, and ones with longer lines, are not coloured but as a whole. */
const MOST_LINES = 2_000;
const LONGEST_LINE = 2_000;

const tones: Record<DiffLine['kind'], Tone> = {
  add: 'add',
  remove: 'remove',
  hunk: 'hunk',
  context: 'plain',
};

/** A diff, wrapped: the sign says what became of a line, the code has its colours where they are known. */
export function diffLines(diff: readonly DiffLine[], columns: number, colouring: Colouring | null): Line[] {
  const parts = colouring === null || !isColourable(diff) ? null : codeParts(diff, colouring);
  return diff.flatMap((line, at) => {
    const text = line.text.replaceAll('\t', '  ');
    const own = parts?.[at];
    const lines = wrapLines(text, columns);
    if (own === undefined || own === null) return lines.map((one) => ({ text: one, tone: tones[line.kind] }));
    return lines.length === 1 ? [lineOf(own)] : cutParts(own, lines).map(lineOf);
  });
}

const isColourable = (diff: readonly DiffLine[]): boolean =>
  diff.length <= MOST_LINES && diff.every(({ text }) => text.length <= LONGEST_LINE);

/** Each side of the diff is coloured as one text: what a line means depends on those before it. */
function codeParts(diff: readonly DiffLine[], colouring: Colouring): (Part[] | null)[] | null {
  const sides = (['remove', 'add'] as const).map((kind) =>
    diff.flatMap((line, at) => (line.kind === kind || line.kind === 'context' ? [at] : [])),
  );
  const parts: (Part[] | null)[] = diff.map(() => null);
  for (const side of sides) {
    const coloured = colouring(side.map((at) => diff[at]?.text.slice(1).replaceAll('\t', '  ') ?? ''));
    if (coloured === null) return null;
    for (const [index, at] of side.entries()) {
      const tone = tones[diff[at]?.kind ?? 'context'];
      const sign: Part = { text: diff[at]?.text.slice(0, 1) ?? '', tone };
      const code = (coloured[index] ?? []).map((part) => (part.tone === 'plain' ? { ...part, tone } : part));
      parts[at] = [sign, ...code];
    }
  }
  return parts;
}

/** The parts of a line that was broken into several. */
function cutParts(parts: readonly Part[], lines: readonly string[]): Part[][] {
  const rest = parts.map((part) => ({ ...part }));
  return lines.map(({ length }) => {
    const taken: Part[] = [];
    for (let room = length; room > 0 && rest.length > 0; ) {
      const [first] = rest;
      if (first === undefined) break;
      const text = first.text.slice(0, room);
      if (text !== '') taken.push({ text, tone: first.tone });
      first.text = first.text.slice(text.length);
      room -= text.length;
      if (first.text === '') rest.shift();
    }
    return taken;
  });
}
