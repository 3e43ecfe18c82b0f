/** Why calls fail, as far as it can be told from what the tool said. */
export type ErrorClass = 'refused' | 'stale' | 'mismatch' | 'absent' | 'usage' | 'check' | 'other';

const patterns: readonly (readonly [ErrorClass, RegExp])[] = [
  ['refused', /user doesn't want to|^Permission to use|haven't granted|interrupted by user|^rejected\b/i],
  ['stale', /has not been read|modified since read|read it first/i],
  ['mismatch', /string to replace not found|matches of the string|no changes to make/i],
  ['check', /\bFAIL(?:ED|URES?)?\b|\bpanic:|assert|\d+ (?:tests? )?failed|golangci|eslint|error TS\d+/],
  [
    'usage',
    /unknown (?:flag|option|command|shorthand|skill)|unrecognized|InputValidationError|invalid (?:option|argument)|^usage:/im,
  ],
  [
    'absent',
    /does not exist|ENOENT|EISDIR|no such file|not found|cannot find|status code 404|no module named/i,
  ],
];

const lookedAtChars = 2_000;

export function classOf(error: string): ErrorClass {
  const said = error.slice(0, lookedAtChars);
  return patterns.find(([, pattern]) => pattern.test(said))?.[0] ?? 'other';
}

/** What two failures of the same cause have in common: their first line, without names of files, numbers and hashes. */
export const signatureOf = (error: string): string =>
  error
    .slice(0, 400)
    .replace(/^Exit code \d+\s*/i, '')
    .split('\n', 1)
    .join('')
    .replace(/[\w.~-]*\/[\w./~-]+/g, '/')
    .replace(/["'`][^"'`]*["'`]/g, '"')
    .replace(/\d+/g, '0')
    .trim()
    .slice(0, 80)
    .toLowerCase();
