import { setImmediate } from 'node:timers/promises';
import { withoutRecalled } from '../core/recall/recalled-text.ts';
import { type Marker, redactDraft, redactText } from '../core/redact.ts';
import { AppError } from '../schema/app-error.ts';
import type { Draft, Event } from '../schema/event.ts';
import { factOfContent, factOfNativeId } from '../schema/ids.ts';
import { exhausted, stopping } from './append-refusals.ts';
import { createMarker } from './marker.ts';
import { observation } from './observation.ts';
import type { OpenWorkspace } from './open-workspace.ts';
import { createStamp, type Keyed } from './stamp.ts';
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
    options: {
      branch: string;
      delivery?: string | undefined;
      /** Place of the first draft in its delivery (0). */
      place?: number;
    },
  ): Promise<Appended>;
  /**
   * Appends what `make` gives when it is asked: then everything before it is folded, and nothing comes in between. Null:
   * nothing. Resolves when the events are on disk.
   */
  appendMade(make: () => { draft: Draft; more?: readonly Draft[]; branch: string } | null): Promise<Appended>;
  /** Events that wait for the disk, and bytes of them. */
  load(): { events: number; bytes: number };
  /** Takes no more; resolves when nothing is waiting. */
  close(): Promise<void>;
}

/** A limit that somebody with another machine in mind may set. */
const limitFrom = (name: string, fallback: number): number => {
  const value = Number(process.env[name]);
  return Number.isSafeInteger(value) && value > 0 ? value : fallback;
};

/** Most events that wait for the disk, and what they may take; beyond that callers are told to come back. */
export const queueLimit = limitFrom('HIVEMIND_QUEUE_EVENTS', 20_000);
export const queueLimitBytes = 128 << 20;

/** Most acknowledged events that are kept in memory until LanceDB has them sealed: it may be slower than the journal, or fail. */
export const freshLimit = limitFrom('HIVEMIND_FRESH_EVENTS', 100_000);
export const freshLimitBytes = 512 << 20;

/** Most events, and bytes of them, in one group commit; a frame of the journal holds 32 MiB, and JSON may be six times its text. */
const groupLimit = 2_000;
const groupLimitBytes = 4 << 20;

interface Waiting {
  keyed: readonly Keyed[];
  bytes: number;
  branch: string;
  /** Gives the drafts when it is their turn; such an entry is a group of its own. */
  make?: () => Pick<Waiting, 'keyed' | 'branch'>;
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

/** The same, with what is made of the secret once. */
interface Parts extends AppenderParts {
  mark: Marker;
}

export function createAppender(given: AppenderParts): Appender {
  const parts: Parts = { ...given, mark: createMarker(given.secret) };
  const { open } = parts;
  const waiting: Waiting[] = [];
  const queued = { events: 0, bytes: 0 };
  let running: Promise<void> | null = null;
  let closed = false;

  const append: Appender['append'] = async (drafts, { branch, delivery, place = 0 }) => {
    if (closed) throw stopping();
    const sized = sizeAll(drafts);
    const load = { events: drafts.length, bytes: sizeOf(sized) };
    if (isFull(open, queued, load)) throw exhausted();
    // Counted from here on: what is being redacted waits for the disk as well.
    queued.events += load.events;
    queued.bytes += load.bytes;
    try {
      const keyed = keyAll(parts, sized, delivery, place);
      const stored = await Promise.all(inGroups(keyed).map((part) => enqueue(part, branch)));
      return {
        ids: stored.flatMap(({ ids }) => ids),
        duplicates: stored.reduce((sum, part) => sum + part.duplicates, drafts.length - keyed.length),
      };
    } finally {
      queued.events -= load.events;
      queued.bytes -= load.bytes;
    }
  };

  const appendMade: Appender['appendMade'] = async (make) =>
    enqueue([], '', () => {
      const made = make();
      if (made === null) return { keyed: [], branch: '' };
      const { draft, more = [], branch } = made;
      return { keyed: keyAll(parts, sizeAll([draft, ...more])), branch };
    });

  const enqueue = (
    keyed: readonly Keyed[],
    branch: string,
    make?: NonNullable<Waiting['make']>,
  ): Promise<Appended> =>
    new Promise((resolve, reject) => {
      if (closed) throw stopping();
      const entry = { keyed, bytes: sizeOf(keyed), branch, resolve, reject };
      waiting.push(make === undefined ? entry : { ...entry, make });
      running ??= drain();
    });

  const drain = async (): Promise<void> => {
    let before = 0;
    while (waiting.length > 0) {
      // With many writers: what has arrived by now goes with the same sync, which costs as much for one as for all.
      if (before > 1 || waiting.length > 1) await setImmediate();
      const group = takeGroup(waiting);
      before = group.length;
      try {
        await commit(parts, group);
      } catch (error) {
        for (const entry of group) entry.reject(error);
      }
    }
    // In the same step as the last look: what comes after it begins another.
    running = null;
  };

  const close = async (): Promise<void> => {
    closed = true;
    await running;
  };

  return { append, appendMade, load: () => ({ ...queued }), close };
}

/** Drafts with their keys, redacted, without those that are there already. */
function keyAll(
  { open, secret, mark }: Pick<Parts, 'open' | 'secret' | 'mark'>,
  sized: readonly { draft: Draft; bytes: number }[],
  delivery?: string,
  place = 0,
): Keyed[] {
  // Whoever delivers makes it up: it is stored like all that others say.
  const nonce = delivery === undefined ? undefined : redactText(delivery.toWellFormed(), mark).text;
  return sized.flatMap(({ draft, bytes }, index) => {
    const addition = additionOf(draft);
    const added = addition === null ? null : factOf(secret, addition);
    const delivered = nonce === undefined ? null : `${nonce}#${place + index}`;
    // A draft that has it all says so by its delivery, or it would be added when the same is read again.
    const told = added === null ? null : `with ${added}`;
    const key = { fact: factOf(secret, draft), delivery: delivered ?? told };
    // Redaction comes before anything can reach a disk; the keys are made from the raw content before that.
    if (!isTaken(open, key)) return [{ draft: redactDraft(draft, mark).draft, bytes, ...key }];
    if (addition === null || added === null || open.store.isKnown('delivery', `with ${added}`)) return [];
    // Nothing more is told of what was forgotten.
    if (open.forgottenFacts.has(key.fact)) return [];
    const more = { ...storable(addition), fact: added, delivery: delivered };
    return isTaken(open, more) ? [] : [{ ...more, draft: redactDraft(more.draft, mark).draft }];
  });
}

/** What a draft adds when its fact is stored already; the same again is known by the fact that it adds to. */
function additionOf({ otherwise, ...draft }: Draft): Draft | null {
  if (otherwise === undefined) return null;
  const { identity } = draft;
  const suffix = `+${otherwise.type}`;
  const own =
    'nativeId' in identity
      ? { ...identity, phase: identity.phase + suffix }
      : { ...identity, content: `${identity.content}\n${suffix}` };
  return { ...draft, ...otherwise, identity: own, paths: [] };
}

const sizeOf = (sized: readonly { bytes: number }[]): number =>
  sized.reduce((sum, { bytes }) => sum + bytes, 0);

/** Throws INVALID_ARGUMENT that names every draft which cannot be stored, so that the others can be sent without them. */
function sizeAll(drafts: readonly Draft[]): { draft: Draft; bytes: number }[] {
  const issues: { path: string; message: string }[] = [];
  const sized = drafts.flatMap((draft, index) => {
    try {
      const text = withoutRecalled(draft.text);
      return [storable(text === draft.text ? draft : { ...draft, text })];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      issues.push({ path: `events.${index}`, message: error.message });
      return [];
    }
  });
  const [first] = issues;
  if (first === undefined) return sized;
  throw new AppError('INVALID_ARGUMENT', `${first.path}: ${first.message}`, {
    hint: 'cut its text or body, keep the whole elsewhere and name it in there',
    details: { issues },
  });
}

type Load = ReturnType<Appender['load']>;

const isFull = ({ store }: OpenWorkspace, queued: Load, more: Load): boolean =>
  (queued.events > 0 && queued.events + more.events > queueLimit) ||
  (queued.bytes > 0 && queued.bytes + more.bytes > queueLimitBytes) ||
  store.freshSize() > freshLimit ||
  store.freshBytes() > freshLimitBytes;

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
  for (const one of waiting) {
    if (one.make !== undefined) return waiting.splice(0, Math.max(1, count));
    events += one.keyed.length;
    bytes += one.bytes;
    if (count > 0 && (events > groupLimit || bytes > groupLimitBytes)) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

/** Stamps and writes one group; nothing of it counts unless the journal took all of it. */
async function commit(parts: Parts, group: readonly Waiting[]): Promise<void> {
  const { open, now, publish } = parts;
  const facts = new Set<string>();
  const deliveries = new Set<string>();
  const stamp = createStamp(open, now());
  const outcomes: { entry: Waiting; appended: Appended }[] = [];
  const events: Event[] = [];
  const observed = observation(open);
  for (const entry of group) {
    const appended: Appended = { ids: [], duplicates: 0 };
    const { keyed, branch } = entry.make?.() ?? entry;
    // Before the first event that may have seen them.
    if (keyed.length > 0 && events.length === 0 && observed !== null)
      for (const one of keyAll(parts, sizeAll([observed]))) events.push(stamp(one, branch));
    for (const one of keyed) {
      const { fact, delivery } = one;
      if (facts.has(fact) || (delivery !== null && deliveries.has(delivery)) || isTaken(open, one)) {
        appended.duplicates += 1;
        continue;
      }
      facts.add(fact);
      if (delivery !== null) deliveries.add(delivery);
      const event = stamp(one, branch);
      events.push(event);
      appended.ids.push(event.id);
    }
    outcomes.push({ entry, appended });
  }
  if (events.length > 0) await open.store.append(events);
  for (const { entry, appended } of outcomes) entry.resolve(appended);
  if (events.length > 0) publish(events);
}

const isTaken = ({ store }: OpenWorkspace, { fact, delivery }: Pick<Keyed, 'fact' | 'delivery'>): boolean =>
  store.isKnown('fact', fact) || (delivery !== null && store.isKnown('delivery', delivery));

function factOf(secret: Buffer, { agent, session, identity }: Draft): string {
  if ('nativeId' in identity) return factOfNativeId(agent, session, identity.nativeId, identity.phase);
  return factOfContent(secret, agent, session, `${identity.ordinal ?? 0}:${identity.content}`);
}
