import { findPhrases, lexicon, type Match, type Sense } from './lexicon.ts';
import { type Polarity, readPolarity } from './polarity.ts';
import { functionWords, scanWords, type Token } from './words.ts';

/** A text with what is known of its words. */
export interface Reading {
  tokens: readonly Token[];
  matches: readonly Match[];
  polarity: Polarity;
  /** Index into matches for each token, -1 where none. */
  owner: Int16Array;
}

/** Reads at most `chars` UTF-16 units and `most` words. */
export function read(text: string, chars: number, most: number): Reading {
  const tokens = scanWords(text.slice(0, chars).normalize('NFKC'), most);
  const matches = findPhrases(tokens);
  const owner = new Int16Array(tokens.length).fill(-1);
  for (const [index, { at, length }] of matches.entries()) owner.fill(index, at, at + length);
  const isFixed = (at: number): boolean =>
    tokens[at]?.tied === true || (matches[owner[at] ?? -1]?.length ?? 1) > 1;
  return { tokens, matches, polarity: readPolarity(tokens, isFixed), owner };
}

/** What the tools of a name are about; a word of plain meaning ("database") tells nothing beyond that. */
export function topicsOf(senses: readonly Sense[]): string[] {
  if (senses.some(({ kind }) => kind === 'concept')) return [];
  const { topics, tools } = lexicon();
  return senses.flatMap(({ kind, id }) =>
    kind === 'member' && tools.has(id) ? (topics.get(id) ?? []).map((topic) => `c:${topic}`) : [],
  );
}

/** What a phrase stands for: its concepts, what its tools are about, and itself. */
export function idsOfMatch(senses: readonly Sense[], own: string): string[] {
  const ids = [`w:${own}`];
  for (const sense of senses) {
    if (sense.kind === 'concept') ids.push(`c:${sense.id}`);
    if (sense.kind === 'member') {
      ids.push(`m:${sense.member}`);
    }
  }
  return [...ids, ...topicsOf(senses)];
}

/** The stems of a phrase, joined. */
export const ownStem = ({ tokens }: Reading, at: number, length: number): string =>
  tokens
    .slice(at, at + length)
    .map(({ stem }) => stem)
    .join(' ');

/** Whether a word says something about a subject. */
export const isContent = ({ word, stem }: Token): boolean =>
  !functionWords.has(word) && (stem.length > 1 || /\P{ASCII}/u.test(stem));

/** What the words of a longer phrase stand for one by one. */
export function partsOf(tokens: readonly Token[]): string[] {
  const { vague } = lexicon();
  return tokens
    .filter((token) => isContent(token) && !vague.has(token.stem))
    .flatMap((token) => idsOfMatch(findPhrases([token])[0]?.senses ?? [], token.stem));
}

/** What the word at a place stands for, by itself or in its phrase. */
export function idsAt(reading: Reading, at: number): readonly string[] {
  const token = reading.tokens[at];
  const match = reading.matches[reading.owner[at] ?? -1];
  if (token === undefined) return [];
  if (match === undefined) return isContent(token) ? [`w:${token.stem}`] : [];
  const own = ownStem(reading, match.at, match.length);
  return [
    `w:${own}`,
    ...match.senses.flatMap((sense) =>
      sense.kind === 'concept' ? [`c:${sense.id}`] : sense.kind === 'member' ? [`m:${sense.member}`] : [],
    ),
  ];
}

/** `on` is a state only at the end: `turned on`, but not `on 8080`. */
export const isPreposition = ({ tokens, matches, owner }: Reading, at: number): boolean =>
  matches[owner[at] ?? -1]?.length === 1 &&
  tokens[at]?.word === 'on' &&
  tokens[at + 1]?.clause === tokens[at]?.clause &&
  tokens[at + 1]?.word !== 'by';

export const PREPOSITIONS = new Set(['in', 'for', 'of', 'on', 'to', 'at', 'with', 'by', 'from']);

/** Where a subject begins to tell what it is of or for. */
export function firstPreposition({ tokens }: Reading): number {
  const at = tokens.findIndex(({ word }) => PREPOSITIONS.has(word));
  return at < 0 ? tokens.length : at;
}
