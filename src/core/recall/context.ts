import type { FoundEvent } from '../../schema/event.ts';
import { type Candidate, scoreBase } from './base.ts';
import { byScore, type Ranked } from './episodes.ts';
import { rankWeights } from './weights.ts';

/**
 * Constants of the ranking for a prompt, chosen like `rankWeights`: the values around them give the same within two
 * points on either half of the queries.
 */
export const contextWeights = {
  /** What the asker has edited, or looked at, lately counts so much, each file before that by `fading` less. */
  edited: 1,
  seen: 1,
  fading: 0.9,
  /** What the words of the prompt say of a file counts so much beside that. */
  words: 1,
  /** How much more an edit counts that has the words itself. */
  wordsOfEdit: 1,
  recency: 0.5,
  recencyHalfLifeMs: 3 * 86_400_000,
  sameBranch: 2,
  /** What was written down on purpose, and what went wrong, is worth more than one more edit. */
  memory: 1.6,
  failure: 1.3,
  /** Each further event of one file counts by this less than the one before: the next file is more likely. */
  sameFile: 0.3,
  /** A note that names no file has only its words. */
  pathless: 0.8,
} as const;

/** Events of its own session that say what the asker is at. */
export const recentEvents = 60;
/** Files of one event that count: a listing of a folder says nothing about each of them. */
const filesOfEvent = 5;

export interface ContextInput {
  /** What the prompt, and what was said before it, has found. */
  candidates: readonly Candidate[];
  terms: readonly string[];
  /** The latest events of the asker's own session, oldest first. */
  recent: readonly FoundEvent[];
  /** The sessions that are the asker's own: nothing of them is an answer. */
  own: ReadonlySet<string>;
  /** The branch that the asker works on. */
  branch: string;
  /** Epoch milliseconds. */
  now: number;
}

const isEdit = ({ type }: FoundEvent): boolean => type === 'file.edited';

/** How likely each file is to be worked on next: by what the asker has touched lately, and by what the words find. */
export function interestOf({ candidates, terms, recent }: ContextInput): Map<string, number> {
  const interest = new Map<string, number>();
  const add = (path: string, value: number): void =>
    void interest.set(path, (interest.get(path) ?? 0) + value);
  let weight = 1;
  const counted = new Set<string>();
  for (const event of [...recent].reverse().slice(0, recentEvents))
    for (const path of event.paths.slice(0, filesOfEvent)) {
      const key = `${isEdit(event)} ${path}`;
      if (counted.has(key)) continue;
      counted.add(key);
      add(path, weight * (isEdit(event) ? contextWeights.edited : contextWeights.seen));
      weight *= contextWeights.fading;
    }
  for (const [path, scores] of wordsByPath(candidates, terms)) {
    const [first = 0, second = 0, third = 0] = scores.sort((a, b) => b - a);
    add(path, (contextWeights.words * (first + second / 2 + third / 4)) / 1.75);
  }
  return interest;
}

function wordsByPath(candidates: readonly Candidate[], terms: readonly string[]): Map<string, number[]> {
  const byPath = new Map<string, number[]>();
  for (const { event, base } of scoreBase(candidates, terms, rankWeights).based)
    for (const path of event.paths.slice(0, filesOfEvent)) {
      const scores = byPath.get(path);
      if (scores === undefined) byPath.set(path, [base]);
      else scores.push(base);
    }
  return byPath;
}

/**
 * Orders what others did by how likely the asker needs it for a prompt, best first: first which files come next, then who
 * has changed them, decided about them or failed at them. `found` are events on the files of `interest`.
 */
export function rankForPrompt(
  input: ContextInput,
  interest: ReadonlyMap<string, number>,
  found: readonly FoundEvent[],
): Ranked[] {
  const { based } = scoreBase(input.candidates, input.terms, rankWeights);
  const words = new Map(based.map(({ event, base }) => [event.id, base]));
  const all = new Map([...based.map(({ event }) => event), ...found].map((event) => [event.id, event]));
  const ranked = [...all.values()].flatMap((event): (Ranked & { path: string })[] => {
    if (input.own.has(event.session) || !isWorthTelling(event)) return [];
    const [path, value] = bestPath(event, interest);
    const said = words.get(event.id) ?? 0;
    const base =
      path === '' ? said * contextWeights.pathless : value * (1 + contextWeights.wordsOfEdit * said);
    if (base <= 0) return [];
    return [{ event, path, score: base * factorOf(event, input), coverage: 1, seen: 1 }];
  });
  return spread(ranked).sort(byScore);
}

/** What an agent is told unasked: changes, what was written down, and what went wrong. */
const isWorthTelling = (event: FoundEvent): boolean =>
  isEdit(event) ||
  event.type.startsWith('memory.') ||
  (event.type === 'tool.called' && event.status !== 'ok');

function bestPath({ paths }: FoundEvent, interest: ReadonlyMap<string, number>): [string, number] {
  let best: [string, number] = ['', 0];
  for (const path of paths.slice(0, filesOfEvent)) {
    const value = interest.get(path) ?? 0;
    if (value > best[1]) best = [path, value];
  }
  return best;
}

function factorOf(event: FoundEvent, { branch, now }: ContextInput): number {
  const age = Math.max(0, now - event.at);
  let factor = 1 + contextWeights.recency * 2 ** (-age / contextWeights.recencyHalfLifeMs);
  if (event.branch === branch) factor *= contextWeights.sameBranch;
  if (event.type.startsWith('memory.')) factor *= contextWeights.memory;
  return event.status === 'ok' ? factor : factor * contextWeights.failure;
}

function spread(ranked: readonly (Ranked & { path: string })[]): Ranked[] {
  return [...Map.groupBy(ranked, ({ path, event }) => path || event.id).values()].flatMap((group) =>
    group
      .sort(byScore)
      .map(({ path: _, ...one }, place) => ({ ...one, score: one.score * contextWeights.sameFile ** place })),
  );
}
