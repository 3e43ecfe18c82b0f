import { byScore, episodes, type Ranked, withChanges } from '../../../src/core/recall/episodes.ts';
import type { RankWeights } from '../../../src/core/recall/weights.ts';
import { rank } from '../../../src/core/recall.ts';
import { queryTerms } from '../../../src/core/tokenize.ts';
import { findCandidates } from '../../../src/daemon/recall/candidates.ts';
import { eventsAround } from '../../../src/daemon/recall/cards.ts';
import { findForPrompt } from '../../../src/daemon/recall/for-prompt.ts';
import type { Corpus } from './corpus.ts';
import { sessionOf } from './traces.ts';

/** What is asked, in the words of every arm. */
export interface Question {
  query: string;
  /** Epoch milliseconds: nothing from then on is searched. */
  before: number;
  now: number;
  /** This event is not there. */
  without?: number;
  /** Only edits, and none of this session. */
  asker?: string;
  anchor?: { at: number; paths: string[] };
}

/** A way to find traces; best first. */
export interface Arm {
  name: string;
  find(corpus: Corpus, question: Question): Promise<{ traces: number[]; ranked: Ranked[] }>;
}

/** As many as our ranker is given. */
const candidateLimit = 100;

/** Everything that ranks beyond words, switched off. */
const wordsOnly: Partial<RankWeights> = {
  neighbours: [],
  prompt: 0,
  sessionMass: 0,
  recency: 0,
  sameBranch: 1,
  edit: 1,
  memory: 1,
  path: 1,
  named: 1,
  phrase: 1,
  failure: 1,
  echo: 1,
  ownSession: 1,
  floor: 0,
};

function whereOf({ before, without, asker }: Question): string {
  const parts = [`ts < ${before}`];
  if (without !== undefined) parts.push(`id <> ${without}`);
  if (asker !== undefined) parts.push(`kind = 'edit' AND session <> '${asker}'`);
  return parts.join(' AND ');
}

const lanceArm = (name: string, column: 'text' | 'terms'): Arm => ({
  name,
  find: async (corpus, question) => {
    const query = column === 'terms' ? queryTerms(question.query).join(' ') : question.query;
    const traces =
      query.trim() === '' ? [] : await corpus.lance(column, query, whereOf(question), candidateLimit);
    return { traces, ranked: [] };
  },
});

/** Of an answer of five cards so many are made (recall does the same). */
export const episodesOfAnswer = 8;

/** What was ranked, with the edits of the best turns that no word has found. */
async function addChanges(
  corpus: Corpus,
  ranked: readonly Ranked[],
  { before, without, asker }: Question,
): Promise<Ranked[]> {
  const hit = episodes(ranked).slice(0, episodesOfAnswer);
  const around = await eventsAround(corpus.open, corpus.spans, hit);
  const own = asker === undefined ? undefined : sessionOf(asker);
  const isWanted = ({ id, at, session }: Ranked['event']): boolean =>
    at < before && session !== own && corpus.traceOf.get(id) !== without;
  const known = new Set(ranked.map(({ event }) => event.id));
  const added = withChanges(hit, around, isWanted).flatMap((episode) =>
    episode.ranked.filter(({ event }) => !known.has(event.id)),
  );
  return [...ranked, ...added].sort(byScore);
}

/** Our ranking over the store's candidates, with some of it switched off. */
const rankedArm = (
  name: string,
  weights: Partial<RankWeights>,
  { isAnchored = false, hasChanges = false } = {},
): Arm => ({
  name,
  find: async (corpus, question) => {
    const { query, before, now, without, asker, anchor } = question;
    const filter = {
      spans: corpus.spans,
      until: before,
      ...(asker === undefined ? {} : { types: ['file.edited'] }),
    };
    const found = await findCandidates(corpus, query, filter);
    const own = asker === undefined ? undefined : sessionOf(asker);
    const candidates = found.candidates.filter(
      ({ event }) => corpus.traceOf.get(event.id) !== without && event.session !== own,
    );
    const at = isAnchored && anchor !== undefined ? { anchor } : {};
    const ranked = rank({ query, terms: found.terms, candidates, now, weights, ...at });
    const all = hasChanges ? await addChanges(corpus, ranked, question) : ranked;
    return { traces: all.flatMap(({ event }) => corpus.traceOf.get(event.id) ?? []), ranked: all };
  },
});

/** What an agent's prompt is answered with: by the files that its session works on. */
const promptArm: Arm = {
  name: '+ working set',
  find: async (corpus, { query: prompt, before, now, asker = '' }) => {
    const filter = { spans: corpus.spans, until: before };
    const branch = corpus.spans[0]?.branch ?? '';
    const { ranked } = await findForPrompt(corpus, filter, {
      prompt,
      session: sessionOf(asker),
      branch,
      now,
    });
    return { traces: ranked.flatMap(({ event }) => corpus.traceOf.get(event.id) ?? []), ranked };
  },
};

const { neighbours: _neighbours, prompt: _prompt, sessionMass: _mass, ...structure } = wordsOnly;
const { edit: _edit, memory: _memory, ...kinds } = structure;

/** From LanceDB's default full text to all of ours; each arm adds to the one before. */
export const arms: readonly Arm[] = [
  lanceArm('LanceDB default', 'text'),
  lanceArm('our terms', 'terms'),
  rankedArm('our terms, all tables', wordsOnly),
  rankedArm('+ neighbours, session', structure),
  rankedArm('+ kind', kinds),
  rankedArm('+ age, path, phrase', { floor: 0 }),
  rankedArm('+ floor', {}),
  rankedArm('+ changes of the turns', {}, { hasChanges: true }),
  rankedArm('+ anchor in time', {}, { isAnchored: true, hasChanges: true }),
  promptArm,
];
