import { z } from 'zod';
import { unite } from '../../core/git/session-lines.ts';
import { LinkedBy, type SessionLink } from '../../schema/bodies/git.ts';
import type { Event } from '../../schema/event.ts';
import { idPattern } from '../../schema/ids.ts';
import type { Span } from '../../schema/view.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import type { Commit } from './commits.ts';

/** What the events say of commits. */
export interface CommitFacts {
  /** Sessions of a commit: what it was recorded with, and what the commits had in whose place it came. */
  of(commit: Commit): SessionLink[];
  /** Sessions of commits that changed the same, for one that was rewritten by something that runs no hooks. */
  ofPatch(patch: string): SessionLink[];
  /** The patch of a commit, where it was recorded. */
  patchOf(sha: string): string | null;
}

/** The part of a git event that links commits with sessions; bodies may come from anywhere. */
const Linked = z.looseObject({
  sha: z.string(),
  patch: z.string().nullable().default(null),
  picked: z.string().optional(),
  from: z.array(z.string()).default([]),
  sessions: z.array(z.object({ session: z.string().regex(idPattern('session')), by: LinkedBy })).default([]),
});

interface Fact {
  sessions: SessionLink[];
  from: Set<string>;
  patch: string | null;
}

/** Most events that are read: the newest. */
const mostEvents = 50_000;
const linking = ['git.committed', 'git.rewritten', 'git.merged'];

/** Everything that was recorded of commits within these spans. */
export async function commitFacts({ store }: OpenWorkspace, spans: readonly Span[]): Promise<CommitFacts> {
  const events = await store.find({ spans, types: linking });
  return factsFrom(events.slice(-mostEvents));
}

/** For so few commits what is recorded of them is looked up, each by its hash; for more all of it is read. */
const fewCommits = 10;
/** Events that name one commit: it is made once, and rewritten now and then. */
const mostNaming = 20;
/** How often commits are followed to those that they stand for; each rewrite has taken over what was known before it. */
const mostSteps = 4;

/** What was recorded of some commits, and of those that they stand for. */
export async function factsAbout(
  open: OpenWorkspace,
  spans: readonly Span[],
  shas: readonly string[],
): Promise<CommitFacts> {
  if (shas.length > fewCommits) return commitFacts(open, spans);
  const filter = { spans, types: linking };
  const events = new Map<string, Event>();
  const seen = new Set<string>();
  for (let step = 0, wanted = [...shas]; step < mostSteps && wanted.length > 0; step += 1) {
    const ids = new Set<string>();
    for (const sha of wanted) {
      seen.add(sha);
      for (const { event } of await open.store.search([sha.slice(0, shortLength)], filter, mostNaming))
        if (!events.has(event.id)) ids.add(event.id);
    }
    if (ids.size === 0) break;
    const found = await open.store.find({ ...filter, ids: [...ids] });
    for (const event of found) events.set(event.id, event);
    wanted = found
      .flatMap(earlierThan)
      .filter((sha) => !seen.has(sha))
      .slice(0, fewCommits);
  }
  return factsFrom([...events.values()]);
}

function earlierThan({ body }: Pick<Event, 'body'>): string[] {
  const read = Linked.safeParse(body);
  return read.success ? [...read.data.from, read.data.picked ?? ''].filter((sha) => sha !== '') : [];
}

/** The same from events that are at hand. */
export function factsFrom(events: readonly Pick<Event, 'body'>[]): CommitFacts {
  const facts = new Map<string, Fact>();
  const alike = new Map<string, string[]>();
  for (const { body } of events) {
    const read = Linked.safeParse(body);
    if (!read.success) continue;
    const { sha, patch, picked, from, sessions } = read.data;
    const fact = facts.get(sha) ?? { sessions: [], from: new Set<string>(), patch };
    facts.set(sha, fact);
    fact.sessions = unite(fact.sessions, sessions);
    fact.patch ??= patch;
    for (const one of picked === undefined ? from : [...from, picked]) if (one !== sha) fact.from.add(one);
    const same = patch === null ? undefined : alike.get(patch);
    if (same !== undefined) same.push(sha);
    else if (patch !== null) alike.set(patch, [sha]);
  }
  return {
    of: ({ sha, trailers, notes }) =>
      unite(
        gather(facts, [sha]),
        trailers.map((session) => ({ session, by: 'trailer' as const })),
        notes.map((session) => ({ session, by: 'note' as const })),
      ),
    ofPatch: (patch) => gather(facts, alike.get(patch) ?? []),
    patchOf: (sha) => facts.get(sha)?.patch ?? null,
  };
}

/** Sessions of commits and of all those that they stand for. */
function gather(facts: ReadonlyMap<string, Fact>, shas: readonly string[]): SessionLink[] {
  const lists: SessionLink[][] = [];
  const seen = new Set(shas);
  // Grows while it is walked; what events say comes from outside and may go round in a ring.
  for (const sha of seen) {
    const fact = facts.get(sha);
    if (fact === undefined) continue;
    lists.push(fact.sessions);
    for (const old of fact.from) seen.add(old);
  }
  return unite(...lists);
}

/** Shells print it when they commit: `[main 1a2b3c4] subject`. */
const shortLength = 7;
/** Calls that say a commit's hash, of which the one that made it is the first. */
const mostCalls = 20;

/** Sessions in whose captured calls git printed this commit, for commits that nothing else names. */
export async function sessionsThatRan(
  { store }: OpenWorkspace,
  spans: readonly Span[],
  { sha, committedAt }: Commit,
): Promise<{ link: SessionLink; event: string }[]> {
  const filter = {
    spans,
    types: ['tool.called'],
    since: committedAt - slackMs,
    until: committedAt + slackMs,
  };
  const short = sha.slice(0, shortLength);
  const found = await store.search([short], filter, mostCalls);
  return found
    .filter(({ event: { text } }) => /\bgit\b/.test(text) && text.includes(short))
    .sort((a, b) => a.event.at - b.event.at)
    .map(({ event: { id, session } }) => ({ link: { session, by: 'command' as const }, event: id }));
}

/** A call ends after the commit that it made, and its agent's clock may be another. */
const slackMs = 10 * 60_000;
