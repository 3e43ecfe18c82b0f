import type { FoundEvent } from '../schema/event.ts';
import { coverageOf, matchedTerms, pathsIn, plain, rarityOf, sameness, touches } from './recall/relevance.ts';

/** An event that matched, with the raw BM25 score of the place where it was found. */
export interface Candidate {
  event: FoundEvent;
  score: number;
  source: 'index' | 'tail';
}

export interface Ranked {
  event: FoundEvent;
  /** Comparable within one answer only; 1 is about the score of a best match. */
  score: number;
  /** Share of the query that the event's turn covers, weighted by rarity: 0 to 1. */
  coverage: number;
  /** How many candidates say the same; they stand for each other. */
  seen: number;
}

export interface Episode {
  key: string;
  session: string;
  turn: string | null;
  ranked: Ranked[];
  score: number;
}

export interface RankInput {
  query: string;
  /** From `queryTerms(query)`. */
  terms: string[];
  candidates: Candidate[];
  /** Epoch milliseconds. */
  now: number;
  /** The session that asks. */
  session?: string;
  /** The branch that the asker works on. */
  branch?: string;
}

/** Chosen on one half of the labelled queries over real traces of coding agents and checked on the other; each is a factor unless it says otherwise. */
export const rankWeights = {
  /** Part of its neighbours' score that an event gets, by distance in seq. */
  neighbours: 0.3,
  /** Part of the session's three best other events that an event gets. */
  sessionMass: 0.2,
  /** An event of now counts by this much more than an old one. */
  recency: 0.3,
  recencyHalfLifeMs: 7 * 86_400_000,
  sameBranch: 1.1,
  path: 1.5,
  /** All of the query stands in the event, word for word. */
  phrase: 1.5,
  /** The query asks about trouble and the event is trouble. */
  failure: 1.3,
  /** The event is the question itself, or an earlier recall. */
  echo: 0.1,
  /** The asker has its own events before its eyes. */
  ownSession: 0.7,
  /** Part of the query that a turn must cover, at the least. */
  floor: 0.25,
};

const NEIGHBOUR_REACH = 4;
const TROUBLE =
  /\b(?:why|fail(?:s|ed|ing|ure|ures)?|errors?|broken?|breaks?|crash(?:es|ed)?|exceptions?|wrong|bugs?|problems?|issues?|tried|attempts?|reject(?:ed|s)?|revert(?:ed|s)?|(?:does|did|do|is|was)(?:n't| not))\b/i;

/** What belongs together: the session and its turn; an event outside of turns stands alone. */
export const turnKey = (event: Pick<FoundEvent, 'id' | 'session' | 'turn'>): string =>
  `${event.session}|${event.turn ?? event.id}`;

interface Scored {
  event: FoundEvent;
  source: Candidate['source'];
  matched: Set<string>;
  base: number;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Each event once; a source's best score becomes 1, or less when the other source covers more of the query. */
function scoreBase(
  candidates: readonly Candidate[],
  terms: readonly string[],
): { scored: Scored[]; rarity: Map<string, number> } {
  const unique = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const score = Number.isFinite(candidate.score) ? candidate.score : 0;
    const other = unique.get(candidate.event.id);
    const better =
      other === undefined ||
      (other.source === candidate.source ? other.score < score : candidate.source === 'index');
    if (better) unique.set(candidate.event.id, { ...candidate, score });
  }
  const termSet = new Set(terms);
  const scored = [...unique.values()].map((candidate) => ({
    ...candidate,
    matched: matchedTerms(candidate.event, termSet),
    base: 0,
  }));
  const rarity = rarityOf(
    terms,
    scored.map((candidate) => candidate.matched),
  );
  const sources = [...groupBy(scored, (candidate) => candidate.source).values()].map((group) => ({
    group,
    most: Math.max(...group.map((candidate) => candidate.score)),
    covers: Math.max(...group.map((candidate) => coverageOf(candidate.matched, rarity))),
  }));
  const best = Math.max(...sources.map((source) => source.covers));
  for (const { group, most, covers } of sources) {
    const share = best > 0 ? covers / best : 0;
    for (const candidate of group)
      candidate.base = most > 0 ? Math.max(0, candidate.score / most) * share : 0;
  }
  return { scored, rarity };
}

/** What an event gets from those around it in its session: its neighbours and the session's best. */
function massOf(session: readonly Scored[]): Map<Scored, number> {
  const ordered = [...session].sort((a, b) => a.event.seq - b.event.seq);
  const best = [...session].sort((a, b) => b.base - a.base).slice(0, 4);
  const mass = new Map<Scored, number>();
  for (const [index, one] of ordered.entries()) {
    let sum = 0;
    for (const step of [-1, 1]) {
      for (let at = index + step; at >= 0 && at < ordered.length; at += step) {
        const other = ordered[at];
        const distance =
          other === undefined ? Number.POSITIVE_INFINITY : Math.abs(other.event.seq - one.event.seq);
        if (other === undefined || distance > NEIGHBOUR_REACH) break;
        if (other.event.writer === one.event.writer)
          sum += (rankWeights.neighbours * other.base) / Math.max(1, distance);
      }
    }
    for (const other of best.filter((candidate) => candidate !== one).slice(0, 3))
      sum += rankWeights.sessionMass * other.base;
    mass.set(one, sum);
  }
  return mass;
}

/** An earlier question in the same words, or an earlier answer of recall: neither says anything new. */
function isEcho(event: FoundEvent, query: string): boolean {
  if (event.type === 'tool.called')
    return /hivemind\W+recall\b|<hivemind-record/i.test(event.text.slice(0, 4000));
  return event.type === 'turn.prompted' && plain(event.text.slice(0, 8000)) === query;
}

function factorOf(
  event: FoundEvent,
  input: RankInput,
  query: { plain: string; paths: string[]; trouble: boolean },
): number {
  const age = Math.max(0, input.now - event.at);
  let factor = 1 + rankWeights.recency * 2 ** (-age / rankWeights.recencyHalfLifeMs);
  if (event.branch === input.branch) factor *= rankWeights.sameBranch;
  if (event.session === input.session) factor *= rankWeights.ownSession;
  if (query.paths.length > 0 && touches(event, query.paths)) factor *= rankWeights.path;
  if (query.trouble && event.status !== 'ok') factor *= rankWeights.failure;
  if (isEcho(event, query.plain)) return factor * rankWeights.echo;
  const phrase = query.plain.includes(' ') && plain(event.text.slice(0, 8000)).includes(query.plain);
  return phrase ? factor * rankWeights.phrase : factor;
}

/** Parts of the query that each turn covers: what is asked in one event may be answered in the next. */
function coverageByTurn(
  scored: readonly Scored[],
  rarity: ReadonlyMap<string, number>,
  query: string,
): Map<string, number> {
  const turns = groupBy(
    scored.filter((one) => !isEcho(one.event, query)),
    (one) => turnKey(one.event),
  );
  return new Map(
    [...turns].map(([key, group]) => [
      key,
      coverageOf(new Set(group.flatMap((one) => [...one.matched])), rarity),
    ]),
  );
}

/**
 * Orders candidates by how well they answer, best first, and leaves out what covers too little of the query: an
 * empty answer says that there is nothing. Structure adds to the words: neighbours, the session, paths, outcome, age.
 */
export function rank(input: RankInput): Ranked[] {
  const { scored, rarity } = scoreBase(input.candidates, input.terms);
  const query = {
    plain: plain(input.query),
    paths: pathsIn(input.query),
    trouble: TROUBLE.test(input.query),
  };
  const coverage = coverageByTurn(scored, rarity, query.plain);
  const ranked: Ranked[] = [];
  for (const session of groupBy(scored, (one) => one.event.session).values()) {
    const mass = massOf(session);
    for (const one of session) {
      const covered = coverage.get(turnKey(one.event)) ?? 0;
      if (covered < rankWeights.floor) continue;
      const score = (one.base + (mass.get(one) ?? 0)) * factorOf(one.event, input, query);
      ranked.push({ event: one.event, score, coverage: covered, seen: 1 });
    }
  }
  return ranked.sort(byScore);
}

const byScore = (a: Ranked, b: Ranked): number => b.score - a.score || (a.event.id < b.event.id ? -1 : 1);

/** Leaves the best of those that say the same, and counts the others in it. */
function collapse(ranked: readonly Ranked[]): Ranked[] {
  return [...groupBy(ranked, (one) => sameness(one.event)).values()].flatMap((group) => {
    const [best] = [...group].sort(byScore);
    return best === undefined ? [] : [{ ...best, seen: group.reduce((sum, one) => sum + one.seen, 0) }];
  });
}

/** Groups what was ranked by session and turn, best first; an episode counts its three best events, each half of the one before. */
export function episodes(ranked: readonly Ranked[]): Episode[] {
  const turns = groupBy(collapse(ranked), (one) => turnKey(one.event));
  const list = [...turns].map(([key, group]) => {
    const best = [...group].sort(byScore);
    const score = best.slice(0, 3).reduce((sum, one, index) => sum + one.score / 2 ** index, 0);
    return {
      key,
      session: best[0]?.event.session ?? '',
      turn: best[0]?.event.turn ?? null,
      ranked: best,
      score,
    };
  });
  return list.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
}
