import { findAssignments } from './assignments.ts';
import { findGuarded, type Guarded } from './guarded.ts';
import { findPattern, type Span } from './span.ts';

/** Beginnings of secrets, and names of them, that are looked for inside base64. */
const BEGINNINGS = [
  'ghp_',
  'gho_',
  'ghs_',
  'github_pat_',
  'glpat-',
  'xoxb-',
  'xoxp-',
  'xapp-',
  'sk-ant-',
  'sk-proj-',
  'AKIA',
  'ASIA',
  'AIza',
  'sk_live_',
  'rk_live_',
  'npm_',
  'pypi-AgE',
  'hvs.',
  'dckr_pat_',
  '-----BEGIN',
  'assword',
  'ASSWORD',
  'SECRET',
  'secret',
  'API_KEY',
  'api_key',
  'TOKEN=',
];

/** A text's base64 at each of the three places that it may have in a triple of bytes: the characters that are its alone. */
export function base64Fragments(text: string): string[] {
  return [0, 1, 2].map((lead) => {
    const encoded = Buffer.from('\0'.repeat(lead) + text, 'latin1').toString('base64');
    return encoded.slice(Math.ceil((lead * 8) / 6), Math.floor(((lead + text.length) * 8) / 6));
  });
}

const fragments = BEGINNINGS.flatMap(base64Fragments);
const ANY_FRAGMENT = new RegExp(fragments.map((one) => one.replace(/[+/]/g, '\\$&')).join('|'));
/** Base64 of either alphabet, on one line or in lines of 60 to 76 characters as `base64` breaks them. */
const RUN = /(?:[A-Za-z0-9+/_-]{60,76}\r?\n)*[A-Za-z0-9+/_-]{16,}={0,2}/g;
/** Longer ones hold data (a picture, a source map): there only tokens that cannot be anything else count. */
const LONGEST_TEXT = 8_192;

/** What nothing but a secret looks like. */
const certain: readonly Guarded[] = [
  [['gh'], /gh[opusr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}/g],
  [['glpat-'], /glpat-[A-Za-z0-9_-]{20,64}/g],
  [['xox', 'xapp-'], /(?:xox[abprs]|xapp)-[A-Za-z0-9-]{20,255}/g],
  [['sk-'], /sk-(?:ant|proj)-[A-Za-z0-9_-]{20,255}/g],
  [['AKIA', 'ASIA'], /(?:AKIA|ASIA)[A-Z0-9]{16}/g],
  [['AIza'], /AIza[A-Za-z0-9_-]{35}/g],
  [['_live_'], /[sr]k_live_[A-Za-z0-9]{20,255}/g],
  [['npm_'], /npm_[A-Za-z0-9]{36}/g],
  [['pypi-AgE'], /pypi-AgE[A-Za-z0-9_-]{50,255}/g],
  [['hvs.'], /hvs\.[A-Za-z0-9_-]{24,255}/g],
  [['dckr_pat_'], /dckr_pat_[A-Za-z0-9_-]{27}/g],
  [['PRIVATE KEY'], /-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY/g],
];

const isText = (text: string): boolean => /^[\t\n\r -~]*$/.test(text);

function holdsSecret(run: string): boolean {
  const decoded = Buffer.from(run, 'base64').toString('latin1');
  if (findGuarded(certain, decoded).length > 0) return true;
  return decoded.length <= LONGEST_TEXT && isText(decoded) && findAssignments(decoded).length > 0;
}

/** Secrets inside base64: tokens, private keys, and whole files of assignments such as an encoded `.env`. */
function findInBase64(text: string): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(RUN)) {
    const run = match[0].replace(/\s+/g, '');
    const standard = run.replaceAll('-', '+').replaceAll('_', '/');
    if ((ANY_FRAGMENT.test(standard) || ANY_FRAGMENT.test(run)) && holdsSecret(standard))
      spans.push([match.index, match.index + match[0].length]);
  }
  return spans;
}

/** Addresses with a password and private keys, percent-encoded. */
const percentEncoded: readonly Guarded[] = [
  [
    ['%3a%2f%2f'],
    /(%3A%2F%2F(?:[^\s:@/"'`<>&%]|%(?!3A|40|2F)[0-9A-F]{2}){0,128}%3A)((?:[^\s"'`<>&%]|%(?!40|2F)[0-9A-F]{2}){1,256})%40/gi,
  ],
  [
    ['-----begin'],
    /-----BEGIN(?:(?:%20|\+)[A-Z0-9]{2,12}){0,4}(?:%20|\+)PRIVATE(?:%20|\+)KEY-----[A-Za-z0-9%+/=_.~-]*/gi,
  ],
];

export const encodedKeywords: readonly string[] = [
  ...new Set(fragments.map((fragment) => fragment.toLowerCase())),
  '%3a%2f%2f',
  '-----begin',
];

/** Finds secrets that stand encoded in a text, and masks all of what is encoded. */
export const findEncoded = (text: string): Span[] => [
  ...findInBase64(text),
  ...percentEncoded.flatMap(([literals, pattern]) =>
    literals.some((literal) => text.toLowerCase().includes(literal)) ? findPattern(pattern)(text) : [],
  ),
];
