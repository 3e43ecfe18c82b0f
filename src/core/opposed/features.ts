import type { DecisionText } from '../merge.ts';
import { findPhrases, lexicon, type Match, type Sense } from './lexicon.ts';
import { type Order, readOrders } from './order.ts';
import { type Polarity, readPolarity } from './polarity.ts';
import { type Quantity, readQuantities } from './quantity.ts';
import { functionWords, scanWords, type Token } from './words.ts';

/** One thing that a subject speaks of, with every reading of it. */
export interface Slot {
  ids: readonly string[];
  weight: number;
}

/** Members of a class of alternatives that a choice takes and those it turns down. */
export interface Taken {
  plus: ReadonlySet<string>;
  minus: ReadonlySet<string>;
}

/** What is compared of a decision; made once for each. */
export interface PreparedDecision {
  slots: readonly Slot[];
  /** Ids of the subject. */
  subject: ReadonlySet<string>;
  /** Ids of subject and choice, and what the tools named in the choice are about. */
  about: ReadonlySet<string>;
  taken: ReadonlyMap<string, Taken>;
  /** Axis → 1, -1, or 0 where both of its poles are named. */
  poles: ReadonlyMap<string, number>;
  /** Id → 1, -1, or 0 where it is both affirmed and negated. */
  terms: ReadonlyMap<string, number>;
  quantities: readonly Quantity[];
  orders: readonly Order[];
  scopes: ReadonlyMap<string, ReadonlySet<string>>;
  /** What the choice is limited to: the words behind its "for", "in" or "on". */
  limits: ReadonlySet<string>;
  /** Whether the choice says no to its subject (-1), yes in so many words (2), or takes it for granted (1). */
  stance: number;
  /** Words of the choice that say something, and of the subject. */
  size: number;
  asks: ReadonlySet<string>;
  /** Whether the choice adds to something instead of naming it. */
  isAddition: boolean;
  choice: string;
}

/** Only the beginning of a long text is looked at: who writes an essay says first what was decided. */
const SUBJECT_WORDS = 40;
const CHOICE_WORDS = 80;
const SUBJECT_CHARS = 400;
const CHOICE_CHARS = 1200;
const VAGUE_WEIGHT = 0.3;
const LIMIT_WEIGHT = 0.3;

const ADDING = new Set(['add', 'contain', 'includ', 'also', 'plu', 'start', 'begin', 'addit', 'make', 'name', 'document']);

interface Reading {
  tokens: readonly Token[];
  matches: readonly Match[];
  polarity: Polarity;
  /** Index into matches for each token, -1 where none. */
  owner: Int16Array;
}

function read(text: string, chars: number, most: number): Reading {
  const tokens = scanWords(text.slice(0, chars).normalize('NFKC'), most);
  const matches = findPhrases(tokens);
  const owner = new Int16Array(tokens.length).fill(-1);
  matches.forEach(({ at, length }, index) => owner.fill(index, at, at + length));
  const isFixed = (at: number): boolean =>
    tokens[at]?.tied === true || (matches[owner[at] ?? -1]?.length ?? 1) > 1;
  return { tokens, matches, polarity: readPolarity(tokens, isFixed), owner };
}

/** Reads a decision once for all comparisons. Takes any text; only its beginning counts. */
export function prepareDecision({ subject, choice }: DecisionText): PreparedDecision {
  const head = read(subject, SUBJECT_CHARS, SUBJECT_WORDS);
  const body = read(choice, CHOICE_CHARS, CHOICE_WORDS);
  const named = readSlots(head);
  const subjectIds = new Set(named.flatMap(({ ids }) => ids));
  const limits = readLimits(body);
  const slots = [...named, ...[...limits].map((id) => ({ ids: [id], weight: LIMIT_WEIGHT }))];
  const terms = readTerms(body);
  const stance = readStance(body, subjectIds);
  const taken = readTaken(body, head, stance);
  const about = new Set([...subjectIds, ...terms.keys()]);
  for (const { senses } of body.matches) for (const id of topicsOf(senses)) about.add(id);
  return {
    slots,
    subject: subjectIds,
    about,
    taken,
    poles: readPoles(body, head),
    terms,
    quantities: readQuantities(body.tokens),
    orders: readOrders(body.tokens, body.polarity.signs, (at) => idsAt(body, at)),
    scopes: readScopes(head, body),
    limits,
    stance,
    size: body.tokens.filter(({ word }) => !functionWords.has(word)).length,
    asks: new Set(head.tokens.map(({ stem }) => stem)),
    isAddition: ADDING.has(body.tokens[0]?.stem ?? '') || body.tokens.some(({ word }) => word === 'must' || word === 'also'),
    choice: body.tokens.map(({ stem }) => stem).join(' '),
  };
}

/** What the tools of a name are about; a word of plain meaning ("database") tells nothing beyond that. */
function topicsOf(senses: readonly Sense[]): string[] {
  if (senses.some(({ kind }) => kind === 'concept')) return [];
  const { topics, tools } = lexicon();
  return senses.flatMap(({ kind, id }) =>
    kind === 'member' && tools.has(id) ? (topics.get(id) ?? []).map((topic) => `c:${topic}`) : [],
  );
}

/** What a phrase stands for: its concepts, what its tools are about, and itself. */
function idsOfMatch(senses: readonly Sense[], own: string): string[] {
  const ids = [`w:${own}`];
  for (const sense of senses) {
    if (sense.kind === 'concept') ids.push(`c:${sense.id}`);
    if (sense.kind === 'member') {
      ids.push(`m:${sense.member}`);
    }
  }
  return [...ids, ...topicsOf(senses)];
}

const ownStem = ({ tokens }: Reading, at: number, length: number): string =>
  tokens
    .slice(at, at + length)
    .map(({ stem }) => stem)
    .join(' ');

const isContent = ({ word, stem }: Token): boolean =>
  !functionWords.has(word) && (stem.length > 1 || /\P{ASCII}/u.test(stem));

function readSlots(reading: Reading): Slot[] {
  const { tokens, matches, owner } = reading;
  const { vague } = lexicon();
  const slots: Slot[] = [];
  tokens.forEach((token, at) => {
    const match = matches[owner[at] ?? -1];
    if (match !== undefined && match.at !== at) return;
    if (match === undefined && !isContent(token)) return;
    const length = match?.length ?? 1;
    const isVague = length === 1 && (vague.has(token.stem) || functionWords.has(token.word));
    const own = ownStem(reading, at, length);
    // A phrase is also its parts, so that "job queue" and "queue" meet, though it may mean something of its own.
    const ids = idsOfMatch(match?.senses ?? [], own);
    slots.push({ ids, weight: isVague || token.number !== null ? VAGUE_WEIGHT : 1 });
  });
  return slots;
}

function idsAt(reading: Reading, at: number): readonly string[] {
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

function addSign(into: Map<string, number>, id: string, sign: number): void {
  const known = into.get(id);
  into.set(id, known === undefined || known === sign ? sign : 0);
}

function readTerms(reading: Reading): Map<string, number> {
  const terms = new Map<string, number>();
  reading.tokens.forEach((_, at) => {
    const sign = reading.polarity.signs[at] ?? 1;
    for (const id of idsAt(reading, at)) addSign(terms, id, sign);
  });
  return terms;
}

/** `on` is a state only at the end: `turned on`, but not `on 8080`. */
const isPreposition = ({ tokens }: Reading, at: number): boolean =>
  tokens[at]?.word === 'on' && tokens[at + 1]?.clause === tokens[at]?.clause && tokens[at + 1]?.word !== 'by';

function readPoles(body: Reading, head: Reading): Map<string, number> {
  const found = new Map<string, number>();
  for (const { at, senses } of body.matches)
    for (const sense of senses)
      if (sense.kind === 'pole' && !isPreposition(body, at)) addSign(found, sense.id, sense.side * (body.polarity.signs[at] ?? 1));
  // What the subject asks about is no answer: "lazy loading" holds neither pole by itself.
  void head;
  return found;
}

function readTaken(body: Reading, head: Reading, stance: number): Map<string, Taken> {
  const taken = new Map<string, { plus: Set<string>; minus: Set<string> }>();
  const add = (senses: readonly Sense[], sign: number): void => {
    for (const sense of senses) {
      if (sense.kind !== 'member' || sign === 0) continue;
      const members = taken.get(sense.id) ?? { plus: new Set<string>(), minus: new Set<string>() };
      members[sign > 0 ? 'plus' : 'minus'].add(sense.member);
      taken.set(sense.id, members);
    }
  };
  for (const { at, senses } of body.matches) add(senses, body.polarity.signs[at] ?? 1);
  if (stance === -1 || stance === 2) 
    for (const { at, senses } of head.matches) if (at < firstPreposition(head)) add(senses, Math.sign(stance));
  return taken;
}

const PREPOSITIONS = new Set(['in', 'for', 'of', 'on', 'to', 'at', 'with', 'by', 'from']);

function firstPreposition({ tokens }: Reading): number {
  const at = tokens.findIndex(({ word }) => PREPOSITIONS.has(word));
  return at < 0 ? tokens.length : at;
}

function readScopes(head: Reading, body: Reading): Map<string, ReadonlySet<string>> {
  const scopes = new Map<string, Set<string>>();
  const add = (senses: readonly Sense[], isHead: boolean): void => {
    for (const sense of senses) {
      if (sense.kind !== 'scope' || (!isHead && SUBJECT_SCOPES.has(sense.id))) continue;
      scopes.set(sense.id, (scopes.get(sense.id) ?? new Set()).add(sense.member));
    }
  };
  for (const { senses } of head.matches) add(senses, true);
  for (const { at, senses } of body.matches)
    if ([1, 2].some((back) => LIMITING.has(body.tokens[at - back]?.word ?? ''))) add(senses, false);
  return scopes;
}

/** Scopes that only a subject sets: in a choice the same words may be the choice itself. */
const SUBJECT_SCOPES = new Set(['side', 'flow', 'travel', 'transfer']);
const LIMITING = new Set(['for', 'in', 'on', 'within', 'inside']);
const UNLIMITED = new Set(['all', 'every', 'any', 'everything', 'everyone', 'each', 'default']);

/** The content words behind the first "for", "in" or "on" of the choice, to the end of that clause. */
function readLimits(reading: Reading): Set<string> {
  const { tokens, owner } = reading;
  const { vague } = lexicon();
  const at = tokens.findIndex(
    ({ word, clause }, index) =>
      index > 0 && clause === tokens[0]?.clause && LIMITING.has(word) && owner[index] === -1,
  );
  const limits = new Set<string>();
  if (at < 0 || UNLIMITED.has(tokens[at + 1]?.word ?? '')) return limits;
  for (let next = at + 1; next < tokens.length && tokens[next]?.clause === tokens[at]?.clause; next += 1)
    for (const id of idsAt(reading, next)) if (!vague.has(id.slice(2))) limits.add(id);
  return limits;
}

const YES = new Set(['use', 'activation', 'keep', 'always', 'allow']);

/** What the choice says to its own subject. */
function readStance(body: Reading, subject: ReadonlySet<string>): number {
  const { tokens, polarity, matches } = body;
  const first = tokens[0]?.clause ?? 0;
  const inFirst = tokens.map((_, at) => at).filter((at) => tokens[at]?.clause === first);
  const negators = polarity.negators[0] ?? 0;
  const content = inFirst.filter((at) => isContent(tokens[at] as Token));
  const negated = content.filter((at) => (polarity.signs[at] ?? 1) < 0);
  const touches = content.some((at) => idsAt(body, at).some((id) => subject.has(id)));
  if (negators % 2 === 1) {
    const isBare = negated.length <= 1;
    const ofSubject = negated.some((at) => idsAt(body, at).some((id) => subject.has(id)));
    return ofSubject || isBare ? -1 : 0;
  }
  const saysYes = matches.some(
    ({ at, senses }) =>
      tokens[at]?.clause === first &&
      !isPreposition(body, at) &&
      senses.some((sense) => sense.kind === 'pole' && sense.side === 1 && YES.has(sense.id)),
  );
  if (saysYes || touches || negators > 0) return 2;
  return content.length > 0 ? 1 : 0;
}
