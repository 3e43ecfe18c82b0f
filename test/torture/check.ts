import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '../../src/schema/event.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import type { Random } from '../world/random.ts';
import type { Answer, Ask } from './ask.ts';
import { digestOf, type Entry, type Ledger } from './ledger.ts';
import { workspace } from './load.ts';
import type { Report } from './report.ts';

/** What a reader found, beside what was acknowledged. */
export interface Verdict {
  /** Keys. */
  lost: string[];
  doubled: string[];
  unAckedClaimed: string[];
  failures: string[];
  /** Reads that were answered with an error, or not at all: nothing was said that is not so. */
  errors: string[];
  /** Sessions of which not everything could be read: what they lack is not lost. */
  unread: Set<string>;
  /** Events that were read. */
  read: number;
}

export interface CheckOptions {
  ask: Ask;
  ledger: Ledger;
  random: Random;
  /** Only the first so many acknowledged events must be there, later ones may be: what a cut took a copy of. */
  ackedBefore?: number;
  /** How many are asked for by id and by word. */
  samples?: number;
  /** Whether the store may be asked how many events it has: not while others write. */
  counts?: boolean;
}

const pageSize = 2_000;
/** What a workspace says about itself: that its main branch was created. */
const birthEvents = 1;

/** Reads everything through the doors and compares it with what was acknowledged. */
export async function check(options: CheckOptions): Promise<Verdict> {
  const { ask, ledger, ackedBefore = Number.POSITIVE_INFINITY, counts = true } = options;
  const verdict = emptyVerdict();
  const seen = new Map<string, number>();
  const seqs = new Map<string, Set<number>>();
  for (const [session, isNeeded] of sessionsOf(ledger, ackedBefore)) {
    const last = new Map<number, number>();
    let before: Event | null = null;
    for await (const event of readSession(ask, session, isNeeded, verdict)) {
      verdict.read += 1;
      judgeEvent(event, session, ledger, seen, verdict);
      judgeOrder(event, before, ledger.entries.get(String(event.body.key)), last, verdict);
      const ofWriter = seqs.get(event.writer) ?? new Set();
      if (ofWriter.has(event.seq)) verdict.failures.push(`two events have the seq ${event.seq}`);
      seqs.set(event.writer, ofWriter.add(event.seq));
      before = event;
    }
  }
  for (const entry of ledger.entries.values())
    judgeEntry(entry, seen.get(entry.key) ?? 0, ackedBefore, verdict);
  // What could not be read cannot be counted.
  if (counts && verdict.errors.length === 0) await judgeCount(ask, verdict);
  await judgeSamples(options, ackedBefore, verdict);
  return verdict;
}

const emptyVerdict = (): Verdict => ({
  lost: [],
  doubled: [],
  unAckedClaimed: [],
  failures: [],
  errors: [],
  unread: new Set(),
  read: 0,
});

/** Every session that was written to, and whether it has acknowledged events. */
function sessionsOf(ledger: Ledger, ackedBefore: number): Map<string, boolean> {
  const sessions = new Map<string, boolean>();
  for (const { session, state, ackedAs } of ledger.entries.values()) {
    const isNeeded = state === 'acked' && ackedAs <= ackedBefore;
    sessions.set(session, isNeeded || sessions.get(session) === true);
  }
  return sessions;
}

async function* readSession(
  ask: Ask,
  session: string,
  isNeeded: boolean,
  verdict: Verdict,
): AsyncGenerator<Event> {
  for (let after = 0; ; ) {
    const input = { workspace, session, after, limit: pageSize, children: false };
    const answer = await ask('replay.show', input);
    if (answer.kind === 'error' && answer.code === 'NOT_FOUND' && !isNeeded) return;
    if (answer.kind !== 'ok') {
      verdict.unread.add(session);
      verdict.errors.push(`reading ${session}: ${JSON.stringify(answer).slice(0, 400)}`);
      return;
    }
    const { steps, total } = answer.result;
    yield* steps;
    after += steps.length;
    if (after >= total) return;
    if (steps.length === 0) {
      verdict.failures.push(`${session} has ${total} steps, but a page after ${after} of them is empty`);
      return;
    }
  }
}

function judgeEvent(
  event: Event,
  session: string,
  ledger: Ledger,
  seen: Map<string, number>,
  verdict: Verdict,
): void {
  const key = String(event.body.key);
  const entry = ledger.entries.get(key);
  if (entry === undefined) {
    verdict.failures.push(`${event.id} is nothing that was sent (key ${key.slice(0, 100)})`);
    return;
  }
  seen.set(key, (seen.get(key) ?? 0) + 1);
  if (digestOf(event) !== entry.digest) verdict.failures.push(`${key} (${event.id}) is not what was sent`);
  if (event.session !== session || entry.session !== session)
    verdict.failures.push(`${key} is shown in the session ${session}`);
  if (entry.id !== null && entry.id !== event.id)
    verdict.failures.push(`${key} was acknowledged as ${entry.id} and is ${event.id}`);
  if (entry.state === 'acked') entry.id ??= event.id;
}

function judgeOrder(
  event: Event,
  before: Event | null,
  entry: Entry | undefined,
  last: Map<number, number>,
  verdict: Verdict,
): void {
  if (before !== null && before.writer === event.writer && before.seq >= event.seq)
    verdict.failures.push(`seq ${event.seq} is shown after ${before.seq}`);
  if (before !== null && before.hlc > event.hlc)
    verdict.failures.push(`the clock of ${event.id} is before that of ${before.id}, which is shown first`);
  if (entry === undefined) return;
  if ((last.get(entry.lane) ?? 0) > entry.order)
    verdict.failures.push(`${entry.key} is shown after a later one of its lane`);
  last.set(entry.lane, entry.order);
}

function judgeEntry(entry: Entry, times: number, ackedBefore: number, verdict: Verdict): void {
  if (times > 1) verdict.doubled.push(entry.key);
  const isNeeded = entry.state === 'acked' && entry.ackedAs <= ackedBefore;
  if (times === 0 && isNeeded && !verdict.unread.has(entry.session)) verdict.lost.push(entry.key);
  if (times > 0 && entry.state === 'refused') verdict.unAckedClaimed.push(entry.key);
}

async function judgeCount(ask: Ask, verdict: Verdict): Promise<void> {
  const answer = await ask('status.show', { workspace });
  if (answer.kind !== 'ok') verdict.errors.push(`status: ${JSON.stringify(answer).slice(0, 300)}`);
  else if (answer.result.events !== verdict.read + birthEvents)
    verdict.failures.push(
      `status counts ${answer.result.events} events, ${verdict.read} + ${birthEvents} were read`,
    );
}

async function judgeSamples(
  { ask, ledger, random, samples = 4 }: CheckOptions,
  ackedBefore: number,
  verdict: Verdict,
): Promise<void> {
  const acked = [...ledger.entries.values()].filter(
    ({ state, ackedAs, id }) => state === 'acked' && ackedAs <= ackedBefore && id !== null,
  );
  if (acked.length === 0) return;
  // The last ones have come the shortest way.
  const chosen = [...acked.slice(-1), ...Array.from({ length: samples }, () => random.pick(acked))];
  for (const { key, id, word, digest } of chosen) {
    const shown = await ask('event.show', { workspace, id: id ?? '' });
    if (isError(shown))
      verdict.errors.push(`event.show ${id} (${key}): ${JSON.stringify(shown).slice(0, 300)}`);
    else if (shown.kind !== 'ok' || digestOf(shown.result.event) !== digest)
      verdict.failures.push(`event.show ${id} (${key}): ${JSON.stringify(shown).slice(0, 300)}`);
    const found = await ask('recall.search', { workspace, query: word, budget: 20_000 });
    if (isError(found)) {
      verdict.errors.push(`recall of ${word}: ${JSON.stringify(found).slice(0, 300)}`);
      continue;
    }
    const hits = found.kind === 'ok' ? found.result.cards.flatMap(({ hits }) => hits) : [];
    if (!hits.some(({ event }) => event === id))
      verdict.failures.push(
        `recall of ${word} does not find ${id} (${key}): ${JSON.stringify(found).slice(0, 300)}`,
      );
  }
}

/** No answer, or one that says that it has none; NOT_FOUND is an answer. */
const isError = (answer: Answer<unknown>): boolean =>
  answer.kind === 'none' || (answer.kind === 'error' && answer.code !== 'NOT_FOUND');

/** Waits until nothing is left to do and nothing is wrong; returns what is wrong after `timeoutMs`. */
export async function heal(ask: Ask, timeoutMs = 60_000): Promise<string[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const state = healthOf(await ask('status.show', { workspace }));
    if (state === 'good') return [];
    if (performance.now() > deadline) return [`not healed after ${timeoutMs / 1000} s: ${state}`];
    await sleep(100);
  }
}

/** Bounds of the disk and of the process say what the test gave it, not what it has left undone. */
const outerLimits = ['diskFree', 'rss'];

function healthOf(answer: Answer<OutputOf<'status.show'>>): string {
  if (answer.kind !== 'ok') return JSON.stringify(answer).slice(0, 300);
  const { tail, store, limits } = answer.result;
  const passed = limits.filter(({ name, state }) => state !== 'ok' && !outerLimits.includes(name));
  if (tail === 0 && (store?.trouble ?? null) === null && passed.length === 0) return 'good';
  return `tail ${tail}, trouble ${store?.trouble ?? 'none'}, limits passed: ${passed.map(({ name }) => name).join(', ') || 'none'}`;
}

export const isClean = ({ lost, doubled, unAckedClaimed, failures, errors }: Verdict): boolean =>
  lost.length + doubled.length + unAckedClaimed.length + failures.length + errors.length === 0;

/** Adds a verdict to the report; false when something is wrong. At most a few keys of each kind are written out. */
export function record(report: Report, round: string, verdict: Verdict): boolean {
  report.lost += verdict.lost.length;
  report.doubled += verdict.doubled.length;
  report.unAckedClaimed += verdict.unAckedClaimed.length;
  const say = (what: string, keys: string[]): void => {
    if (keys.length > 0) report.notes.push(`${round}: ${keys.length} ${what}: ${keys.slice(0, 5).join(' ')}`);
  };
  say('lost', verdict.lost);
  say('doubled', verdict.doubled);
  say('refused and there', verdict.unAckedClaimed);
  fail(report, round, verdict.failures);
  if (verdict.errors.length > 0)
    fail(report, round, [`${verdict.errors.length} reads came to nothing, the first: ${verdict.errors[0]}`]);
  return isClean(verdict);
}

/** Adds failures to the report; false when there are any. */
export function fail(report: Report, round: string, failures: readonly string[]): boolean {
  report.failures.push(...failures.slice(0, 5).map((failure) => `${round}: ${failure}`));
  if (failures.length > 5) report.failures.push(`${round}: and ${failures.length - 5} more`);
  return failures.length === 0;
}
