import { type ContextInput, interestOf, rankForPrompt, recentEvents } from '../../core/recall/context.ts';
import type { Ranked } from '../../core/recall/episodes.ts';
import { tokenize } from '../../core/tokenize.ts';
import type { Event, FoundEvent } from '../../schema/event.ts';
import type { Filter } from '../../store/filter.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { type Found, findCandidates, type Searched } from './candidates.ts';

/** More than for a question: the words of a prompt find its files by what many events have in common. */
const candidates = 150;
/** Files of which the work of others is looked up, and how many events of it. */
const filesAskedFor = 16;
const eventsAskedFor = 200;
/** Characters of what the agent said last: a short prompt ("fix it") speaks of that. */
const replyChars = 600;
const memoryTypes = ['memory.decided', 'memory.agreed', 'memory.attempted', 'memory.noted'];

export interface ForPrompt extends Found {
  ranked: Ranked[];
}

/** What others did that is needed for a prompt of `session`, best first. Nothing of its own family is among it. */
export async function findForPrompt(
  searched: Searched,
  filter: Filter,
  asked: { prompt: string; session: string | null; branch: string; now: number },
  signal?: AbortSignal,
): Promise<ForPrompt> {
  const { open } = searched;
  const { prompt, session, branch, now } = asked;
  const recent = session === null ? [] : await latestOf(open, filter, session);
  const reply = recent.findLast(({ type }) => type === 'turn.replied')?.text ?? '';
  const own = session === null ? new Set<string>() : familyOf(open, session);
  const ofOthers = { ...filter, exceptSessions: [...own] };
  const said = `${prompt}\n${reply.slice(-replyChars)}`;
  const found = await findCandidates(searched, said, ofOthers, { signal, limit: candidates });
  const input: ContextInput = { ...found, recent, own, branch, now };
  const interest = interestOf(input);
  const onFiles = await eventsOn(open, ofOthers, interest);
  return { ...found, ranked: rankForPrompt(input, interest, onFiles) };
}

async function latestOf(open: OpenWorkspace, { spans, until }: Filter, session: string): Promise<Event[]> {
  const own = { spans, sessions: [session], ...(until === undefined ? {} : { until }) };
  const positions = await open.store.positions(own);
  return open.store.at(own, positions.slice(-recentEvents));
}

/** Edits of the most interesting files, and notes about them, the best by the rarity of their names. */
async function eventsOn(
  { store }: OpenWorkspace,
  filter: Filter,
  interest: ReadonlyMap<string, number>,
): Promise<FoundEvent[]> {
  const files = [...interest].sort(([, a], [, b]) => b - a).slice(0, filesAskedFor);
  // The last of a path's terms is its end as a whole: no word of a text is like it.
  const terms = files.flatMap(([path]) => tokenize(path).at(-1) ?? []);
  if (terms.length === 0) return [];
  const types = filter.types ?? ['file.edited', ...memoryTypes];
  const found = await store.search([...new Set(terms)], { ...filter, types }, eventsAskedFor);
  return found.map(({ event }) => event);
}

/** The session, those that it was started by, and all that were started by one of them. */
export function familyOf({ owners }: OpenWorkspace, session: string): Set<string> {
  const rootOf = (id: string): string => {
    let root = id;
    for (const seen = new Set<string>(); !seen.has(root); ) {
      seen.add(root);
      root = owners.get(root)?.parent ?? root;
    }
    return root;
  };
  const root = rootOf(session);
  return new Set([session, ...[...owners.keys()].filter((id) => rootOf(id) === root)]);
}
