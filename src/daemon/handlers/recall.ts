import { pack } from '../../core/pack.ts';
import { episodes, type Ranked, withChanges } from '../../core/recall/episodes.ts';
import { rank } from '../../core/recall.ts';
import { AppError } from '../../schema/app-error.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import { createMatcher, type Filter } from '../../store/filter.ts';
import { branchToRead } from '../branching.ts';
import { checkoutOf, directoryOf } from '../checkout.ts';
import { scopeOf } from '../lines.ts';
import { anchorOf, type FoundAnchor } from '../recall/anchor.ts';
import { type Found, findCandidates } from '../recall/candidates.ts';
import { cardsOf, eventsAround } from '../recall/cards.ts';
import { findForPrompt } from '../recall/for-prompt.ts';
import { filterOf } from '../recall/narrowing.ts';
import { withStanding } from '../recall/standing.ts';
import { stepsOf } from '../steps.ts';
import { inTurn } from '../turns.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

/** Episodes beyond the limit of which cards are made: some say too little for their tokens, or what another one says. */
const spareEpisodes = 2;

type Input = ParsedOf<'recall.search'>;

export const searchRecall: Handler<'recall.search'> = async (input, context, engine) => {
  if (input.query.trim() === '' && input.why === undefined)
    throw new AppError('INVALID_ARGUMENT', 'nothing is asked for: give a query, or --why', {
      hint: 'hivemind recall "what you want to know"',
    });
  const live = await engine.workspaces.resolve(input);
  const { workspace } = live.open;
  const from = await directoryOf(context, workspace, input.cwd);
  const root = await checkoutOf(engine.workspaces, workspace.id, from);
  const step = stepsOf(context, { what: 'the search', total: 3 });
  step('waiting for its turn');
  const startedAt = performance.now();
  const answered = await inTurn(() => recall(live, input, { root, now: engine.now(), step }));
  const { caller: session, cwd } = input;
  if (context.door === 'mcp' && session !== undefined) {
    // The branch that the session works on, whichever it has asked about.
    const { id: branch } = await branchToRead(live, { cwd, caller: session });
    const ms = performance.now() - startedAt;
    live.injections.noteAnswer({ session, branch, cards: answered.cards, ms });
  }
  return answered;
};

interface Asked {
  live: LiveWorkspace;
  input: Input;
  filter: Filter;
  branch: string;
  now: number;
}

type Answer = Found & {
  ranked: Ranked[];
  anchor: FoundAnchor | null;
  /** Lets through what may be told. */
  filter: Filter;
};

async function recall(
  live: LiveWorkspace,
  input: Input,
  { root, now, step }: { root: string | null; now: number; step: (message: string) => void },
): Promise<OutputOf<'recall.search'>> {
  const { open } = live;
  step('searching');
  const branch = await branchToRead(live, input);
  const scope = scopeOf(open, branch.id);
  const filter = await filterOf(open, scope, input, now);
  const asked = { live, input, filter, branch: branch.id, now };
  const isForPrompt = input.intent === 'context' && input.why === undefined;
  const found = isForPrompt ? await forPrompt(asked) : await answer(asked);
  step('reading what was found');
  const { ranked, fallen } = await withStanding(open, scope, found.ranked, root);
  const hit = episodes(ranked).slice(0, input.limit + spareEpisodes);
  const around = await eventsAround(open, filter.spans, hit);
  // What is told for a prompt is chosen by files already.
  const best = isForPrompt ? hit : withChanges(hit, around, createMatcher(found.filter));
  const cards = cardsOf(open, around, best, found.terms, fallen);
  const packed = pack(cards, input);
  const { anchor, candidates } = found;
  const nothing = packed.cards.length > 0 ? '' : nothingFound(candidates.length, best.length);
  return {
    workspace: open.workspace.name,
    query: input.query,
    terms: found.terms,
    intent: input.why === undefined ? input.intent : 'why',
    mode: found.hasMeaning ? 'lexical + vectors' : 'lexical',
    anchor: anchor === null ? null : shown(anchor),
    ...packed,
    matched: candidates.length,
    unindexed: open.store.freshSize(),
    note: [nothing, found.note].filter((part) => part !== '').join('; '),
  };
}

async function answer({ live, input, filter, branch, now }: Asked): Promise<Answer> {
  const { query, why, cwd, caller } = input;
  if (why !== undefined && cwd === undefined)
    throw new AppError('INVALID_ARGUMENT', 'why: it is not said in which directory');
  const anchor = why === undefined ? null : await anchorOf(why, cwd ?? '', now);
  const asked = anchor === null ? query : wordsOf(anchor, query);
  const until = Math.min(filter.until ?? Number.POSITIVE_INFINITY, anchor?.until ?? Number.POSITIVE_INFINITY);
  const upToThen = Number.isFinite(until) ? { ...filter, until } : filter;
  const found = await findCandidates(live, asked, upToThen);
  const ranked = rank({
    query: asked,
    terms: found.terms,
    candidates: found.candidates,
    now,
    branch,
    ...(caller === undefined ? {} : { session: caller }),
    ...(anchor === null ? {} : { anchor }),
  });
  return { ...found, ranked, anchor, filter: upToThen };
}

async function forPrompt({ live, input, filter, branch, now }: Asked): Promise<Answer> {
  const { query: prompt, caller: session = null } = input;
  return { ...(await findForPrompt(live, filter, { prompt, session, branch, now })), anchor: null, filter };
}

/** The question first: of a long text only so many terms are searched for. */
const wordsOf = ({ subject, line = '', paths }: FoundAnchor, query: string): string =>
  [query, line, subject, ...paths.slice(0, 5)].filter((part) => part.trim() !== '').join('\n');

const shown = ({ commit, at, subject, paths, line }: FoundAnchor) => ({
  commit: commit ?? null,
  at,
  subject: subject.split('\n')[0] ?? '',
  paths: [...paths],
  line: line ?? null,
});

function nothingFound(matched: number, ranked: number): string {
  if (matched === 0) return 'nothing in this workspace has these words';
  return ranked === 0
    ? 'some events share a word with this, none answers it'
    : 'no answer fits the token budget';
}
