import type { Span } from './span.ts';

const TAG = /<(\/?)private\s{0,8}>/gi;

/**
 * Finds what stands between `<private>` and `</private>`, tags included. Tags may be nested; one that is never closed
 * reaches to the end. A closing tag without an opening one is text.
 */
export function findPrivate(text: string): Span[] {
  const spans: Span[] = [];
  let depth = 0;
  let start = 0;
  for (const tag of text.matchAll(TAG)) {
    if (tag[1] === '') {
      if (depth === 0) start = tag.index;
      depth += 1;
    } else if (depth > 0) {
      depth -= 1;
      if (depth === 0) spans.push([start, tag.index + tag[0].length]);
    }
  }
  if (depth > 0) spans.push([start, text.length]);
  return spans;
}
