import { formatCursor, isBehind, type LiveCursor } from '../core/live-cursor.ts';
import type { Scope } from '../core/scope.ts';
import type { Event } from '../schema/event.ts';
import type { LiveNews } from '../schema/live.ts';
import type { Cut, Span } from '../schema/view.ts';
import { createMatcher, type Filter } from '../store/filter.ts';
import { boardOf, lineOf } from './lines.ts';
import { LiveRing } from './live-ring.ts';
import { createSights, viewOf } from './live-sights.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/** Events that are read from the store at once. */
const pageEvents = 200;

/** Subscribers look at most so often, however many there are and however much is written. */
const restMs = 20;

export interface Subscription {
  /** Id of the branch whose view it is. */
  branch: string;
  filter: Omit<Filter, 'spans'>;
  /** Where to begin; what is there now is known already when it is null. */
  after: LiveCursor | null;
  /** Most events that are told at once; of more it is only said that there were so many. */
  most: number;
  /** After so long without news it is said that there are none. */
  beatMs: number;
}

/**
 * Tells subscribers what comes into a workspace, each as it is seen from his branch. A subscriber is not fed but fetches:
 * he has a place (how far each writer had come when he last looked), and what is seen now and was not seen there is what
 * he is told, whether it was written, came from another machine, or was merged. So nothing is kept for a slow one, and to
 * come back later is the same as to be slow.
 */
export interface Feed {
  /** Called with this writer's events once they are durable and folded. */
  note(events: readonly Event[]): void;
  /** Called when others' events may have come. */
  wake(): void;
  subscribe(wanted: Subscription, signal: AbortSignal): AsyncGenerator<LiveNews, undefined>;
  subscribers(): number;
  /** Every subscription ends with a word; resolves when none of them reads any more. */
  close(): Promise<void>;
}

export function createFeed(open: OpenWorkspace): Feed {
  const { store } = open;
  const sights = createSights(open);
  let ring: LiveRing | null = null;
  let woken = Promise.withResolvers<void>();
  const reading = new Set<Promise<unknown>>();
  let waking: NodeJS.Timeout | null = null;
  let wokenAt = 0;
  let subscribers = 0;
  let isClosed = false;

  const wakeNow = (): void => {
    if (waking !== null) clearTimeout(waking);
    waking = null;
    wokenAt = performance.now();
    const before = woken;
    woken = Promise.withResolvers();
    before.resolve();
  };

  // What comes in a burst is looked at together, and never before whoever wrote it has been answered.
  const wake = (): void => {
    waking ??= setTimeout(wakeNow, Math.max(0, wokenAt + restMs - performance.now()));
  };

  /** Closing waits for what is being read. */
  const reads = <T>(read: Promise<T>): Promise<T> => {
    reading.add(read);
    const done = (): void => void reading.delete(read);
    read.then(done, done);
    return read;
  };

  const fetch = async (filter: Filter, count: number): Promise<AsyncIterable<Event[]> | Event[][]> => {
    if (ring?.holds(filter.spans) === true) return [ring.events(filter.spans).filter(createMatcher(filter))];
    if (count <= pageEvents) return [await reads(store.find(filter))];
    return pages(filter);
  };

  async function* pages(filter: Filter): AsyncGenerator<Event[]> {
    const positions = await reads(store.positions(filter));
    for (let at = 0; at < positions.length && !isClosed; at += pageEvents)
      yield await reads(store.at(filter, positions.slice(at, at + pageEvents)));
  }

  /** Tells what is seen at `to` and was not at the cursor. */
  async function* pass(
    { branch, filter, most }: Subscription,
    { from, inside }: LiveCursor,
    to: Cut,
    scopes: { before: Scope; now: Scope },
  ): AsyncGenerator<LiveNews> {
    const spans = sights.between(scopes.before, scopes.now);
    const count = countIn(open, spans);
    if (count === 0) return;
    const cursor = formatCursor({ from: to, inside: null });
    if (count > most) {
      yield { missed: { events: count, from: formatCursor({ from, inside }) }, cursor };
      return;
    }
    const step = stepper({ branch, board: boardOf(open), from, to, spans });
    for await (const page of await fetch({ ...filter, spans }, count))
      for (const event of page)
        if (inside === null || isBehind(inside.at, event)) yield { event, cursor: formatCursor(step(event)) };
  }

  async function* tell(wanted: Subscription, signal: AbortSignal): AsyncGenerator<LiveNews> {
    const { branch } = wanted;
    const start = wanted.after ?? { from: viewOf(open), inside: null };
    let from = within(start.from, viewOf(open));
    let before = sights.at(branch, from);
    const goTo = async function* (to: Cut, inside: LiveCursor['inside']): AsyncGenerator<LiveNews> {
      const now = sights.at(branch, to);
      yield* pass(wanted, { from, inside }, to, { before, now });
      [from, before] = [to, now];
    };
    if (start.inside !== null) yield* goTo(join(from, within(start.inside.to, viewOf(open))), start.inside);
    for (let isReady = false; !signal.aborted; ) {
      const next = woken.promise;
      const cursor = formatCursor({ from, inside: null });
      const end = endOf(open, branch, isClosed);
      if (end !== null) return yield { end, cursor };
      const to = sights.view();
      if (isBeyond(to, from)) yield* goTo(to, null);
      else if (!isReady) {
        isReady = true;
        yield { ready: { branch: lineOf(open, branch).name }, cursor };
      } else if (!(await isWoken(next, wanted.beatMs, signal)) && !signal.aborted)
        yield { beat: true, cursor };
    }
  }

  async function* subscribe(wanted: Subscription, signal: AbortSignal): AsyncGenerator<LiveNews, undefined> {
    subscribers += 1;
    let last: string | null = null;
    try {
      for await (const news of tell(wanted, signal)) {
        // One that ends in the middle of a step has come as far as he was told.
        if ('end' in news && last !== null) news.cursor = last;
        last = news.cursor;
        yield news;
      }
    } finally {
      subscribers -= 1;
      if (subscribers === 0) ring = null;
    }
    return undefined;
  }

  return {
    note: (events) => {
      ring?.add(events);
      if (subscribers > 0) wake();
    },
    wake: () => {
      if (subscribers > 0) wake();
    },
    subscribe: (wanted, signal) => {
      ring ??= new LiveRing(store.writer, store.lastSeq());
      // What stands before the first word belongs to it, whenever that is asked for.
      const after = wanted.after ?? { from: viewOf(open), inside: null };
      return subscribe({ ...wanted, after }, signal);
    },
    subscribers: () => subscribers,
    close: async () => {
      isClosed = true;
      wakeNow();
      await Promise.allSettled(reading);
    },
  };
}

function countIn({ reach }: OpenWorkspace, spans: readonly Span[]): number {
  let count = 0;
  for (const { branch, writer, upTo, after = 0 } of spans) {
    const runs = reach.get(branch)?.get(writer ?? '');
    if (runs !== undefined && upTo !== null) count += Math.max(0, runs.upTo(upTo) - runs.upTo(after));
  }
  return count;
}

/**
 * Returns the place behind each event, told in fold order. Where only the branch and the board went on that is how far the
 * event's writer has come; where older events have come into sight with a merge it has to be said on which way one is.
 */
function stepper(way: {
  branch: string;
  board: string;
  from: Cut;
  to: Cut;
  spans: readonly Span[];
}): (event: Event) => LiveCursor {
  const isStraight = way.spans.every(
    ({ branch, writer, after = 0 }) =>
      (branch === way.branch || branch === way.board) && after >= (way.from[writer ?? ''] ?? 0),
  );
  const { to, from } = way;
  if (!isStraight) return ({ hlc, writer, seq }) => ({ from, inside: { to, at: { hlc, writer, seq } } });
  const reached: Cut = { ...from };
  return ({ writer, seq }) => {
    reached[writer] = seq;
    return { from: reached, inside: null };
  };
}

/** A place that somebody brings back may be of a store that has been restored since: nobody is further than the writers. */
const within = (cut: Cut, most: Cut): Cut =>
  Object.fromEntries(Object.entries(most).map(([writer, seq]) => [writer, Math.min(seq, cut[writer] ?? 0)]));

const join = (a: Cut, b: Cut): Cut =>
  Object.fromEntries(
    Object.keys({ ...a, ...b }).map((writer) => [writer, Math.max(a[writer] ?? 0, b[writer] ?? 0)]),
  );

const isBeyond = (to: Cut, from: Cut): boolean =>
  Object.entries(to).some(([writer, seq]) => seq > (from[writer] ?? 0));

function endOf(
  open: OpenWorkspace,
  branch: string,
  isClosed: boolean,
): { reason: string; isFinal: boolean } | null {
  if (isClosed) return { reason: 'the workspace is being closed', isFinal: false };
  const line = lineOf(open, branch);
  return line.deletedAt === null ? null : { reason: `the branch "${line.name}" was deleted`, isFinal: true };
}

/** False when `beatMs` have passed, or the subscriber has gone, before anything came. */
async function isWoken(next: Promise<void>, beatMs: number, signal: AbortSignal): Promise<boolean> {
  const silence = Promise.withResolvers<boolean>();
  const end = (): void => silence.resolve(false);
  const timer = setTimeout(end, beatMs);
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([next.then(() => true), silence.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
