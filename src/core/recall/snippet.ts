/** Text beyond this is not looked at. */
const lookedAtChars = 20_000;
/** Places of one term that are compared. */
const placesOfTerm = 20;
/** Characters before the first word that was found: the beginning of its sentence. */
const leadChars = 24;

/** What a term is found by in a text: stems end where the forms of a word begin to differ. */
const stemsOf = (terms: Iterable<string>): string[] =>
  [...terms].filter((term) => term.length >= 3 && !term.includes('#')).map((term) => term.replace(/i$/, ''));

/**
 * The part of a text that has most of the terms, `most` UTF-16 units at the most, with an ellipsis where it was cut; its
 * beginning when it has none.
 */
export function snippet(text: string, terms: Iterable<string>, most: number): string {
  if (text.length <= most) return text;
  const lower = text.slice(0, lookedAtChars).toLowerCase();
  const places: { at: number; stem: string }[] = [];
  for (const stem of stemsOf(terms)) {
    let at = lower.indexOf(stem);
    for (let count = 0; at >= 0 && count < placesOfTerm; count += 1) {
      places.push({ at, stem });
      at = lower.indexOf(stem, at + stem.length);
    }
  }
  places.sort((a, b) => a.at - b.at);
  const start = bestStart(places, most - leadChars);
  if (start === null || start <= leadChars) return text;
  const from = text.lastIndexOf(' ', start - leadChars / 2);
  return `… ${text.slice(Math.max(from + 1, start - leadChars))}`;
}

/** Where the window begins that has the most different terms; the first of several. */
function bestStart(places: readonly { at: number; stem: string }[], width: number): number | null {
  let best: { at: number; count: number } | null = null;
  for (const [first, { at }] of places.entries()) {
    const inside = new Set<string>();
    for (let next = first; next < places.length; next += 1) {
      const place = places[next];
      if (place === undefined || place.at - at > width) break;
      inside.add(place.stem);
    }
    if (best === null || inside.size > best.count) best = { at, count: inside.size };
  }
  return best?.at ?? null;
}

/** Splits a text where the terms stand in it, each with the rest of its word: what stands at odd places was searched for. */
export function partsByTerms(text: string, terms: Iterable<string>): string[] {
  const stems = stemsOf(terms).sort((a, b) => b.length - a.length);
  if (stems.length === 0) return [text];
  const either = stems.map((stem) => stem.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|');
  return text.split(new RegExp(`(?<![\\p{L}\\p{N}])((?:${either})[\\p{L}\\p{N}_]*)`, 'giu'));
}
