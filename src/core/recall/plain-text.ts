/** Characters of an event that are compared with the query: its beginning and its end. */
const HEAD_CHARS = 2000;
const TAIL_CHARS = 1000;

/** What an event says, cut to what is worth comparing. */
export const excerpt = (text: string): string =>
  text.length <= HEAD_CHARS + TAIL_CHARS ? text : `${text.slice(0, HEAD_CHARS)}\n${text.slice(-TAIL_CHARS)}`;

/** Letters, digits and single spaces, in lower case: equal for texts that differ in punctuation only. */
export const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Whether `plain(text)` has `phrase`, which is plain itself. Most texts lack one of its words, which costs a quarter of making them plain. */
export function hasPhrase(text: string, phrase: string): boolean {
  const lower = text.toLowerCase();
  return phrase.split(' ').every((word) => lower.includes(word)) && plain(text).includes(phrase);
}

/** What differs between two reports of the same thing is taken out: home folders, hashes, numbers. */
export const withoutNumbers = (text: string): string =>
  text.replace(/\/(?:home|Users)\/[^/\s]+/g, '').replace(/[0-9a-f]{7,64}|\d+/gi, '#');
