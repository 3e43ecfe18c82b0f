/** Half-open range of UTF-16 units that holds a secret. */
export type Span = readonly [start: number, end: number];

/** One kind of secret: where it stands in a text. `keywords` are lower-case; without one of them `find` is not run. */
export interface RedactionRule {
  name: string;
  summary: string;
  keywords: readonly string[];
  find(text: string): Span[];
}

export const maskOf = (rule: string): string => `[redacted:${rule}]`;

const WHOLE_MASK = /^(?:\[redacted:[a-z0-9-]+\])+$/;

export const isMask = (value: string): boolean => WHOLE_MASK.test(value);

/**
 * Returns a `find` from a global pattern. With groups, group 1 is kept and group 2 is the secret; without, all of
 * the match is. `accept` has the last word.
 */
export function findPattern(pattern: RegExp, accept: (secret: string, lead: string) => boolean = () => true) {
  return (text: string): Span[] => {
    const spans: Span[] = [];
    for (const match of text.matchAll(pattern)) {
      const lead = match[2] === undefined ? '' : (match[1] ?? '');
      const secret = match[2] ?? match[0];
      if (isMask(secret) || !accept(secret, lead)) continue;
      const start = match.index + lead.length;
      spans.push([start, start + secret.length]);
    }
    return spans;
  };
}

/** Replaces the spans by the rule's mask; spans may overlap or come in any order. */
export function maskSpans(text: string, spans: readonly Span[], rule: string): string {
  if (spans.length === 0) return text;
  const ordered = [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const pieces: string[] = [];
  let from = 0;
  for (const [start, end] of ordered) {
    if (end <= from) continue;
    if (start >= from) pieces.push(text.slice(from, start), maskOf(rule));
    from = end;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}
