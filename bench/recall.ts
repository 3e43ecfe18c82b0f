import { pack } from '../src/core/pack.ts';
import { episodes, type Ranked } from '../src/core/recall/episodes.ts';
import { queryTerms } from '../src/core/tokenize.ts';
import { cardsOf, eventsAround } from '../src/daemon/recall/cards.ts';
import type { Quality, Ratio, Report } from './lib/measure.ts';
import { type Arm, arms, episodesOfAnswer, type Question } from './lib/recall/arms.ts';
import { type Corpus, loadCorpus } from './lib/recall/corpus.ts';
import { hitAt, interval, mean, recallAt, reciprocalRank } from './lib/recall/metrics.ts';
import { dataDirectory, type Queries, readTraces, sessionOf } from './lib/recall/traces.ts';

interface Task {
  name: string;
  metrics: readonly [string, string];
  arms: readonly string[];
  questions: { question: Question; sessions: ReadonlySet<string> | null; wanted: ReadonlySet<number> }[];
}

const everyArm = arms.map(({ name }) => name);
const changes = '+ changes of the turns';
const anchored = '+ anchor in time';
const working = '+ working set';
const common = everyArm.filter((name) => name !== anchored && name !== working);

function tasksOf({ t2, t3, t4, t7 }: Queries, end: number): Task[] {
  return [
    {
      name: 't2 error → session',
      metrics: ['hit@5', 'MRR'],
      arms: common,
      questions: t2.map(({ q, session, before }) => ({
        question: { query: q, before, now: before },
        sessions: new Set([session]),
        wanted: new Set(),
      })),
    },
    {
      name: 't3 commit → session',
      metrics: ['hit@5', 'MRR'],
      arms: [...common, anchored],
      questions: t3.map(({ q, sessions, ts, files }) => ({
        question: { query: q, before: ts, now: ts, anchor: { at: ts, paths: files } },
        sessions: new Set(sessions),
        wanted: new Set(),
      })),
    },
    {
      name: 't4 prompt → its edits',
      metrics: ['R@5', 'MRR'],
      arms: common,
      questions: t4.map(({ q, ev, gold }) => ({
        question: { query: q, before: end + 1, now: end, without: ev },
        sessions: null,
        wanted: new Set(gold),
      })),
    },
    {
      name: "t7 prompt → others' edits",
      metrics: ['hit@5', 'MRR'],
      arms: [...common, working],
      questions: t7.map(({ q, session, ts, gold }) => ({
        question: { query: q, before: ts, now: ts, asker: session },
        sessions: null,
        wanted: new Set(gold),
      })),
    },
  ];
}

/**
 * Quality of recall on labelled traces of real agents' work (`HIVEMIND_BENCH_DATA`), step by step from LanceDB's
 * default full text to all of ours, with bootstrap intervals; and how much of the evidence an answer of so many tokens
 * holds.
 */
export async function benchRecall(): Promise<Report> {
  const data = dataDirectory();
  if (data === undefined)
    throw new Error(
      'recall is measured on traces that are no part of this repository: set HIVEMIND_BENCH_DATA',
    );
  const { traces, queries } = readTraces(data);
  const corpus = await loadCorpus(traces);
  try {
    const quality: Quality[] = [];
    for (const task of tasksOf(queries, traces.at(-1)?.ts ?? 0))
      for (const arm of arms.filter(({ name }) => task.arms.includes(name)))
        quality.push(...(await measure(corpus, task, arm)));
    return { bench: 'recall', rows: [], ratios: targetsOf(quality), quality };
  } finally {
    await corpus.close();
  }
}

const budgets = [500, 1_000, 2_000];

async function measure(corpus: Corpus, task: Task, arm: Arm): Promise<Quality[]> {
  const first: number[] = [];
  const second: number[] = [];
  const covered = new Map<number, number[]>(budgets.map((budget) => [budget, []]));
  const isPacked = arm === arms[0] || arm.name === task.arms.at(-1);
  process.stderr.write(`${task.name}, ${arm.name}\n`);
  for (const { question, sessions, wanted } of task.questions) {
    const { traces, ranked } = await arm.find(corpus, question);
    if (sessions === null) {
      first.push(task.metrics[0] === 'R@5' ? recallAt(traces, wanted, 5) : hitAt(traces, wanted, 5));
      second.push(reciprocalRank(traces, wanted));
    } else {
      const found = sessionsOf(corpus, traces, ranked);
      first.push(hitAt(found, sessions, 5));
      second.push(reciprocalRank(found, sessions));
    }
    const isEvidence = (trace: number): boolean =>
      sessions === null ? wanted.has(trace) : sessions.has(corpus.traces.get(trace)?.session ?? '');
    if (!isPacked) continue;
    const isIn = await tokensToEvidence(corpus, question, { traces, ranked }, isEvidence);
    for (const budget of budgets) covered.get(budget)?.push(isIn(budget) ? 1 : 0);
  }
  const quality = (metric: string, values: readonly number[]): Quality => {
    const [low, high] = interval(values);
    const percent = (value: number): number => Math.round(value * 1000) / 10;
    return {
      name: `${task.name} · ${arm.name} · ${metric}`,
      n: values.length,
      value: percent(mean(values)),
      low: percent(low),
      high: percent(high),
    };
  };
  return [
    quality(task.metrics[0], first),
    quality(task.metrics[1], second),
    ...(isPacked
      ? budgets.map((budget) => quality(`evidence in ${budget} tokens`, covered.get(budget) ?? []))
      : []),
  ];
}

/** Sessions in the order of their episodes, as an answer lists them; without ranks of ours in the order of their events. */
function sessionsOf(corpus: Corpus, traces: readonly number[], ranked: readonly Ranked[]): string[] {
  if (ranked.length === 0)
    return [...new Set(traces.map((trace) => corpus.traces.get(trace)?.session ?? ''))];
  const native = new Map([...corpus.traces.values()].map(({ session }) => [sessionOf(session), session]));
  return [...new Set(episodes(ranked).map(({ session }) => native.get(session) ?? ''))];
}

/** Tells for a budget whether an answer of so many tokens has evidence in it: our cards, or (LanceDB) the texts as they are. */
async function tokensToEvidence(
  corpus: Corpus,
  { query }: Question,
  { traces, ranked }: { traces: readonly number[]; ranked: readonly Ranked[] },
  isEvidence: (trace: number) => boolean,
): Promise<(budget: number) => boolean> {
  if (ranked.length === 0) {
    let tokens = 0;
    for (const trace of traces) {
      tokens += Math.ceil((corpus.traces.get(trace)?.text.length ?? 0) / 4);
      if (isEvidence(trace)) return (budget) => tokens <= budget;
    }
    return () => false;
  }
  const best = episodes(ranked).slice(0, episodesOfAnswer);
  const around = await eventsAround(corpus.open, corpus.spans, best);
  const cards = cardsOf(corpus.open, around, best, queryTerms(query));
  // A card stands for its turn: that it is shown is what leads to the evidence.
  const turns = new Map(best.map((episode) => [`${episode.session}|${episode.turn}`, episode]));
  const leads = ({ session, turn }: { session: string; turn: string | null }): boolean =>
    turns
      .get(`${session}|${turn}`)
      ?.ranked.some(({ event }) => isEvidence(corpus.traceOf.get(event.id) ?? -1)) ?? false;
  return (budget) => pack(cards, { budget, limit: 20 }).cards.some(leads);
}

function targetsOf(quality: readonly Quality[]): Ratio[] {
  const percentOf = (task: string, arm: string, metric: string): number =>
    quality.find(({ name }) => name.startsWith(task) && name.endsWith(`${arm} · ${metric}`))?.value ??
    Number.NaN;
  const target = (task: string, arm: string, metric: string, least: number, margin: number): Ratio[] => {
    const value = percentOf(task, arm, metric);
    const gain = Math.round((value - percentOf(task, 'LanceDB default', metric)) * 10) / 10;
    return [
      { name: `${task} ${metric}`, value, target: least, ok: value >= least },
      { name: `${task} ${metric} over LanceDB default`, value: gain, target: margin, ok: gain >= margin },
    ];
  };
  return [
    ...target('t2', changes, 'hit@5', 90, 0),
    ...target('t3', anchored, 'MRR', 90, 20),
    ...target('t4', changes, 'R@5', 30, 5),
    ...target('t7', working, 'hit@5', 65, 28),
  ];
}
