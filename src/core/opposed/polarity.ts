import type { Token } from './words.ts';

/** 1 where a word is affirmed, -1 where it is negated, 0 where it only tells a condition or a reason. */
export interface Polarity {
  signs: Int8Array;
  /** For each clause: how many words negate it; what is left out of it are conditions. */
  negators: number[];
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/));

const NEGATORS = words('no not never without nothing none nobody nowhere neither nor hardly');
/** Verbs that negate what they act upon, by their stems. */
const NEGATING_VERBS = words(
  `avoid drop ban forbid disabl remov stop delet elimin prohibit abandon discourag reject refus prevent omit exclud deni
  block strip deprec retir ignor skip replac disallow quit kill uninstal swallow suppress silenc mute`,
);
const BE = words('is are was were be been being get gets got stay stays');
const ASIDE = words('because since unless until except although whereas when if');
const NO_LIMIT = /^(more|less|later|fewer|earlier|longer|only|matter|need|just|sooner|necessarily) ?(than)?/;
/** `no X longer than` sets a limit. */
const MORE = words('more longer later larger bigger higher older greater fewer less');
const OFF_NOT = words('sign cut trade hand one back fall left kick roll shelf');

interface Clause {
  from: number;
  to: number;
  /** Words that belong to a longer known phrase, as in "soft delete", negate nothing. */
  isFixed: (at: number) => boolean;
}

interface Span {
  from: number;
  to: number;
  by: number;
}

/** Which words of a text are negated, and how often each clause is. */
export function readPolarity(tokens: readonly Token[], isFixed: (at: number) => boolean): Polarity {
  const signs = new Int8Array(tokens.length).fill(1);
  const negators: number[] = [];
  for (let from = 0; from < tokens.length; ) {
    let to = from;
    while (
      to < tokens.length &&
      tokens[to]?.clause === tokens[from]?.clause &&
      !(to > from && isFresh(tokens, to))
    )
      to += 1;
    negators.push(readClause(tokens, { from, to, isFixed }, signs));
    from = to;
  }
  return { signs, negators };
}

const FRESH_VERBS = words(
  'use keep write return allow prefer switch move adopt take go run put store enable pass send',
);

/** `and use Y` begins a clause of its own: what was negated before ends there. */
function isFresh(tokens: readonly Token[], at: number): boolean {
  const word = tokens[at]?.word ?? '';
  const next = tokens[at + 1]?.word ?? '';
  return (word === 'and' || word === 'then') && FRESH_VERBS.has(next) && tokens[at - 1]?.word !== 'and';
}

function readClause(tokens: readonly Token[], { from, to, isFixed }: Clause, signs: Int8Array): number {
  if (ASIDE.has(tokens[from]?.word ?? '')) {
    signs.fill(0, from, to);
    return 0;
  }
  const spans: Span[] = [];
  let count = 0;
  for (let at = from; at < to; at += 1) {
    const found = isFixed(at) ? [] : spansAt(tokens, at, from, to);
    if (found.length > 0 && !isContrast(tokens, at)) count += 1;
    spans.push(...found);
  }
  for (const { from: start, to: end, by } of spans)
    for (let at = start; at < end; at += 1)
      // `silently ignored`: how it is done is not what is negated.
      if (at !== by && !(at < by && /ly$/.test(tokens[at]?.word ?? ''))) signs[at] = -(signs[at] ?? 1);
  return count;
}

const isContrast = (tokens: readonly Token[], at: number): boolean =>
  ['instead', 'rather', 'over', 'from', 'place'].includes(tokens[at]?.word ?? '');

/** What the word at a place negates, within its clause. */
function spansAt(tokens: readonly Token[], at: number, from: number, to: number): Span[] {
  const { word = '', stem = '' } = tokens[at] ?? {};
  const next = tokens[at + 1]?.word ?? '';
  const after: Span = { from: at + 1, to, by: at };
  const whole: Span = { from, to, by: at };
  if (NEGATORS.has(word)) return spansOfNegator(tokens, at, after, whole);
  if (stem === 'replac') return replaced(tokens, at, from, to);
  if (NEGATING_VERBS.has(stem)) return isPassive(tokens, at, from, to) ? [{ ...whole, to: at }] : [after];
  if (word === 'off' && !OFF_NOT.has(tokens[at - 1]?.word ?? '')) return [whole];
  if ((word === 'instead' && next === 'of') || (word === 'rather' && next === 'than')) return [after];
  if (
    word === 'over' &&
    tokens.slice(from, at).some(({ stem: verb }) => verb === 'prefer' || verb === 'favor')
  )
    return [after];
  if (
    word === 'from' &&
    ['away', 'move', 'migrate', 'switch', 'moving', 'migrating'].some((verb) => has(tokens, from, at, verb))
  )
    return [{ from: at + 1, to: indexOf(tokens, at, to, ['to']), by: at }];
  return [];
}

function spansOfNegator(tokens: readonly Token[], at: number, after: Span, whole: Span): Span[] {
  const { word = '' } = tokens[at] ?? {};
  const next = tokens[at + 1]?.word ?? '';
  const then = tokens[at + 2]?.word ?? '';
  const isLonger = word === 'no' && next === 'longer' && then !== 'than';
  if (
    !isLonger &&
    NO_LIMIT.test(`${next} ${then}`) &&
    (next === 'only' || then === 'than' || next === 'matter')
  )
    return [];
  if (
    tokens
      .slice(at + 1, after.to)
      .some(({ word: more }, index, all) => MORE.has(more) && all[index + 1]?.word === 'than')
  )
    return [];
  const before = tokens[at - 1]?.word ?? '';
  const isOfSubject = BE.has(before) || BE.has(next) || (isLonger && BE.has(before));
  return isOfSubject && at - whole.from > 0 ? [whole] : [after];
}

/** `X is removed` negates what stands before it, `remove X` what stands behind. */
function isPassive(tokens: readonly Token[], at: number, from: number, to: number): boolean {
  const near = [tokens[at - 1]?.word, tokens[at - 2]?.word].some((word) => BE.has(word ?? ''));
  return (
    (near && at - from > 1) ||
    (at === to - 1 && at > from && /ed$|banned$|forbidden$/.test(tokens[at]?.word ?? ''))
  );
}

function replaced(tokens: readonly Token[], at: number, from: number, to: number): Span[] {
  const by = indexOf(tokens, at, to, ['by', 'with']);
  return by === at + 1 ? [{ from, to: at, by: at }] : [{ from: at + 1, to: by, by: at }];
}

const has = (tokens: readonly Token[], from: number, to: number, word: string): boolean =>
  tokens.slice(from, to).some((token) => token.word === word);

function indexOf(tokens: readonly Token[], from: number, to: number, wanted: readonly string[]): number {
  for (let at = from; at < to; at += 1) if (wanted.includes(tokens[at]?.word ?? '')) return at;
  return to;
}
