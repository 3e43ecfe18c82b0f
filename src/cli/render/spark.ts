/** What small pictures are made of, from the least to the most. */
export interface Glyphs {
  /** A count of nothing has a sign of its own: it is not the least of something. */
  nothing: string;
  levels: readonly string[];
  shades: readonly string[];
  /** Parts of a cell of a bar, the last one is a whole cell. */
  bar: readonly string[];
}

export const blockGlyphs: Glyphs = {
  nothing: ' ',
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  shades: ['░', '▒', '▓', '█'],
  bar: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
};

export const asciiGlyphs: Glyphs = {
  nothing: ' ',
  levels: ['.', ':', '-', '=', '+', '*', '#', '@'],
  shades: ['.', ':', '+', '#'],
  bar: ['#'],
};

/** One sign for each value, by its part of `most`; anything above nothing is seen. */
const signsOf = (
  values: readonly number[],
  most: number,
  signs: readonly string[],
  nothing: string,
): string[] =>
  values.map((value) => {
    if (value <= 0 || most <= 0) return nothing;
    const step = Math.ceil((value / most) * signs.length) - 1;
    return signs[Math.min(signs.length - 1, Math.max(0, step))] ?? nothing;
  });

/** A line of columns, one for each value; the greatest is a full one. */
export const sparkline = (
  values: readonly number[],
  glyphs: Glyphs,
  most = Math.max(0, ...values),
): string[] => signsOf(values, most, glyphs.levels, glyphs.nothing);

/** A row of a heat map; `most` is the greatest of the whole map. */
export const heatRow = (values: readonly number[], glyphs: Glyphs, most: number): string[] =>
  signsOf(values, most, glyphs.shades, glyphs.nothing);

/** A bar of `cells` cells for a part of 0 to 1; what is more than nothing is seen. */
export function bar(part: number, cells: number, { bar: signs }: Glyphs): string {
  const steps = Math.min(
    cells * signs.length,
    Math.max(part > 0 ? 1 : 0, Math.round(part * cells * signs.length)),
  );
  const full = Math.floor(steps / signs.length);
  const rest = steps % signs.length;
  return (signs.at(-1) ?? '').repeat(full) + (rest === 0 ? '' : (signs[rest - 1] ?? ''));
}

/** Neighbours put together, so that no more than `most` values are left: each of as many as the others, but the last. */
export function merged(values: readonly number[], most: number): number[] {
  const size = Math.max(1, Math.ceil(values.length / Math.max(1, most)));
  const sums: number[] = [];
  for (const [at, value] of values.entries()) {
    const place = Math.floor(at / size);
    sums[place] = (sums[place] ?? 0) + value;
  }
  return sums;
}
