import type { Span } from './span.ts';

const BEGIN = /-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** Longest block that is looked for between its two lines (an RSA-16384 key is 12.7 KB; diff marks add some). */
const BLOCK_CHARS = 24_000;
/** One line of a block, with a diff mark, a quote mark or an indentation before it; also headers such as `DEK-Info: …`. */
const KEY_LINE =
  /^[ \t>|+\-*#/]*(?:[A-Za-z0-9+/=]{16,}|[A-Za-z0-9+/]{1,64}={0,2}|[A-Z][A-Za-z-]{2,20}: [^\n]{0,200})?[ \t\r]*$/;
const ESCAPED_RUN = /(?:[A-Za-z0-9+/=\s]|\\+[nr])*/y;

/** Where the key ends that began before `from` and whose last line is missing (cut output). */
function endOfCutKey(text: string, from: number): number {
  if (text[from] === '\\') {
    ESCAPED_RUN.lastIndex = from;
    ESCAPED_RUN.exec(text);
    return ESCAPED_RUN.lastIndex;
  }
  let end = from;
  const limit = Math.min(text.length, from + BLOCK_CHARS);
  while (end < limit) {
    const newline = text.indexOf('\n', end + 1);
    const stop = newline === -1 || newline > limit ? limit : newline;
    if (!KEY_LINE.test(text.slice(text[end] === '\n' ? end + 1 : end, stop))) break;
    end = stop;
  }
  return end;
}

/** Where the key begins whose last line starts at `end` and whose first line is missing. */
function startOfCutKey(text: string, floor: number, end: number): number {
  let start = end;
  const limit = Math.max(floor, end - BLOCK_CHARS);
  while (start > limit) {
    const newline = text.lastIndexOf('\n', start - 2);
    const from = Math.max(limit, newline + 1);
    const line = text.slice(from, start).replace(/\n$/, '');
    if (!/[A-Za-z0-9+/=]{16,}/.test(line) || !KEY_LINE.test(line)) break;
    start = from;
  }
  return start;
}

/** Finds PEM private keys: whole, escaped into one line, inside a diff, or with one end cut off. */
export function findPrivateKeys(text: string): Span[] {
  const spans: Span[] = [];
  const ends = [...text.matchAll(END)];
  let nextEnd = 0;
  let done = 0;
  for (const begin of text.matchAll(BEGIN)) {
    if (begin.index < done) continue;
    const bodyStart = begin.index + begin[0].length;
    while (ends[nextEnd] !== undefined && (ends[nextEnd]?.index ?? 0) < bodyStart) nextEnd += 1;
    const end = ends[nextEnd];
    done =
      end !== undefined && end.index - bodyStart <= BLOCK_CHARS
        ? end.index + end[0].length
        : Math.max(bodyStart, endOfCutKey(text, bodyStart));
    spans.push([begin.index, done]);
  }
  return [...spans, ...findTails(text, ends, spans)];
}

function findTails(text: string, ends: readonly RegExpExecArray[], whole: readonly Span[]): Span[] {
  const tails: Span[] = [];
  let next = 0;
  let floor = 0;
  for (const end of ends) {
    while (whole[next] !== undefined && (whole[next]?.[1] ?? 0) <= end.index) {
      floor = Math.max(floor, whole[next]?.[1] ?? 0);
      next += 1;
    }
    const stop = end.index + end[0].length;
    const inside = whole[next] !== undefined && (whole[next]?.[0] ?? 0) <= end.index;
    const start = inside ? end.index : startOfCutKey(text, floor, end.index);
    if (start < end.index) tails.push([start, stop]);
    floor = stop;
  }
  return tails;
}
