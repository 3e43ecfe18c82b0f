import { z } from 'zod';
import { Scope } from '../../core/scope.ts';
import type { Event } from '../../schema/event.ts';
import type { CommitRow } from '../../schema/operations/git.ts';
import type { Session } from '../../schema/records.ts';
import type { Span } from '../../schema/view.ts';
import { type Commit, readCommits } from '../git/commits.ts';
import { rowsOf } from '../git/rows.ts';
import { spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { visibleSessions } from '../visible-sessions.ts';

interface Asked {
  open: OpenWorkspace;
  /** Checkout in which git is asked. */
  root: string;
  /** The events that would become visible. */
  spans: readonly Span[];
  scopes: Record<'ours' | 'theirs', Scope>;
  sessions: readonly Session[];
  now: number;
}

/** Most commits that are shown: the latest. */
const mostShown = 100;
/** Most events of git that are looked through: the latest. */
const mostEvents = 5_000;

const Made = z.looseObject({
  sha: z.string(),
  from: z.array(z.string()).catch([]).default([]),
  sessions: z
    .array(z.looseObject({ session: z.string() }))
    .catch([])
    .default([]),
});
type Made = z.infer<typeof Made>;

/**
 * Git commits that were recorded within what would become visible, and those of its sessions that were recorded elsewhere
 * (a person commits what an agent did); what was rewritten since is left out, as is what the repository has no more.
 */
export async function commitsOf(asked: Asked): Promise<CommitRow[]> {
  const { open, root, scopes, now } = asked;
  const made = await madeIn(asked);
  const rewritten = new Set(made.flatMap(({ sha, from }) => from.filter((old) => old !== sha)));
  const shas = [...new Set(made.map(({ sha }) => sha))].filter((sha) => !rewritten.has(sha));
  const commits = (await readCommits(root, shas.slice(-mostShown))).sort(latestFirst);
  if (commits.length === 0) return [];
  // A commit that a person made is linked with its session where he made it.
  const scope = unionOf(scopes);
  const viewer = {
    open,
    scope,
    spans: spansOf(open, scope),
    sessions: await visibleSessions(open, scopes.theirs),
    now,
  };
  return rowsOf(viewer, root, commits);
}

function unionOf({ ours, theirs }: Asked['scopes']): Scope {
  const union = new Scope();
  for (const { branch, writer, upTo } of [...ours.spans(), ...theirs.spans()])
    union.add(branch, writer === null || upTo === null ? null : { [writer]: upTo });
  return union;
}

const latestFirst = (a: Commit, b: Commit): number => b.committedAt - a.committedAt;

const types = ['git.committed', 'git.rewritten'];

async function madeIn({ open, spans, scopes, sessions }: Asked): Promise<Made[]> {
  if (spans.length === 0) return [];
  const within = await latest(open, spans);
  const ids = new Set(sessions.map(({ id }) => id));
  const since = sessions.reduce(
    (least, { startedAt }) => Math.min(least, startedAt),
    Number.MAX_SAFE_INTEGER,
  );
  const elsewhere = ids.size === 0 ? [] : await latest(open, spansOf(open, scopes.ours), since);
  return [
    ...readAll(elsewhere).filter((made) => made.sessions.some(({ session }) => ids.has(session))),
    ...readAll(within),
  ];
}

async function latest(open: OpenWorkspace, spans: readonly Span[], since?: number): Promise<Event[]> {
  const filter = { spans, types, ...(since === undefined ? {} : { since }) };
  return open.store.at(filter, (await open.store.positions(filter)).slice(-mostEvents));
}

const readAll = (events: readonly Event[]): Made[] =>
  events.flatMap(({ body }) => {
    const made = Made.safeParse(body);
    return made.success ? [made.data] : [];
  });
