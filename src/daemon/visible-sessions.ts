import {
  joinParts,
  type SessionPart,
  type SessionRecord,
  seenOf,
  sessions,
} from '../core/records/session.ts';
import type { Scope } from '../core/scope.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/** Sessions that go on after a branch was forked from theirs are seen up to there: those are counted once and kept. */
const mostCut = 2_000;
const cutParts = new WeakMap<OpenWorkspace, Map<string, SessionPart | null>>();

/** The sessions that are seen from somewhere (all, or some), each with what is seen of it. */
export async function visibleSessions(
  open: OpenWorkspace,
  scope: Scope,
  only: ReadonlySet<string> | null = null,
): Promise<Map<string, SessionRecord>> {
  const seen: SessionRecord[] = [];
  const cut: { part: SessionPart; upTo: number }[] = [];
  for (const part of open.sessions.values()) {
    if (only !== null && !only.has(part.id)) continue;
    const reach = seenOf(part, scope);
    if (reach === 'all') seen.push(part);
    else if (reach !== 'none') cut.push({ part, upTo: reach });
  }
  for (const { part, upTo } of cut) {
    const head = await cutPart(open, part, upTo);
    if (head !== null) seen.push(head);
  }
  return joinParts(seen);
}

/**
 * The sessions of which something was seen last, the latest first, and one more that is named. Of those that are seen as far
 * as some event it is known before they are read that they cannot be later than all of them.
 */
export async function latestSessions(
  open: OpenWorkspace,
  scope: Scope,
  wanted: { most: number; with: string | null },
): Promise<SessionRecord[]> {
  const latest = new Map<string, number>();
  for (const part of open.sessions.values())
    if (seenOf(part, scope) !== 'none') latest.set(part.id, Math.max(latest.get(part.id) ?? 0, part.lastAt));
  const ids = [...latest].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([id]) => id);
  const chosen = new Set(ids.slice(0, wanted.most));
  if (wanted.with !== null) chosen.add(wanted.with);
  const sessions = await visibleSessions(open, scope, chosen);
  return [...sessions.values()].sort((a, b) => b.lastAt - a.lastAt || (a.id < b.id ? -1 : 1));
}

/** A part as far as `upTo`: the same for ever once all of that has come from its writer. */
async function cutPart(open: OpenWorkspace, part: SessionPart, upTo: number): Promise<SessionPart | null> {
  const known = cutParts.get(open) ?? new Map<string, SessionPart | null>();
  cutParts.set(open, known);
  const { id, branch, writer } = part;
  const arrived = open.reach.get(branch)?.get(writer)?.upTo(upTo) ?? 0;
  const key = `${id} ${branch} ${writer} ${upTo} ${arrived}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const events = await open.store.find({ spans: [{ branch, writer, upTo }], sessions: [id] });
  const parts = new Map<string, SessionPart>();
  for (const event of events) sessions.fold(parts, event);
  const [head = null] = parts.values();
  if (known.size >= mostCut) known.clear();
  known.set(key, head);
  return head;
}

/** How many sessions there are, on whatever branch. */
export const sessionCount = (open: OpenWorkspace): number =>
  new Set([...open.sessions.values()].map(({ id }) => id)).size;

/** How many events there are, without those by which writers say how far they have seen each other. */
export const eventCount = ({ store, observations }: OpenWorkspace): number => store.count() - observations;
