import type { FoundEvent } from '../schema/event.ts';
import { type Based, type Candidate, coverageBy, scoreBase } from './recall/base.ts';
import { byScore, type Ranked, turnKey } from './recall/episodes.ts';
import { hasPhrase, plain } from './recall/plain-text.ts';
import { pathsIn, touches } from './recall/relevance.ts';
import { surroundings } from './recall/structure.ts';
import { type RankWeights, rankWeights } from './recall/weights.ts';

export interface RankInput {
  query: string;
  /** From `queryTerms(query)`. */
  terms: string[];
  candidates: readonly Candidate[];
  /** Epoch milliseconds. */
  now: number;
  /** The session that asks. */
  session?: string;
  /** The branch that the asker works on. */
  branch?: string;
  /** What is asked about stands at a place in time: how did it come about? */
  anchor?: Anchor;
  /** Others than ours, to measure what each is good for. */
  weights?: Partial<RankWeights>;
}

/** A commit, a file or a line whose reasons are wanted. */
export interface Anchor {
  /** Epoch milliseconds: nothing later can be a reason. */
  at: number;
  paths: readonly string[];
  /** What the line says. */
  line?: string;
  commit?: string;
}

const TROUBLE =
  /\b(?:why|fail(?:s|ed|ing|ure|ures)?|errors?|broken?|breaks?|crash(?:es|ed)?|exceptions?|wrong|bugs?|problems?|issues?|tried|attempts?|reject(?:ed|s)?|revert(?:ed|s)?|(?:does|did|do|is|was)(?:n't| not))\b/i;

/** What the factors look at, taken from the query once. */
interface Asked extends RankInput {
  plainQuery: string;
  paths: readonly string[];
  isTrouble: boolean;
  words: ReadonlySet<string>;
  /** Ids of candidates that are echoes. */
  echoes: ReadonlySet<string>;
  used: RankWeights;
}

/** Characters of an event among which the question is looked for. */
const phraseChars = 8_000;

/** An earlier question in the same words, or an earlier answer of recall: neither says anything new. */
function isEcho(event: FoundEvent, query: string): boolean {
  if (event.type === 'tool.called')
    return /hivemind\W+recall\b|<hivemind-record/i.test(event.text.slice(0, 4000));
  const text = event.text.slice(0, phraseChars);
  return event.type === 'turn.prompted' && hasPhrase(text, query) && plain(text) === query;
}

const isNamed = ({ agent, actor }: FoundEvent, words: ReadonlySet<string>): boolean =>
  [agent, actor.name].some((name) => words.has(name.toLowerCase()));

/** How much of what was written long before the moment counts for it: all at once, less with every day. */
function ageFactor(event: FoundEvent, { anchor, now, used }: Asked): number {
  if (anchor === undefined)
    return 1 + used.recency * 2 ** (-Math.max(0, now - event.at) / used.recencyHalfLifeMs);
  return used.anchorRest + 2 ** (-Math.max(0, anchor.at - event.at) / used.anchorHalfLifeMs);
}

function anchorFactor({ text, type }: FoundEvent, { anchor, used }: Asked): number {
  let factor = 1;
  const line = anchor?.line?.trim() ?? '';
  if (line.length > 3 && type === 'file.edited' && text.includes(line)) factor *= used.line;
  if (anchor?.commit !== undefined && text.includes(anchor.commit.slice(0, 7))) factor *= used.commit;
  return factor;
}

function kindFactor(event: FoundEvent, { used, isTrouble }: Asked): number {
  const trouble = isTrouble && event.status !== 'ok' ? used.failure : 1;
  if (event.type === 'file.edited') return used.edit * trouble;
  return event.type.startsWith('memory.') ? used.memory * trouble : trouble;
}

function factorOf(event: FoundEvent, asked: Asked): number {
  const { used, branch, session, paths, plainQuery } = asked;
  let factor = ageFactor(event, asked) * kindFactor(event, asked) * anchorFactor(event, asked);
  if (event.branch === branch) factor *= used.sameBranch;
  if (event.session === session) factor *= used.ownSession;
  if (paths.length > 0 && touches(event, paths)) factor *= used.path;
  if (isNamed(event, asked.words)) factor *= used.named;
  if (asked.echoes.has(event.id)) return factor * used.echo;
  const isPhrase = plainQuery.includes(' ') && hasPhrase(event.text.slice(0, phraseChars), plainQuery);
  return isPhrase ? factor * used.phrase : factor;
}

/**
 * Orders candidates by how well they answer, best first, and leaves out what covers too little of the query: an
 * empty answer says that there is nothing. Structure adds to the words: neighbours, the session, paths, outcome, age.
 */
export function rank(input: RankInput): Ranked[] {
  const used: RankWeights = { ...rankWeights, ...input.weights };
  const { based, rarity } = scoreBase(input.candidates, input.terms, used);
  const plainQuery = plain(input.query);
  const asked: Asked = {
    ...input,
    used,
    plainQuery,
    paths: [...pathsIn(input.query), ...(input.anchor?.paths ?? [])],
    isTrouble: TROUBLE.test(input.query),
    echoes: new Set(based.flatMap(({ event }) => (isEcho(event, plainQuery) ? event.id : []))),
    words: new Set(input.query.toLowerCase().match(/[\p{L}\p{N}_.-]+/gu)),
  };
  const others = based.filter(({ event }) => !asked.echoes.has(event.id));
  const coverage = coverageBy(others, rarity, turnKey);
  const around = surroundings(based, used);
  const ranked = based.flatMap((one: Based): Ranked[] => {
    const covered = coverage.get(turnKey(one.event)) ?? 0;
    if (covered < used.floor && !isMeant(one)) return [];
    const score = (one.base + (around.get(one) ?? 0)) * factorOf(one.event, asked);
    return [{ event: one.event, score, coverage: covered, seen: 1 }];
  });
  return ranked.sort(byScore);
}

/** Near in meaning, whatever its words. Models differ in their scale: this is where paraphrases begin in most of them. */
const nearCosine = 0.6;

const isMeant = ({ cosine }: Based): boolean => cosine !== undefined && cosine >= nearCosine;
