import { displayWidth, pad, wrapLines } from '../../core/display-width.ts';
import type { View } from './view.ts';

type Style = (text: string) => string;

export interface Entry {
  /** Cells that the entry stands in from the left. */
  indent: number;
  /** What stands before the text; further lines of the text begin below its first letter. */
  lead?: string;
  leadStyle?: Style;
  /** One line of safe text, broken where the terminal ends. */
  text: string;
  style?: Style;
  /** What comes after the text, in the same line where there is room. */
  tail?: string;
  tailStyle?: Style;
}

const GAP = 2;
const LEAST_ROOM = 20;
const same: Style = (text) => text;

/** An entry of a list, broken into lines before it is coloured, so that none is longer than the terminal is wide. */
export function renderEntry(entry: Entry, view: View): string[] {
  const { indent, lead = '', leadStyle = same, text, style = same, tail = '', tailStyle = same } = entry;
  const margin = indent + displayWidth(lead);
  const room = Math.max(LEAST_ROOM, view.width - margin);
  const lines = wrapLines(text, room).map((line) => line.trimEnd());
  const last = lines.at(-1) ?? '';
  const fits = displayWidth(last) + GAP + displayWidth(tail) <= room;
  const styled = lines.map(style);
  if (tail !== '' && fits) styled[styled.length - 1] += ' '.repeat(GAP) + tailStyle(tail);
  if (tail !== '' && !fits) styled.push(...wrapLines(tail, room).map((line) => tailStyle(line.trimEnd())));
  const before = ' '.repeat(indent) + leadStyle(lead);
  return styled.map((line, index) => (index === 0 ? before : pad('', margin)) + line);
}
