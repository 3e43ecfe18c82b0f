import { type LiveCursor, parseCursor } from '../core/live-cursor.ts';
import { AppError } from '../schema/app-error.ts';
import { idPattern } from '../schema/ids.ts';
import type { LiveNews, LiveQuery } from '../schema/live.ts';
import { cutAt, eventNamed } from './as-of.ts';
import { branchToRead } from './branching.ts';
import { scopeOf, spansOf } from './lines.ts';
import type { OpenWorkspace } from './open-workspace.ts';
import type { Subscription } from './subscriptions.ts';
import type { Workspaces } from './workspaces.ts';

/** So long a stream is silent before it says that it is still there. */
const beatMs = 15_000;

/** Opens a subscription; what is wrong with the query is thrown before the first news. */
export async function openLive(
  workspaces: Workspaces,
  query: LiveQuery,
  signal: AbortSignal,
): Promise<AsyncGenerator<LiveNews, undefined>> {
  const live = await workspaces.resolve(query);
  const line = await branchToRead(live, query);
  const after = query.after === undefined ? null : await placeOf(live.open, line.id, query.after);
  const filter = filterOf(live.open, query);
  return live.feed.subscribe({ branch: line.id, filter, after, most: query.most, beatMs }, signal);
}

/** As the store takes it; lists that are not given, or empty, narrow nothing. */
export function filterOf(
  open: OpenWorkspace,
  { kind = [], path = [], agent = [], session = [], status = [] }: Partial<LiveQuery>,
): Subscription['filter'] {
  const families = kind.filter(isFamily).map((name) => name.replace('.*', ''));
  const types = kind.filter((name) => !isFamily(name));
  return {
    ...(kind.length === 0 ? {} : { kinds: { types, families } }),
    ...(path.length === 0 ? {} : { paths: { globs: path } }),
    ...(agent.length === 0 ? {} : { agents: agent }),
    ...(status.length === 0 ? {} : { statuses: status }),
    ...(session.length === 0 ? {} : { sessions: session.map((id) => sessionNamed(open, id)) }),
  };
}

const isFamily = (kind: string): boolean => kind.endsWith('.*') || !kind.includes('.');

/** A whole id may be of a session that is still to begin. */
function sessionNamed({ owners }: OpenWorkspace, wanted: string): string {
  if (idPattern('session').test(wanted)) return wanted;
  const tail = wanted.replace(/^ses_/, '');
  const found = /^[0-9a-f]{6,32}$/.test(tail) ? [...owners.keys()].filter((id) => id.endsWith(tail)) : [];
  const [id] = found;
  if (id !== undefined && found.length === 1) return id;
  throw new AppError('NOT_FOUND', `${found.length === 0 ? 'no' : 'more than one'} session "${wanted}"`, {
    hint: 'hivemind session list',
  });
}

async function placeOf(open: OpenWorkspace, branch: string, after: string): Promise<LiveCursor> {
  if (after === 'start') return { from: {}, inside: null };
  if (/^evt_[0-9a-f]{6,32}$/.test(after)) {
    const event = await eventNamed(open, spansOf(open, scopeOf(open, branch)), after);
    return { from: await cutAt(open, event), inside: null };
  }
  const cursor = parseCursor(after);
  if (cursor !== null) return cursor;
  throw new AppError('INVALID_ARGUMENT', 'after: this is no place in a stream', {
    hint: 'the id of an earlier message of the stream, an event id, or start',
  });
}
