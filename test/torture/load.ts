import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../world/random.ts';
import type { Ask } from './ask.ts';
import { type Batch, draftOf, type Ledger, laneSession, type Resend } from './ledger.ts';

export interface LoadOptions {
  ask: Ask;
  ledger: Ledger;
  random: Random;
  /** Writers at once; each has sessions of its own and waits for its answer. */
  lanes?: number;
  /** Stops by itself after so many events were sent. */
  events?: number;
  /** Share of calls that bring hundreds of small events, as an import does. */
  bulk?: number;
  /** Largest batch of a bulk call. */
  bulkSize?: number;
}

export interface Load {
  /** Codes of the errors that were answered, with how often. */
  errors: Map<string, number>;
  /** Answers that contradict what was sent. */
  failures: string[];
  sent(): number;
  /** No writer is at work any more: all got no answer, or enough was sent. */
  ended: Promise<void>;
  /** Lets every writer finish what it has under way. */
  stop(): Promise<void>;
}

export const workspace = 'torture';

/** Rest of a writer that was told to come back: what the daemon asks for would take most of a round. */
const restMs = 100;

/** Starts writers that append until stopped, until `events` were sent, or until the daemon is gone. */
export function startLoad(options: LoadOptions): Load {
  const { ask, ledger, random, lanes = 6, events = Number.POSITIVE_INFINITY } = options;
  const errors = new Map<string, number>();
  const failures: string[] = [];
  let sent = 0;
  let isStopped = false;

  const lane = async (number: number, own: Random): Promise<void> => {
    const sessions = Array.from({ length: own.int(1, 2) }, (_, index) => laneSession(ledger, number, index));
    while (!isStopped && sent < events) {
      const batch = ledger.create(number, sessions, sizesOf(own, options), own.chance(0.8));
      sent += batch.entries.length;
      if (!(await deliver(batch, own))) return;
    }
  };

  /** False when there was no answer: the daemon is gone. */
  const deliver = async (batch: Batch, own: Random): Promise<boolean> => {
    for (;;) {
      const answer = await ask('event.append', appendInput(batch));
      if (answer.kind === 'ok') {
        const { appended, duplicates } = answer.result;
        if (appended.length !== batch.entries.length || duplicates !== 0)
          failures.push(
            `${batch.entries[0]?.key}: of ${batch.entries.length} events that were new ${appended.length} were appended, ${duplicates} were there already`,
          );
        ledger.ack(batch, appended);
        return true;
      }
      if (answer.kind === 'none' || answer.details.outcome === 'unknown') {
        setUnknown(ledger, batch);
        return false;
      }
      errors.set(answer.code, (errors.get(answer.code) ?? 0) + 1);
      if (isStopped || own.chance(0.5)) {
        for (const entry of batch.entries) entry.state = 'refused';
        await sleep(restMs);
        return true;
      }
      await sleep(restMs);
    }
  };

  const ended = Promise.all(Array.from({ length: lanes }, (_, number) => lane(number, random.fork()))).then(
    () => undefined,
  );
  const stop = (): Promise<void> => {
    isStopped = true;
    return ended;
  };
  return { errors, failures, sent: () => sent, ended, stop };
}

const appendInput = (batch: Batch, resend: Resend = 'same') => ({
  workspace,
  events: batch.entries.map((entry) => draftOf(entry, resend)),
  ...(batch.delivery === null || resend === 'by fact' ? {} : { delivery: batch.delivery }),
});

function setUnknown(ledger: Ledger, batch: Batch): void {
  for (const entry of batch.entries) entry.state = 'unknown';
  const lane = batch.entries[0]?.lane ?? 0;
  ledger.unknown.set(lane, [...(ledger.unknown.get(lane) ?? []), batch]);
}

/**
 * Sends again what got no answer, each lane in its order: afterwards all of it is acknowledged. Sends some of what is
 * there for certain as well: nothing of it may be taken for new. Returns what went wrong.
 */
export async function settle(ask: Ask, ledger: Ledger, random: Random): Promise<string[]> {
  const failures: string[] = [];
  const known = ledger.stored.length === 0 ? [] : Array.from({ length: 3 }, () => random.pick(ledger.stored));
  for (const batch of [...ledger.unknown.values()].flat()) {
    const { appended, duplicates, said } = await sendAgain(ask, batch, random);
    if (appended.length + duplicates !== batch.entries.length) failures.push(said);
    else ledger.ack(batch, duplicates === 0 ? appended : []);
  }
  ledger.unknown.clear();
  for (const batch of known) {
    const { duplicates, said } = await sendAgain(ask, batch, random);
    if (duplicates !== batch.entries.length) failures.push(`${said}, although it was there`);
  }
  return failures;
}

async function sendAgain(
  ask: Ask,
  batch: Batch,
  random: Random,
): Promise<{ appended: string[]; duplicates: number; said: string }> {
  const resend = batch.delivery === null ? 'same' : random.pick<Resend>(['same', 'by delivery', 'by fact']);
  const answer = await ask('event.append', appendInput(batch, resend));
  const { appended, duplicates } = answer.kind === 'ok' ? answer.result : { appended: [], duplicates: 0 };
  const what = `${batch.entries[0]?.key} and ${batch.entries.length - 1} more, sent again (${resend})`;
  return { appended, duplicates, said: `${what}: ${JSON.stringify(answer).slice(0, 200)}` };
}

/** Sizes of the texts of one call: most of them one small event, some a turn's worth, some hundreds, a few large. */
function sizesOf(random: Random, { bulk = 0.25, bulkSize = 300 }: LoadOptions): number[] {
  const size = (): number => {
    if (random.chance(0.02)) return random.int(10_000, 40_000);
    return random.chance(0.1) ? random.int(2_000, 6_000) : random.int(200, 600);
  };
  if (random.chance(bulk))
    return Array.from({ length: random.int(bulkSize / 3, bulkSize) }, () => random.int(200, 500));
  if (random.chance(0.5)) return [size()];
  return Array.from({ length: random.int(2, 20) }, size);
}
