import type { Span } from './span.ts';

/** A run that may be a random token: long enough to be one, short enough not to be data. */
const RUN = /[A-Za-z0-9_+/=-]{24,}/g;
const LONGEST = 200;
/** So many characters before it, on its line, are searched for a word that says what it is. */
const WINDOW = 48;
const HINT =
  /(?:api|access|auth|private|signing|encryption|client|bearer|refresh|session|service|deploy|webhook|master|license)[ _-]?(?:key|token)|secret|passw(?:or)?d|passphrase|credential|\btoken\b/i;
/** Words beside which a random string is no secret: keys of caches and rows, marks of pages, what everybody may know. */
const HARMLESS =
  /public|cache|primary|foreign|partition|idempoten|integrity|checksum|digest|sha\d|next|page|cursor|continuation|fingerprint|commit|etag|hash/i;
/** Ids of calls and messages, integrity hashes, public keys. */
const NO_SECRET =
  /^(?:(?:srv)?toolu|call|fc|msg|req|resp|chatcmpl|run|thread|item|evt|ses)_|^sha\d{1,3}-|^AAAA/;

const classOf = (code: number): number =>
  code >= 97 && code <= 122 ? 1 : code >= 65 && code <= 90 ? 2 : code >= 48 && code <= 57 ? 4 : 8;

/** Bits of Shannon entropy of a character, as the string's own frequencies say. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/**
 * Lower case, upper case and digits in no order: hashes in hex, UUIDs, paths and identifiers are not. Letters of random
 * strings change their kind every second time (0.62), those of `aLongIdentifierWithWords` every fifth; 24 random
 * characters of base64 have 4.2 bits each, words of that length under 4.
 */
export function isRandom(text: string): boolean {
  let seen = 0;
  let digits = 0;
  let changes = 0;
  let letters = 0;
  let before = 0;
  for (let at = 0; at < text.length; at += 1) {
    const kind = classOf(text.charCodeAt(at));
    // The slashes of a path and the dashes of a name are no disorder.
    if (kind === 8) continue;
    letters += 1;
    if (kind === 4) digits += 1;
    if (before !== 0 && kind !== before) changes += 1;
    seen |= kind;
    before = kind;
  }
  return seen === 7 && digits >= 2 && changes / letters >= 0.35 && entropyOf(text) >= 3.9;
}

/** Finds random tokens in prose: `the API key is …`. What is assigned to a name is found by the name. */
export function findRandomTokens(text: string): Span[] {
  const spans: Span[] = [];
  for (const run of text.matchAll(RUN)) {
    const token = run[0];
    if (token.length > LONGEST || NO_SECRET.test(token) || !isRandom(token)) continue;
    const before = text.slice(Math.max(0, run.index - WINDOW), run.index);
    const line = before.slice(before.lastIndexOf('\n') + 1);
    if (/[/\\]$/.test(line) || !HINT.test(line) || HARMLESS.test(line)) continue;
    spans.push([run.index, run.index + token.length]);
  }
  return spans;
}
