import { randomUUID } from 'node:crypto';
import type { Call } from '../schema/operation.ts';
import { type Author, beginning, factOfDraft, inCalls, type SdkDraft } from './drafts.ts';

/** A branch of a workspace, and who writes on it. */
export interface Place {
  workspace: string;
  branch: string;
  author: Author;
}

/** What the handles of one connection share: sessions of which it is on disk that they have begun. */
export type Begun = Set<string>;

/** Stores the events and returns their ids, in order. What is sent again has the same nonce, so nothing is stored twice. */
export async function store(
  call: Call,
  begun: Begun,
  place: Place,
  drafts: readonly SdkDraft[],
): Promise<string[]> {
  const first = startOf(begun, place.author);
  const delivery = randomUUID();
  const ids: string[] = [];
  let duplicates = 0;
  for (const { place: at, events } of inCalls([...first, ...drafts])) {
    const target = { workspace: place.workspace, branch: place.branch };
    const stored = await call('event.append', { ...target, events, delivery, place: at });
    ids.push(...stored.appended);
    duplicates += stored.duplicates;
  }
  begun.add(place.author.session);
  if (duplicates === 0) return ids.slice(first.length);
  // All that was there already is that the session has begun: another call has said so.
  if (duplicates === first.length && ids.length === drafts.length) return ids;
  return idsOf(call, place, drafts);
}

/** Says that the session has begun, where nobody has: what is written then is written in the agent's name. */
export async function begin(call: Call, begun: Begun, place: Place): Promise<void> {
  if (startOf(begun, place.author).length > 0) await store(call, begun, place, []);
}

const startOf = (begun: Begun, author: Author): SdkDraft[] =>
  author.nativeId === null || begun.has(author.session) ? [] : [beginning(author, author.nativeId)];

/** After a lost answer only the events themselves tell which ids they have got. */
async function idsOf(call: Call, place: Place, drafts: readonly SdkDraft[]): Promise<string[]> {
  const { workspace, branch, author } = place;
  const { events } = await call('session.show', {
    workspace,
    branch,
    session: author.session,
    limit: 100_000,
  });
  const byFact = new Map(events.map(({ fact, id }) => [fact, id]));
  return drafts.flatMap((draft) => byFact.get(factOfDraft(draft)) ?? []);
}
