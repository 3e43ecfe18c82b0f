import { hash128 } from '../../schema/ids.ts';
import { errorLines } from './outcome.ts';
import { plain, withoutNumbers } from './plain-text.ts';

/** Lines of an event, or of a question, that are looked at. */
const mostLines = 4;
/** A line of fewer words is no error that one would recognise. */
const leastWords = 3;

/**
 * Terms by which the same error is found again whatever its numbers, hashes and home folders are: one for each line of
 * the text that reads like an error. No word is split into such a term.
 */
export function errorKeys(text: string): string[] {
  const keys = errorLines(text)
    .slice(0, mostLines)
    .map((line) => plain(withoutNumbers(line)))
    .filter((line) => line.split(' ').length >= leastWords)
    .map((line) => `err#${hash128('error', line).slice(0, 12)}`);
  return [...new Set(keys)];
}
