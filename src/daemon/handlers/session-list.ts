import { usageIn } from '../../core/capture-gaps.ts';
import { type SessionRecord, toSession } from '../../core/records/session.ts';
import type { Event } from '../../schema/event.ts';
import type { ParsedOf } from '../../schema/operation.ts';
import type { SessionRow } from '../../schema/operations/session.ts';
import type { Usage } from '../../schema/records.ts';
import type { Span } from '../../schema/view.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { latestFirst } from '../picked-session.ts';
import type { Handler } from './handler.ts';
import { seenFrom } from './session.ts';

export const listSessions: Handler<'session.list'> = async (input, _context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const { sessions, spans } = await seenFrom(live, input);
  const all = latestFirst(sessions);
  const wanted = all.filter(wantedBy(input));
  const shown = wanted.slice(input.skip, input.skip + input.limit);
  const children = childCounts(sessions.values(), shown);
  const usage = input.usage ? await usages(open, spans, shown) : noUsage;
  return {
    workspace: open.workspace.name,
    sessions: shown.map(
      (session): SessionRow => ({
        ...toSession(session),
        children: children.get(session.id) ?? 0,
        usage: usage.get(session.id) ?? null,
      }),
    ),
    agents: [...new Set(all.map(({ agent }) => agent))].sort(),
    total: wanted.length,
  };
};

function wantedBy({
  agent,
  query = '',
  parent,
  roots,
  failed,
}: ParsedOf<'session.list'>): (session: SessionRecord) => boolean {
  const words = query.normalize('NFC').toLowerCase().trim();
  return (session) =>
    (agent === undefined || session.agent === agent) &&
    (parent === undefined || session.parent === parent) &&
    (!roots || session.parent === null) &&
    (!failed || session.failures > 0) &&
    (words === '' || says(session, words));
}

const says = ({ title, role, model, cwd, id, nativeId }: SessionRecord, words: string): boolean =>
  [title, role, model, cwd, id, nativeId].some((text) => text?.toLowerCase().includes(words));

function childCounts(all: Iterable<SessionRecord>, shown: readonly SessionRecord[]): Map<string, number> {
  const counts = new Map(shown.map(({ id }) => [id, 0]));
  for (const { parent } of all) {
    const before = parent === null ? undefined : counts.get(parent);
    if (parent !== null && before !== undefined) counts.set(parent, before + 1);
  }
  return counts;
}

/** Counting reads whole events: of sessions beyond this only `session show` tells. */
const mostCounted = 20_000;
/** What a session took changes only when it goes on. */
const mostKept = 5_000;
const noUsage: ReadonlyMap<string, Usage | null> = new Map();
const kept = new WeakMap<OpenWorkspace, Map<string, Usage | null>>();

/** What each of the sessions took in tokens, as far as it is known. */
async function usages(
  open: OpenWorkspace,
  spans: readonly Span[],
  sessions: readonly SessionRecord[],
): Promise<Map<string, Usage | null>> {
  const known = kept.get(open) ?? new Map<string, Usage | null>();
  kept.set(open, known);
  const keyOf = ({ id, events, lastAt }: SessionRecord): string => `${id} ${events} ${lastAt}`;
  let left = mostCounted;
  const unknown = sessions.filter((session) => {
    if (known.has(keyOf(session)) || session.events > left) return false;
    left -= session.events;
    return true;
  });
  const answers = unknown.length === 0 ? [] : await answersOf(open, spans, unknown);
  const found = new Map(
    sessions.map((session) => [session.id, known.get(keyOf(session)) ?? null] as [string, Usage | null]),
  );
  if (known.size + unknown.length > mostKept) known.clear();
  for (const session of unknown) {
    const usage = usageIn(answers.filter((event) => event.session === session.id));
    known.set(keyOf(session), usage);
    found.set(session.id, usage);
  }
  return found;
}

const answersOf = (
  open: OpenWorkspace,
  spans: readonly Span[],
  sessions: readonly SessionRecord[],
): Promise<Event[]> =>
  open.store.find({
    spans,
    sessions: sessions.map(({ id }) => id),
    types: ['turn.replied', 'turn.measured', 'tool.called'],
  });
