import { stemmer } from 'stemmer';

/** One word or number of a text, in order. */
export interface Token {
  stem: string;
  word: string;
  /** Whether it is written with a capital. */
  capital: boolean;
  /** The value where it is a number that stands for itself; not the 8 of utf-8 or the 123 of ABC-123. */
  number: number | null;
  /** Whether a hyphen or underscore ties it to a neighbour: the `no` of `no-console` is part of a name. */
  tied: boolean;
  /** Number of the clause; a comma, a colon, a full stop or "but" begins the next one. */
  clause: number;
}

const TOKEN =
  /\p{L}[\p{L}\p{M}\p{N}]*(?:['’]\p{L}+)?(?:\+\+|#(?!\p{L}))?|\d+(?:[.,]\d+)*|[%*]|[,;:.!?()—–|\n]|\S/gu;
const WORD = /^[a-z]{3,}$/;
const NUMBER_WORDS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    one: 1,
    two: 2,
    three: 3,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
    ten: 10,
    twelve: 12,
    fifteen: 15,
    twenty: 20,
    thirty: 30,
    sixty: 60,
    ninety: 90,
    hundred: 100,
    thousand: 1000,
    single: 1,
    once: 1,
    twice: 2,
    dozen: 12,
    half: 0.5,
    zero: 0,
  }),
);
const CLAUSE_WORDS = new Set(['but', 'because', 'since', 'unless', 'until', 'except', 'although', 'whereas']);
const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ['c++', 'cpp'],
  ['c#', 'csharp'],
  ['f#', 'fsharp'],
]);

const HUMP = /([\p{Ll}\d]{2,})(?=\p{Lu}\p{Ll})/gu;

/** `toMatchSnapshot` and `NotFoundError` are names made of words; `GitHub` and `PostgreSQL` are words. */
const isHump = (raw: string): boolean =>
  (raw.match(HUMP)?.length ?? 0) >= (/^\p{Ll}/u.test(raw) ? 1 : 2) && !raw.includes("'");

export const stemOf = (word: string): string => (WORD.test(word) ? stemmer(word) : word);

/** The words of at most `most` tokens, contractions spelled out, `deletedAt` kept whole. */
export function scanWords(text: string, most: number): Token[] {
  const tokens: Token[] = [];
  let clause = 0;
  let joined = -1;
  for (const match of text.matchAll(TOKEN)) {
    if (tokens.length >= most) break;
    const raw = match[0];
    const end = match.index + raw.length;
    if (isBreak(raw, text[end], text[match.index - 1])) clause += 1;
    else if (raw === '-' || raw === '_') joined = tie(tokens.at(-1), text[match.index - 1], end);
    else if (/^[\p{L}\d%*]/u.test(raw)) {
      if (CLAUSE_WORDS.has(raw.toLowerCase())) clause += 1;
      const isPart = joined === match.index && tokens.at(-1)?.number === null;
      const parts = spell(raw);
      for (const word of parts)
        tokens.push(toToken(word, raw, clause, joined === match.index || isHump(raw), isPart));
    }
  }
  return tokens;
}

/** Where the next word must begin to be tied to the last one. */
function tie(last: Token | undefined, before: string | undefined, end: number): number {
  if (last === undefined || before === undefined || /\s/.test(before)) return -1;
  last.tied = true;
  return end;
}

function isBreak(raw: string, next: string | undefined, before: string | undefined): boolean {
  if (/^[,;!?()—–|\n]$/.test(raw)) return true;
  const isSpaced = next === undefined || /\s/.test(next);
  return (raw === '.' || raw === ':') && isSpaced
    ? true
    : raw === '-' && isSpaced && before !== undefined && /\s/.test(before);
}

/** `don't` → do, not. */
function spell(raw: string): string[] {
  if (isHump(raw)) return raw.replace(HUMP, '$1 ').toLowerCase().split(' ');
  const lower = raw.toLowerCase().replace('’', "'");
  if (lower === "won't") return ['will', 'not'];
  if (lower === "can't" || lower === 'cannot') return ['can', 'not'];
  if (lower.endsWith("n't")) return [lower.slice(0, -3), 'not'];
  const bare = lower.split("'")[0] ?? lower;
  return [SYMBOLS.get(bare) ?? bare];
}

function toToken(word: string, raw: string, clause: number, tied: boolean, isPart: boolean): Token {
  const isDigits = /^\d/.test(word);
  const value = isDigits ? readNumber(word) : (NUMBER_WORDS.get(word) ?? null);
  return {
    stem: stemOf(word),
    word,
    capital: /^\p{Lu}/u.test(raw),
    number: isPart ? null : value,
    tied,
    clause,
  };
}

/** `1,400` is a thousand, `1,5` is one and a half. */
function readNumber(digits: string): number {
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(digits)
    ? digits.replaceAll(',', '')
    : digits.replace(',', '.');
  return Number.parseFloat(plain);
}

/** Words that say nothing about a subject. */
export const functionWords: ReadonlySet<string> = new Set(
  `a an the of for to in on at by with without from into onto over under and or nor but if so as than then that this these
  those it its they them their we our us you your i my he she his her is are was were be been being am do does did done
  have has had having will would shall should must can could may might need needs let lets not no never none nothing nobody
  only also just too very more most less least much many few some any all each every both either neither such same other
  another else even still yet already now here there when where what which who whom whose why how while because since until
  unless except before after again once always ever about against between through during out up down off per via etc eg ie
  instead rather longer without within across along around like anything everything something everywhere anywhere nowhere use used
  using uses it s t d m re ve ll one two three gets get got becomes become`.split(/\s+/),
);
