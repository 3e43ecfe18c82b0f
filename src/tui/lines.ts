export type Tone =
  | 'plain'
  | 'dim'
  | 'label'
  | 'add'
  | 'remove'
  | 'hunk'
  | 'failed'
  | 'current'
  | 'keyword'
  | 'string'
  | 'number'
  | 'name'
  | 'comment';

/** A part of a line that is drawn in its own way. */
export interface Part {
  text: string;
  tone: Tone;
}

/** One line of the screen. */
export interface Line {
  text: string;
  tone: Tone;
  /** The text in its parts; the tone of the line is not used then. */
  parts?: readonly Part[];
}

/** A line that is made of parts. */
export const lineOf = (parts: readonly Part[]): Line => ({
  text: parts.map(({ text }) => text).join(''),
  tone: 'plain',
  parts,
});

const two = (value: number): string => String(value).padStart(2, '0');

/** Local time of day. */
export function clock(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '??:??:??';
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}
