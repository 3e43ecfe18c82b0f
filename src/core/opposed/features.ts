import type { DecisionText } from '../merge.ts';
import { readLimits, readScopes } from './extent.ts';
import { lexicon, type Sense } from './lexicon.ts';
import { type Order, readOrders } from './order.ts';
import { type Quantity, readQuantities } from './quantity.ts';
import {
  firstPreposition,
  idsAt,
  idsOfMatch,
  isContent,
  isPreposition,
  ownStem,
  partsOf,
  type Reading,
  read,
  topicsOf,
} from './reading.ts';
import { readActor, readStance } from './stance.ts';
import { functionWords } from './words.ts';

/** One thing that a subject speaks of, with every reading of it. */
export interface Slot {
  ids: readonly string[];
  parts: readonly string[];
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
  /** Ids of the parts of its longer phrases: "release cadence" is also a release and a cadence. */
  parts: ReadonlySet<string>;
  /** Ids of subject and choice, and what the tools named in the choice are about. */
  about: ReadonlySet<string>;
  taken: ReadonlyMap<string, Taken>;
  /** Axis → 1, -1, or 0 where both of its poles are named. */
  poles: ReadonlyMap<string, number>;
  /** Id → 1, -1, or 0 where it is both affirmed and negated. */
  terms: ReadonlyMap<string, number>;
  quantities: readonly Quantity[];
  orders: readonly Order[];
  /** Who does it, where the choice begins with that: client, server, database, … */
  actor: string | null;
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

/** First words (stems) of a choice that adds to what is there. */
const ADDING = new Set('add contain includ also plu start begin addit make name document'.split(' '));

/** Reads a decision once for all comparisons. Takes any text; only its beginning counts. */
export function prepareDecision({ subject, choice }: DecisionText): PreparedDecision {
  const head = read(subject, SUBJECT_CHARS, SUBJECT_WORDS);
  const body = read(choice, CHOICE_CHARS, CHOICE_WORDS);
  const named = readSlots(head);
  const subjectIds = new Set(named.flatMap(({ ids }) => ids));
  const limits = readLimits(body);
  const slots = [...named, ...[...limits].map((id) => ({ ids: [id], parts: [], weight: LIMIT_WEIGHT }))];
  const stance = readStance(body, subjectIds);
  const terms = readTerms(body);
  if (stance === -1 || stance === 2) affirmSubject(terms, named, Math.sign(stance));
  const taken = readTaken(body, head, stance);
  const about = new Set([...subjectIds, ...terms.keys()]);
  for (const { senses } of body.matches) for (const id of topicsOf(senses)) about.add(id);
  return {
    slots,
    subject: subjectIds,
    parts: new Set(named.flatMap(({ parts }) => parts)),
    about,
    taken,
    poles: readPoles(body),
    terms,
    quantities: readQuantities(body.tokens),
    orders: readOrders(body.tokens, body.polarity.signs, (at) => idsAt(body, at)),
    actor: readActor(body),
    scopes: readScopes(head, body),
    limits,
    stance,
    size: body.tokens.filter(({ word }) => !functionWords.has(word)).length,
    asks: new Set(head.tokens.map(({ stem }) => stem)),
    isAddition: isAddition(body),
    choice: body.tokens.map(({ stem }) => stem).join(' '),
  };
}

const isAddition = ({ tokens }: Reading): boolean =>
  ADDING.has(tokens[0]?.stem ?? '') || tokens.some(({ word }) => word === 'must' || word === 'also');

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
    const ids = idsOfMatch(match?.senses ?? [], own);
    const parts = length > 1 ? partsOf(tokens.slice(at, at + length)) : [];
    slots.push({ ids, parts, weight: isVague || token.number !== null ? VAGUE_WEIGHT : 1 });
  });
  return slots;
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

/** Yes or no to the subject is said of its words as well. */
function affirmSubject(terms: Map<string, number>, slots: readonly Slot[], sign: number): void {
  if (slots.length !== 1) return;
  for (const id of slots[0]?.ids ?? []) if (!id.startsWith('m:') && !terms.has(id)) terms.set(id, sign);
}

/** Of the choice alone: what the subject asks about is no answer. */
function readPoles(body: Reading): Map<string, number> {
  const found = new Map<string, number>();
  for (const { at, senses } of body.matches)
    for (const sense of senses)
      if (sense.kind === 'pole' && !isPreposition(body, at))
        addSign(found, sense.id, sense.side * (body.polarity.signs[at] ?? 1));
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
    for (const { at, senses } of head.matches) {
      // A plain word of the subject ("paging") is no tool that was chosen.
      const isName = senses.every(({ kind }) => kind !== 'concept');
      if (isName && at < firstPreposition(head)) add(senses, Math.sign(stance));
    }
  return taken;
}
