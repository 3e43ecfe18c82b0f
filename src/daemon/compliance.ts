import { actsIn } from '../core/compliance/acts.ts';
import { overAfterMs, type SessionFacts } from '../core/compliance/habits.ts';
import type { SessionRecord } from '../core/records/session.ts';
import { queryTerms } from '../core/tokenize.ts';
import { RecallInjected } from '../schema/bodies/recall.ts';
import type { Event } from '../schema/event.ts';
import type { Span } from '../schema/view.ts';
import { everywhere } from './lines.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/** Sessions that one read asks for, and calls that name Hivemind which it may find in them. */
const sessionsAtOnce = 200;
const mostCalls = 20_000;
const eventsAtOnce = 1_000;

/** Types that say by themselves what a session did. */
const telling = [
  'memory.decided',
  'memory.agreed',
  'memory.noted',
  'memory.attempted',
  'plan.added',
  'plan.changed',
  'handoff.offered',
  'recall.injected',
];

interface Asked {
  /** Epoch milliseconds: sessions that were active since. */
  since: number;
  /** Only the session with this id, or the one that started it. */
  only: string | null;
  now: number;
}

/** A session that was not started by another one, with those that it started. */
interface Family {
  root: SessionRecord;
  members: SessionRecord[];
}

interface Read {
  open: OpenWorkspace;
  spans: readonly Span[];
}

/**
 * What is known of the agents' sessions, newest first, read by the store's filters: the events that say what was
 * written, the calls in which Hivemind is named, failures and edits where they matter. `unread`: sessions of which more
 * calls name Hivemind than were looked at.
 */
export async function sessionFacts(
  open: OpenWorkspace,
  all: ReadonlyMap<string, SessionRecord>,
  asked: Asked,
): Promise<{ sessions: SessionFacts[]; unread: number }> {
  const families = familiesIn(all, asked).sort((a, b) => b.root.lastAt - a.root.lastAt);
  const sessions: SessionFacts[] = [];
  const read = { open, spans: everywhere(open) };
  let unread = 0;
  for (let at = 0; at < families.length; at += sessionsAtOnce) {
    const some = families.slice(at, at + sessionsAtOnce);
    const { facts, isCut } = await factsOf(read, some, asked.now);
    sessions.push(...facts);
    if (isCut) unread += some.length;
  }
  return { sessions, unread };
}

function familiesIn(all: ReadonlyMap<string, SessionRecord>, { since, only }: Asked): Family[] {
  const families = new Map<string, Family>();
  for (const session of all.values()) {
    const root = rootOf(all, session);
    const family = families.get(root.id) ?? { root, members: [] };
    family.members.push(session);
    families.set(root.id, family);
  }
  return [...families.values()].filter(
    ({ root, members }) =>
      (root.counts['turn.prompted'] ?? 0) > 0 &&
      members.some(({ lastAt }) => lastAt >= since) &&
      (only === null || members.some(({ id }) => id === only)),
  );
}

/** The session at the top; a ring of parents, which only a broken trace has, ends somewhere in it. */
function rootOf(all: ReadonlyMap<string, SessionRecord>, session: SessionRecord): SessionRecord {
  let root = session;
  for (let depth = 0; depth < 50 && root.parent !== null; depth += 1) {
    const parent = all.get(root.parent);
    if (parent === undefined) break;
    root = parent;
  }
  return root;
}

/** Events of sessions and of those that they started, by the id of the session at the top. */
type ByRoot = <E extends { session: string }>(events: readonly E[]) => Map<string, E[]>;

async function factsOf(
  read: Read,
  families: readonly Family[],
  now: number,
): Promise<{ facts: SessionFacts[]; isCut: boolean }> {
  const rootIds = new Map(families.flatMap(({ root, members }) => members.map(({ id }) => [id, root.id])));
  const byRoot: ByRoot = (events) => Map.groupBy(events, ({ session }) => rootIds.get(session) ?? session);
  const ids = [...rootIds.keys()];
  const { open, spans } = read;
  const calls = await ourCalls(read, ids);
  const told = await open.store.find({ spans, sessions: ids, types: telling });
  const own = byRoot([...told, ...calls.events]);
  const acts = new Map([...own].map(([root, events]) => [root, events.flatMap(actsIn)]));
  const failed = await firstFailures(read, families, byRoot);
  const hasRecalled = ({ root }: Family): boolean =>
    failed.has(root.id) && acts.get(root.id)?.some(({ kind }) => kind === 'recalled') === true;
  const edited = await editsAfter(read, families.filter(hasRecalled), { failed, byRoot });
  const facts = families.map(({ root, members }): SessionFacts => {
    const lastAt = Math.max(...members.map((member) => member.lastAt));
    return {
      id: root.id,
      agent: root.agent,
      model: root.model,
      isLive: root.live > 0,
      isBriefed: own.get(root.id)?.some(isBrief) === true,
      isOver: root.endedAt !== null || now - lastAt > overAfterMs,
      edits: members.reduce((sum, { counts }) => sum + (counts['file.edited'] ?? 0), 0),
      failedAt: failed.get(root.id) ?? null,
      editedAfterAt: edited.get(root.id) ?? null,
      acts: acts.get(root.id) ?? [],
    };
  });
  return { facts, isCut: calls.isCut };
}

const isBrief = ({ type, body }: Event): boolean =>
  type === 'recall.injected' && RecallInjected.safeParse(body).data?.channel === 'brief';

/** The calls of these sessions in which Hivemind is named: few of all, and found by the word. */
async function ourCalls(
  { open, spans }: Read,
  sessions: string[],
): Promise<{ events: Event[]; isCut: boolean }> {
  const filter = { spans, sessions, types: ['tool.called'] };
  const found = await open.store.search(queryTerms('hivemind'), filter, mostCalls);
  if (found.length === 0) return { events: [], isCut: false };
  const ids = found.map(({ event }) => event.id);
  const events: Event[] = [];
  for (let at = 0; at < ids.length; at += eventsAtOnce)
    events.push(...(await open.store.find({ spans, ids: ids.slice(at, at + eventsAtOnce) })));
  return { events, isCut: found.length >= mostCalls };
}

const idsOf = (families: readonly Family[]): string[] =>
  families.flatMap(({ members }) => members.map(({ id }) => id));

/** When the first call failed, by root; what a person or a rule refused did not fail. */
async function firstFailures(
  { open, spans }: Read,
  families: readonly Family[],
  byRoot: ByRoot,
): Promise<Map<string, number>> {
  const sessions = idsOf(families.filter(({ members }) => members.some(({ failures }) => failures > 0)));
  if (sessions.length === 0) return new Map();
  const types = ['tool.called', 'file.edited'];
  const failed = await open.store.lookUp({ spans, sessions, types, statuses: ['failed'] });
  return new Map(
    [...byRoot(failed)].map(([root, events]) => [root, Math.min(...events.map(({ at }) => at))]),
  );
}

/** When files were edited again after the first failure, by root; only those that asked recall are of interest. */
async function editsAfter(
  { open, spans }: Read,
  families: readonly Family[],
  { failed, byRoot }: { failed: ReadonlyMap<string, number>; byRoot: ByRoot },
): Promise<Map<string, number>> {
  if (families.length === 0) return new Map();
  const sessions = idsOf(families);
  const since = Math.min(...families.map(({ root }) => failed.get(root.id) ?? Number.POSITIVE_INFINITY));
  const edits = await open.store.lookUp({ spans, sessions, types: ['file.edited'], statuses: ['ok'], since });
  const after = new Map<string, number>();
  for (const [root, events] of byRoot(edits)) {
    const from = failed.get(root) ?? Number.POSITIVE_INFINITY;
    const times = events.map(({ at }) => at).filter((at) => at > from);
    if (times.length > 0) after.set(root, Math.min(...times));
  }
  return after;
}
