/** Levenshtein distance, one row at a time. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current[column] = Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The candidate nearest to `word`; undefined when none is near enough to be meant (a third of its letters, two at least). */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  // A longer word is no typing error of a name; the cut bounds the work on hostile input.
  const typed = word.slice(0, 100).toLowerCase();
  let best: { candidate: string; edits: number } | undefined;
  for (const candidate of candidates) {
    const isPrefix = typed.length > 1 && candidate.toLowerCase().startsWith(typed);
    const edits = isPrefix ? 1 : distance(typed, candidate.slice(0, 100).toLowerCase());
    const limit = Math.max(2, Math.floor(candidate.length / 3));
    if (edits <= limit && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) best = { candidate, edits };
  }
  return best?.candidate;
}
