import { ruleNames } from './rule-names.ts';

/** Half-open range of UTF-16 units that holds a secret. */
export type Span = readonly [start: number, end: number];

/**
 * Eight hex digits that are the same for the same secret, and tell nothing about it to whoever has not this machine's
 * key; empty for masks that name the rule alone.
 */
export type Marker = (secret: string) => string;

/** One kind of secret: where it stands in a text. `keywords` are lower-case; without one of them `find` is not run. */
export interface RedactionRule {
  name: string;
  summary: string;
  keywords: readonly string[];
  find(text: string): Span[];
  /** What stands for it, where that is not a mask. */
  instead?: string;
}

/** What stands where somebody has said that it is private. */
export const privateMask = '[private]';

export const maskOf = (rule: string, mark: string): string =>
  mark === '' ? `[redacted:${rule}]` : `[redacted:${rule}:${mark}]`;

/** With the mark of the secret, or without: so it was before marks were kept. */
const MASK = `\\[redacted:(?:${ruleNames.join('|')})(?::[0-9a-f]{8})?\\]`;
const ANY_MASK = new RegExp(MASK, 'g');
const WHOLE_MASK = new RegExp(`^(?:${MASK}|\\[private\\])+$`);

export const isMask = (value: string): boolean => WHOLE_MASK.test(value);

/** The first mask of a rule in a text; null when there is none. */
export function firstMask(text: string, rule: string): string | null {
  for (const [mask] of text.matchAll(ANY_MASK))
    if (mask.startsWith(`[redacted:${rule}:`) || mask === maskOf(rule, '')) return mask;
  return null;
}

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

/** Spans in order, those that overlap as one. */
function union(spans: readonly Span[]): Span[] {
  const ordered = [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const whole: Span[] = [];
  for (const [start, end] of ordered) {
    const last = whole.at(-1);
    if (last !== undefined && start < last[1]) whole[whole.length - 1] = [last[0], Math.max(last[1], end)];
    else if (end > start) whole.push([start, end]);
  }
  return whole;
}

/** The spans without what they have of a mask that they do not cover: a mask's own words look like names of secrets. */
function outsideMasks(text: string, spans: readonly Span[]): readonly Span[] {
  if (!text.includes('[redacted:')) return spans;
  const masks = [...text.matchAll(ANY_MASK)].map((match) => [match.index, match.index + match[0].length]);
  let next = 0;
  return spans.flatMap(([start, end]): Span[] => {
    while (masks[next] !== undefined && (masks[next]?.[1] ?? 0) <= start) next += 1;
    const [maskStart = end, maskEnd = end] = masks[next] ?? [];
    const from = maskStart < start ? maskEnd : start;
    let to = end;
    let last = next;
    while (masks[last + 1] !== undefined && (masks[last + 1]?.[0] ?? end) < end) last += 1;
    const [lastStart = end, lastEnd = end] = masks[last] ?? [];
    if (lastStart < end && lastEnd > end) to = lastStart;
    return from < to && !isMask(text.slice(from, to)) ? [[from, to]] : [];
  });
}

/** Replaces the spans by the rule's mask; spans may overlap or come in any order. */
export function maskSpans(
  text: string,
  spans: readonly Span[],
  { name, instead }: Pick<RedactionRule, 'name' | 'instead'>,
  mark: Marker,
): string {
  if (spans.length === 0) return text;
  const pieces: string[] = [];
  let from = 0;
  for (const [start, end] of outsideMasks(text, union(spans))) {
    pieces.push(text.slice(from, start), instead ?? maskOf(name, mark(text.slice(start, end))));
    from = end;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}
