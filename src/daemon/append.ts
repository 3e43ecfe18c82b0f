import { v7 as uuidv7 } from 'uuid';
import { tick } from '../core/hlc.ts';
import { redactDraft } from '../core/redact.ts';
import { termsOf } from '../core/tokenize.ts';
import { AppError } from '../schema/app-error.ts';
import type { Draft, Event } from '../schema/event.ts';
import { factOfContent, factOfNativeId, idFromUuid, idHex, spansOf } from '../schema/ids.ts';
import type { StoredEvent } from '../store/lance/rows.ts';
import type { OpenWorkspace } from './open-workspace.ts';
import { storable } from './storable.ts';

export interface Appended {
  /** Ids of the new events, in order. */
  ids: string[];
  duplicates: number;
}

/** The one write path of a workspace: redact → stamp → journal → fold → publish. */
export interface Appender {
  /** Resolves when the events are on disk. What a repeated `delivery` brought before is a duplicate. */
  append(
    drafts: readonly Draft[],
    options: { branch: string; delivery?: string | undefined },
  ): Promise<Appended>;
  /** Takes no more; resolves when nothing is waiting. */
  close(): Promise<void>;
}

/** Most events that wait for the disk, and what they may take; beyond that callers are told to come back. */
const queueLimit = 20_000;
const queueLimitBytes = 128 << 20;

/** Most acknowledged events that wait for LanceDB: it may be slower than the journal, or fail. */
const tailLimit = 100_000;
const tailLimitBytes = 512 << 20;

/** Most events, and bytes of them, in one group commit; a frame of the journal holds 32 MiB. */
const groupLimit = 2_000;
const groupLimitBytes = 8 << 20;

interface Keyed {
  draft: Draft;
  bytes: number;
  fact: string;
  /** The delivery's nonce and the draft's place in it: a crash may have kept some of a delivery and not the rest. */
  delivery: string | null;
}

interface Waiting {
  keyed: Keyed[];
  branch: string;
  resolve(appended: Appended): void;
  reject(error: unknown): void;
}

export interface AppenderParts {
  open: OpenWorkspace;
  secret: Buffer;
  now: () => number;
  /** Called with each group once it is durable and folded. */
  publish: (events: readonly Event[]) => void;
}

export function createAppender(parts: AppenderParts): Appender {
  const { open, secret } = parts;
  const waiting: Waiting[] = [];
  const queued = { events: 0, bytes: 0 };
  let running: Promise<void> | null = null;
  let closed = false;

  const append: Appender['append'] = async (drafts, { branch, delivery }) => {
    if (closed) throw stopping();
    const sized = drafts.map(storable);
    const load = { events: drafts.length, bytes: sized.reduce((sum, { bytes }) => sum + bytes, 0) };
    if (isFull(open, queued, load)) throw exhausted();
    // Counted from here on: what is being redacted waits for the disk as well.
    queued.events += load.events;
    queued.bytes += load.bytes;
    try {
      const keyed = sized.map((one, index) => ({
        ...one,
        fact: factOf(secret, one.draft),
        delivery: delivery === undefined ? null : `${delivery}#${index}`,
      }));
      return await appendKeyed(keyed, branch);
    } finally {
      queued.events -= load.events;
      queued.bytes -= load.bytes;
    }
  };

  const appendKeyed = async (keyed: Keyed[], branch: string): Promise<Appended> => {
    const known = await open.store.known(
      'fact',
      keyed.map(({ fact }) => fact),
    );
    const fresh = keyed.filter(({ fact }) => !known.has(fact));
    // Redaction comes before anything can reach a disk; the keys above were made from the raw content.
    const redacted: Keyed[] = [];
    for (const one of fresh) redacted.push({ ...one, draft: (await redactDraft(one.draft)).draft });
    const parts = await Promise.all(inGroups(redacted).map((part) => enqueue(part, branch)));
    return {
      ids: parts.flatMap(({ ids }) => ids),
      duplicates: parts.reduce((sum, part) => sum + part.duplicates, keyed.length - fresh.length),
    };
  };

  const enqueue = (keyed: Keyed[], branch: string): Promise<Appended> =>
    new Promise((resolve, reject) => {
      if (closed) throw stopping();
      waiting.push({ keyed, branch, resolve, reject });
      running ??= drain().finally(() => {
        running = null;
      });
    });

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = takeGroup(waiting);
      try {
        await commit(parts, group);
      } catch (error) {
        for (const entry of group) entry.reject(error);
      }
    }
  };

  const close = async (): Promise<void> => {
    closed = true;
    await running;
  };

  return { append, close };
}

const sizeOf = (keyed: readonly Keyed[]): number => keyed.reduce((sum, { bytes }) => sum + bytes, 0);

interface Load {
  events: number;
  bytes: number;
}

const isFull = ({ store }: OpenWorkspace, queued: Load, more: Load): boolean =>
  queued.events + more.events > queueLimit ||
  (queued.bytes > 0 && queued.bytes + more.bytes > queueLimitBytes) ||
  store.tailSize() > tailLimit ||
  store.tailBytes() > tailLimitBytes;

/** Cuts what one call brings into parts that fit a group commit, at least one. */
function inGroups(keyed: readonly Keyed[]): Keyed[][] {
  let part: Keyed[] = [];
  const all = [part];
  let bytes = 0;
  for (const one of keyed) {
    if (part.length > 0 && bytes + one.bytes > groupLimitBytes) {
      part = [];
      all.push(part);
      bytes = 0;
    }
    part.push(one);
    bytes += one.bytes;
  }
  return all;
}

function takeGroup(waiting: Waiting[]): Waiting[] {
  let events = 0;
  let bytes = 0;
  let count = 0;
  for (const { keyed } of waiting) {
    events += keyed.length;
    bytes += sizeOf(keyed);
    if (count > 0 && (events > groupLimit || bytes > groupLimitBytes)) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

/** Stamps and writes one group; nothing of it counts unless the journal took all of it. */
async function commit({ open, now, publish }: AppenderParts, group: readonly Waiting[]): Promise<void> {
  const taken = await takenKeys(open, group);
  const stamp = createStamp(open, now());
  const outcomes: { entry: Waiting; appended: Appended }[] = [];
  const rows: StoredEvent[] = [];
  for (const entry of group) {
    const appended: Appended = { ids: [], duplicates: 0 };
    for (const one of entry.keyed) {
      if (taken.has(one)) {
        appended.duplicates += 1;
        continue;
      }
      taken.add(one);
      const event = stamp(one, entry.branch);
      rows.push({ event, terms: termsOf(event) });
      appended.ids.push(event.id);
    }
    outcomes.push({ entry, appended });
  }
  if (rows.length > 0) await open.store.append(rows);
  const events = rows.map(({ event }) => event);
  for (const event of events) open.fold(event);
  for (const { entry, appended } of outcomes) entry.resolve(appended);
  if (events.length > 0) publish(events);
}

interface TakenKeys {
  has(one: Keyed): boolean;
  add(one: Keyed): void;
}

async function takenKeys(open: OpenWorkspace, group: readonly Waiting[]): Promise<TakenKeys> {
  const all = group.flatMap((entry) => entry.keyed);
  const [facts, deliveries] = await Promise.all([
    open.store.known(
      'fact',
      all.map(({ fact }) => fact),
    ),
    open.store.known(
      'delivery',
      all.flatMap(({ delivery }) => delivery ?? []),
    ),
  ]);
  return {
    has: ({ fact, delivery }) => facts.has(fact) || (delivery !== null && deliveries.has(delivery)),
    add: ({ fact, delivery }) => {
      facts.add(fact);
      if (delivery !== null) deliveries.add(delivery);
    },
  };
}

/** Returns a function that gives each draft its id and its place after the one before. */
function createStamp(open: OpenWorkspace, nowMs: number): (one: Keyed, branch: string) => Event {
  let seq = open.store.lastSeq();
  let { hlc } = open;
  const heads = new Map([...open.heads].map(([branch, head]) => [branch, head.id]));
  return ({ draft, fact, delivery }, branch) => {
    seq += 1;
    hlc = tick(hlc, nowMs);
    const id = idFromUuid('event', uuidv7({ msecs: nowMs }));
    const { body, session } = draft;
    const turn = draft.turn ?? null;
    const parentSession = typeof body.parentSession === 'string' ? body.parentSession : undefined;
    const event: Event = {
      id,
      delivery,
      fact,
      workspace: open.workspace.id,
      branch,
      session,
      turn,
      agent: draft.agent,
      writer: open.store.writer,
      seq,
      hlc,
      parent: heads.get(branch) ?? null,
      trace: idHex(draft.rootSession ?? session),
      ...spansOf({ id, type: draft.type, session, turn, parentSession }),
      actor: draft.actor,
      at: draft.at ?? nowMs,
      type: draft.type,
      v: draft.v,
      status: draft.status,
      paths: draft.paths,
      text: draft.text,
      body,
    };
    heads.set(branch, id);
    return event;
  };
}

function factOf(secret: Buffer, { agent, session, identity }: Draft): string {
  if ('nativeId' in identity) return factOfNativeId(agent, session, identity.nativeId, identity.phase);
  return factOfContent(secret, agent, session, `${identity.ordinal ?? 0}:${identity.content}`);
}

const exhausted = (): AppError =>
  new AppError('RESOURCE_EXHAUSTED', 'the daemon has as many events waiting for the disk as it takes', {
    hint: 'send them again in a second; nothing of this call was stored',
    details: { retryAfterMs: 1000 },
  });

const stopping = (): AppError =>
  new AppError('UNAVAILABLE', 'the workspace is being closed', { hint: 'send them again' });
