import { Mutex } from 'async-mutex';
import type { Claim } from '../../schema/records.ts';
import type { Log } from '../log.ts';
import type { BookEntry, ClaimBook, Confirmation } from './book.ts';
import { claimOf, daemonOf, endOf, heldClaims, isOurs } from './held.ts';
import { type Author, type Claiming, draftOf } from './take.ts';

type Writing = Omit<Claiming, 'confirmer'>;

/** How a claim stands once the bucket was asked. */
export type Settled = { heldBy: null } | { heldBy: Claim; isKept: boolean };

/** Has the claims of this machine confirmed by the bucket, and tells what came of it on the board. */
export interface Confirmer {
  /**
   * Asks for a claim that was just taken, or (`renewal`) for what is to be written of one that holds. Out of reach it stays
   * provisional and is asked for again by itself. Waits a few seconds at the most.
   */
  settle(id: string, renewal?: Renewal): Promise<Settled>;
  /** It was given back, or taken away. */
  forget(id: string): void;
  /** Asks for everything that is provisional now. */
  retry(): Promise<void>;
  close(): Promise<void>;
}

export interface Renewal {
  /** What is to be written of the claim as it is then. */
  setFor: (claim: Claim, nowMs: number) => Record<string, unknown>;
  author: Author;
}

/** As often as others' events are polled for; after the bucket was out of reach less. */
const everyMs = 1_500;
const restMs = 5_000;
/** Whoever takes a claim waits so long for a bucket that is slow; it is asked for all the same. */
const patienceMs = 4_000;

/** `isPatient`: what is provisional is asked for again only by `retry`. */
export function createConfirmer(
  live: Writing,
  book: ClaimBook,
  log: Log,
  { isPatient = false }: { isPatient?: boolean } = {},
): Confirmer {
  const { open, now } = live;
  const one = new Mutex();
  const gone = new Set<string>();
  let awaySince: number | null = null;
  let timer: NodeJS.Timeout | null = null;
  let working: Promise<void> = Promise.resolve();
  let closed = false;

  const fail = (error: unknown): void => {
    // An outage is one line in the log.
    if (awaySince === null) log.error('claims are not confirmed', error, { workspace: open.workspace.id });
    awaySince = performance.now();
  };

  const ask = async (id: string, renewal?: Renewal): Promise<Settled> => {
    const claim = claimOf(open, id);
    if (closed || claim === null || claim.state !== 'held') return { heldBy: null };
    const begunMs = now();
    const set = renewal?.setFor(claim, begunMs);
    const next: Claim = { ...claim, ...set };
    const ttlMs = endOf(next) - begunMs;
    if (ttlMs <= 0) return { heldBy: null };
    const change = renewal === undefined || set === undefined ? null : { set, author: renewal.author };
    try {
      await strike();
      const answer = await book.confirm({ ...entryOf(next), writer: open.store.writer, ttlMs });
      awaySince = null;
      return await record(live, book, { claim, change, answer, begunMs });
    } catch (error) {
      fail(error);
      if (change !== null) await renewProvisionally(live, id, change);
      return { heldBy: null };
    }
  };

  const strike = async (): Promise<void> => {
    const ids = [...gone];
    if (ids.length === 0) return;
    await book.remove(ids);
    for (const id of ids) gone.delete(id);
  };

  const settle: Confirmer['settle'] = async (id, renewal) => {
    const isAway = awaySince !== null && performance.now() - awaySince < restMs;
    if (isAway) {
      const claim = claimOf(open, id);
      if (renewal !== undefined && claim !== null)
        await renewProvisionally(live, id, { set: renewal.setFor(claim, now()), author: renewal.author });
      return { heldBy: null };
    }
    const asked = one.runExclusive(() => ask(id, renewal));
    const { promise, resolve } = Promise.withResolvers<Settled>();
    const late = setTimeout(resolve, patienceMs, { heldBy: null });
    asked.then(resolve, fail).finally(() => clearTimeout(late));
    return promise;
  };

  const retry = async (): Promise<void> => {
    for (const { id, standing } of heldClaims(open, now())) {
      if (standing !== 'provisional' || !isOurs(open, id)) continue;
      await one.runExclusive(() => ask(id));
      if (awaySince !== null) return;
    }
    if (gone.size > 0) await one.runExclusive(strike).catch(fail);
  };

  const schedule = (delayMs: number): void => {
    if (closed || isPatient) return;
    timer = setTimeout(() => {
      working = retry()
        .catch(fail)
        .finally(() => schedule(awaySince === null ? everyMs : restMs));
    }, delayMs);
  };
  schedule(everyMs);

  return {
    settle,
    forget: (id) => {
      gone.add(id);
      if (awaySince === null) void one.runExclusive(strike).catch(fail);
    },
    retry,
    close: async () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await working;
      await one.waitForUnlock();
    },
  };
}

const entryOf = (claim: Claim): Omit<BookEntry, 'until' | 'writer'> => ({
  id: claim.id,
  session: claim.session ?? claim.id,
  holder: claim.holder,
  branch: claim.branch ?? '',
  why: claim.why,
  paths: claim.paths,
  item: claim.item,
  handoff: claim.handoff,
  event: claim.event,
  takenAt: claim.createdAt,
});

/** Writes down how it stands. One that was given back meanwhile is struck out again. */
async function record(
  live: Writing,
  book: ClaimBook,
  {
    claim,
    change,
    answer,
    begunMs,
  }: { claim: Claim; change: Changed | null; answer: Confirmation; begunMs: number },
): Promise<Settled> {
  const { open } = live;
  const author = daemonOf(open);
  if (answer.other === null) {
    const set = { ...change?.set, ...standingOf(claim, 'confirmed') };
    const written = await write(live, claim.id, {
      type: change === null ? 'claim.confirmed' : 'claim.taken',
      author: change?.author ?? author,
      set: Object.keys(set).length === 0 ? { standing: 'confirmed' } : set,
    });
    if (!written) await book.remove([claim.id]);
    return { heldBy: null };
  }
  const { other, leftMs, isKept } = answer;
  if (!isKept || change === null) {
    await write(live, claim.id, { type: 'claim.lost', author, set: { state: 'lost', lostTo: other.holder } });
    if (isKept) await book.remove([claim.id]);
  }
  return { heldBy: shownAs(other, begunMs + leftMs), isKept };
}

async function renewProvisionally(live: Writing, id: string, { set, author }: Changed): Promise<void> {
  await write(live, id, { type: 'claim.taken', author, set: { ...set, standing: 'provisional' } });
}

const standingOf = ({ standing }: Claim, wanted: Claim['standing']): { standing?: Claim['standing'] } =>
  standing === wanted ? {} : { standing: wanted };

/** What is written of a claim, and by whom. */
interface Changed {
  set: Record<string, unknown>;
  author: Author;
}

interface Change extends Changed {
  type: 'claim.taken' | 'claim.confirmed' | 'claim.lost';
}

/** False when the claim holds no more: then nothing is written. */
async function write(
  { open, appender }: Writing,
  id: string,
  { type, author, set }: Change,
): Promise<boolean> {
  let isHeld = false;
  await appender.appendMade(() => {
    const claim = claimOf(open, id);
    isHeld = claim?.state === 'held';
    if (claim === null || !isHeld) return null;
    return { draft: draftOf(type, author, id, set, claim), branch: claim.branch ?? '' };
  });
  return isHeld;
}

/** Another machine's claim, of which the board may not have told yet. */
const shownAs = (entry: BookEntry, until: number): Claim => ({
  id: entry.id,
  holder: entry.holder,
  session: entry.session,
  branch: entry.branch,
  paths: entry.paths,
  item: entry.item,
  handoff: entry.handoff,
  why: entry.why,
  until,
  state: 'held',
  standing: 'confirmed',
  lostTo: null,
  createdAt: entry.takenAt,
  updatedAt: entry.takenAt,
  by: entry.holder,
  event: entry.event,
  contested: [],
});
