import { stemmer } from 'stemmer';
import type { FoundEvent } from '../schema/event.ts';
import { isGone } from '../schema/forgotten.ts';
import { errorKeys } from './recall/error-keys.ts';

/** Longest term in UTF-16 units; what is longer (a hash in base64, say) is found by its beginning. */
const TERM_CHARS = 64;
/** Most terms of one event: enough for 10 KB of text, and a bound for the index. */
const EVENT_TERMS = 2000;
const QUERY_TERMS = 40;
/** Text that is looked at on either side when an event is larger than the index will hold anyway. */
const EVENT_CHARS = 32_768;

/** Function words, and the words with which people ask. From the lists of Lucene and NLTK, less what code uses as names. */
const STOP_WORDS = new Set(
  `a about above after again against all also am an and any are as at be because been before being below between both
  but by can could did do does doing done down during each few for from further had has have having he her here hers
  him his how i if in into is it its itself just let like me more most my no nor not now of off on once only or other
  our ours out over own please same she should so some such than that the their theirs them then there these they
  this those through to too under until up us very was we were what when where which while who whom whose why will
  with would you your yours tell show explain happened happen find somebody someone anybody anyone ever yet still`.split(
    /\s+/,
  ),
);

const CHUNK = /[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_./\\-]*/gu;
/** The same where all is ASCII, at a third of the time. */
const ASCII_CHUNK = /[A-Za-z0-9_][A-Za-z0-9_./\\-]*/g;
const ASCII = /^[\0-\x7f]*$/;
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const CJK_RUN = /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+)/u;
const CAMEL = /\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?[\p{Ll}\p{M}\p{N}]+|[\p{Lu}\p{M}\p{N}]+|[\p{L}\p{M}\p{N}]+/gu;
const WORD = /^[a-z]{3,}$/;
const HEX = /^(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,}$/;
/** How git abbreviates a commit. */
const SHORT_HASH = 7;

/** Porter stem. */
const stemOf = (word: string): string => (WORD.test(word) ? stemmer(word) : word);

function cut(term: string): string {
  if (term.length <= TERM_CHARS) return term;
  const last = term.charCodeAt(TERM_CHARS - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return term.slice(0, splitsPair ? TERM_CHARS - 1 : TERM_CHARS);
}

/** Compatibility forms and Latin accents folded, so that `Café` and `cafe` meet; other scripts keep their marks. */
const fold = (text: string): string =>
  ASCII.test(text)
    ? text
    : text
        .normalize('NFKD')
        .replace(/[\u0300-\u036f]/g, '')
        .normalize('NFKC');

function addCjk(run: string, into: string[]): void {
  const characters = [...run];
  if (characters.length === 1) into.push(run);
  for (let at = 0; at + 1 < characters.length; at += 1) into.push(`${characters[at]}${characters[at + 1]}`);
}

function addWord(word: string, into: string[]): void {
  if (CJK.test(word)) {
    for (const run of word.split(CJK_RUN)) {
      if (CJK.test(run)) addCjk(run, into);
      else if (run !== '') addWord(run, into);
    }
    return;
  }
  const lower = word.toLowerCase();
  if (HEX.test(lower)) into.push(lower.slice(0, SHORT_HASH));
  into.push(cut(stemOf(lower)));
}

/** `getHookAgent` → get, hook, agent and, as it is compound, gethookagent; the same for hook_agent and hook-agent. */
function addIdentifier(identifier: string, into: string[]): void {
  const words = identifier.match(CAMEL) ?? [];
  for (const word of words) addWord(word, into);
  if (words.length > 1 && !CJK.test(identifier)) into.push(cut(words.join('').toLowerCase()));
}

/** `core/recall.ts` → the words of each part, each compound part whole, and the whole. */
function addChunk(chunk: string, into: string[]): void {
  const bare = chunk.replace(/[./\\-]+$/, '');
  const segments = bare.split(/[/\\]+/);
  for (const segment of segments) {
    const dotted = segment.split('.').filter((part) => part !== '');
    for (const part of dotted) addIdentifier(part, into);
    if (dotted.length > 1) into.push(cut(dotted.join('.').toLowerCase()));
  }
  if (segments.length > 1) into.push(cut(segments.slice(-3).join('/').toLowerCase()));
}

/** Terms of the chunks that were seen last: some thousand words and paths make up nearly all text. */
const remembered = new Map<string, readonly string[]>();
const CHUNKS_REMEMBERED = 20_000;
/** A longer chunk hardly comes again, and one with a number in it neither. */
const REMEMBERED_CHARS = 100;
const SELDOM = /\d\d\d/;
const NUMBER = /^\d{1,60}$/;

function termsOfChunk(chunk: string): readonly string[] {
  if (NUMBER.test(chunk)) return [chunk];
  const known = remembered.get(chunk);
  if (known !== undefined) return known;
  const terms: string[] = [];
  addChunk(chunk, terms);
  if (chunk.length > REMEMBERED_CHARS || SELDOM.test(chunk)) return terms;
  if (remembered.size >= CHUNKS_REMEMBERED) remembered.clear();
  // A copy of its own: a slice would keep alive all the text that it was cut from.
  remembered.set(Buffer.from(chunk, 'utf8').toString('utf8'), terms);
  return terms;
}

/**
 * Splits text into the terms of the full-text index: lower case, identifiers and paths both split and whole, words
 * stemmed (Porter), numbers kept, Chinese, Japanese and Korean as bigrams. A term has 1 to 64 characters and no space.
 */
export function tokenize(text: string): string[] {
  const terms: string[] = [];
  const folded = fold(text);
  for (const chunk of folded.match(ASCII.test(folded) ? ASCII_CHUNK : CHUNK) ?? [])
    for (const term of termsOfChunk(chunk)) terms.push(term);
  return terms;
}

/** Keeps head and tail of a list that is longer than `most`: errors stand at the end, intentions at the beginning. */
const headAndTail = <T>(list: readonly T[], most: number): readonly T[] =>
  list.length <= most
    ? list
    : [...list.slice(0, Math.ceil(most / 2)), ...list.slice(list.length - Math.floor(most / 2))];

type Searched = Pick<FoundEvent, 'text' | 'paths'> & Partial<Pick<FoundEvent, 'status'>>;

/**
 * Terms of an event's text and paths, and keys of the errors that it met, joined by spaces for a full-text column that splits at white space. Sorted: where
 * they stood does not count for BM25, and what is alike compresses better side by side.
 */
export function termsOf(event: Searched): string {
  const { text } = event;
  if (isGone(text)) return '';
  const seen =
    text.length <= 2 * EVENT_CHARS ? text : `${text.slice(0, EVENT_CHARS)} ${text.slice(-EVENT_CHARS)}`;
  const paths = event.paths.slice(0, EVENT_TERMS).flatMap((path) => tokenize(path));
  const ofPaths = headAndTail(paths, EVENT_TERMS / 4);
  const ofText = headAndTail(tokenize(seen), EVENT_TERMS - ofPaths.length);
  const ofErrors = event.status === undefined || event.status === 'ok' ? [] : errorKeys(seen);
  return [...ofText, ...ofPaths, ...ofErrors].sort().join(' ');
}

/** Terms to search for: each once, without stop words and question words unless nothing else is asked; at most 40. */
export function queryTerms(query: string): string[] {
  const words = fold(query).match(CHUNK) ?? [];
  const content = words.filter((word) => !STOP_WORDS.has(word.toLowerCase().replace(/[./\\-]+$/, '')));
  const terms = tokenize(content.join('\n'));
  return [...new Set(terms.length > 0 ? terms : tokenize(words.join('\n')))].slice(0, QUERY_TERMS);
}
