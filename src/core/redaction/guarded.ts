import { findPattern, type Span } from './span.ts';

/** Literals that must stand in the text (in lower case where the pattern ignores case), and the pattern. */
export type Guarded = readonly [literals: readonly string[], pattern: RegExp];

/** Runs those of many patterns whose literals stand in the text. */
export function findGuarded(
  patterns: readonly Guarded[],
  text: string,
  accept?: (secret: string) => boolean,
): Span[] {
  let lower: string | null = null;
  const folded = (): string => {
    lower ??= text.toLowerCase();
    return lower;
  };
  return patterns.flatMap(([literals, pattern]) => {
    const present = literals.some((literal) => (pattern.ignoreCase ? folded() : text).includes(literal));
    return present ? findPattern(pattern, accept)(text) : [];
  });
}
