import { createHash } from 'node:crypto';

/** Longest string that an event body carries whole, in bytes. */
export const stringLimitBytes = 32 * 1024;

/** Longest composite value (a tool's input, the hunks of an edit), in bytes of its JSON. */
const compositeLimitBytes = 8 * stringLimitBytes;

/** Deepest nesting that is kept; deeper values would overflow whoever walks them. */
const depthLimit = 40;

/** Size in bytes and SHA-256 (hex) of the whole value, where the middle was cut out. */
export interface CutMark {
  bytes: number;
  sha256: string;
}

export interface CutText {
  text: string;
  cut: CutMark | null;
}

/** Room that is left for the line that stands in place of the middle, in bytes. */
const markerBytes = 64;

/**
 * The text itself when its UTF-8 form has at most `limitBytes`; else its head and tail, about half of the limit
 * each, with a line between them that says how much is gone. Never splits a character; cutting twice changes nothing.
 */
export function cutMiddle(text: string, limitBytes: number): CutText {
  if (text.length * 3 <= limitBytes || Buffer.byteLength(text) <= limitBytes) return { text, cut: null };
  const whole = Buffer.from(text);
  const half = Math.max(0, Math.floor((limitBytes - markerBytes) / 2));
  let headEnd = half;
  while (headEnd > 0 && isContinuation(whole[headEnd])) headEnd -= 1;
  let tailStart = whole.length - half;
  while (tailStart < whole.length && isContinuation(whole[tailStart])) tailStart += 1;
  const head = whole.subarray(0, headEnd).toString();
  const tail = whole.subarray(tailStart).toString();
  return { text: `${head}\n[... ${tailStart - headEnd} bytes cut ...]\n${tail}`, cut: markOf(whole) };
}

/** Size and hash of `text` as UTF-8. */
export function markOf(text: string | Buffer): CutMark {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/**
 * An event body in which no string is longer than 32 KiB and no `input` or `hunks` larger than 256 KiB of JSON.
 * What was cut is named in `cut`, by dotted path.
 */
export function cutBody(body: Record<string, unknown>): Record<string, unknown> {
  const cuts: Record<string, CutMark> = {};
  const bounded: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    if (value === undefined) continue;
    bounded[key] =
      key === 'hunks' && Array.isArray(value) ? cutList(value, key, cuts) : cutComposite(value, key, cuts);
  }
  return Object.keys(cuts).length === 0 ? bounded : { ...bounded, cut: cuts };
}

function cutComposite(value: unknown, path: string, cuts: Record<string, CutMark>): unknown {
  const strings = cutStrings(value, path, 0, cuts);
  if (typeof strings !== 'object' || strings === null) return strings;
  const json = JSON.stringify(strings);
  if (json.length <= compositeLimitBytes) return strings;
  for (const key of Object.keys(cuts)) if (key.startsWith(`${path}.`)) delete cuts[key];
  const cut = cutMiddle(json, stringLimitBytes);
  cuts[path] = cut.cut ?? markOf(json);
  return cut.text;
}

/** As many of the first items as the limit holds. */
function cutList(items: readonly unknown[], path: string, cuts: Record<string, CutMark>): unknown[] {
  const kept: unknown[] = [];
  let bytes = 0;
  for (const [index, item] of items.entries()) {
    const bounded = cutStrings(item, `${path}.${index}`, 0, cuts);
    bytes += JSON.stringify(bounded).length;
    if (bytes > compositeLimitBytes) {
      cuts[path] = markOf(JSON.stringify(items));
      break;
    }
    kept.push(bounded);
  }
  return kept;
}

function cutStrings(value: unknown, path: string, depth: number, cuts: Record<string, CutMark>): unknown {
  if (typeof value === 'string') {
    const { text, cut } = cutMiddle(value, stringLimitBytes);
    if (cut !== null) cuts[path] = cut;
    return text;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= depthLimit) return '[nested too deeply]';
  if (Array.isArray(value))
    return value.map((item, index) => cutStrings(item, `${path}.${index}`, depth + 1, cuts));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, cutStrings(item, `${path}.${key}`, depth + 1, cuts)]),
  );
}
