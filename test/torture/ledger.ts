import { crc32 } from 'node:zlib';
import type { DraftInput } from '../../src/schema/event.ts';
import { sessionId } from '../../src/schema/ids.ts';
import { createRandom, type Random } from '../world/random.ts';

/**
 * sent: under way · acked: the answer had its id, or counted it · refused: the answer was an error and it was given up
 * · unknown: no answer came.
 */
export type EntryState = 'sent' | 'acked' | 'refused' | 'unknown';

/** One event that we sent, and what we were told about it. */
export interface Entry {
  key: string;
  lane: number;
  session: string;
  /** Place in the lane's order: what a reader of the session must see. */
  order: number;
  /** A word that no other event has. */
  word: string;
  textSize: number;
  state: EntryState;
  /** How many events had been acknowledged when it was, itself included; 0 when it was not. */
  ackedAs: number;
  id: string | null;
  digest: number;
}

/** Events that one call sends, with its nonce. */
export interface Batch {
  entries: Entry[];
  delivery: string | null;
}

/** Everything that was sent to one store. */
export interface Ledger {
  /** Tells stores apart: words and keys of one ledger are in no other. */
  name: string;
  entries: Map<string, Entry>;
  /** Batches of which nobody knows whether they were stored, by lane. */
  unknown: Map<number, Batch[]>;
  /** Batches that were acknowledged when they were first sent: known by delivery as well as by fact. */
  stored: Batch[];
  acked(): number;
  ack(batch: Batch, ids: readonly (string | null)[]): void;
  create(lane: number, sessions: readonly string[], sizes: readonly number[], delivery: boolean): Batch;
}

export function createLedger(name: string): Ledger {
  const entries = new Map<string, Entry>();
  const orders = new Map<number, number>();
  const stored: Batch[] = [];
  let acked = 0;
  let made = 0;
  const create: Ledger['create'] = (lane, sessions, sizes, delivery) => {
    const batch: Entry[] = [];
    for (const [index, textSize] of sizes.entries()) {
      made += 1;
      const order = (orders.get(lane) ?? 0) + 1;
      orders.set(lane, order);
      const entry: Entry = {
        key: `${name}-${lane}-${order}`,
        lane,
        session: sessions[(made + index) % sessions.length] ?? '',
        order,
        word: `qu${wordOf(name)}x${wordOf(String(made))}`,
        textSize,
        state: 'sent',
        ackedAs: 0,
        id: null,
        digest: 0,
      };
      entry.digest = digestOf(draftOf(entry));
      entries.set(entry.key, entry);
      batch.push(entry);
    }
    const [first] = batch;
    return { entries: batch, delivery: delivery && first !== undefined ? `d-${first.key}` : null };
  };
  return {
    name,
    entries,
    unknown: new Map(),
    stored,
    acked: () => acked,
    ack: (batch, ids) => {
      if (batch.entries.every(({ state }) => state === 'sent')) stored.push(batch);
      for (const [index, entry] of batch.entries.entries()) {
        acked += 1;
        entry.state = 'acked';
        entry.ackedAs = acked;
        entry.id ??= ids[index] ?? null;
      }
    },
    create,
  };
}

export const laneSession = (ledger: Ledger, lane: number, index: number): string =>
  sessionId('torture', `${ledger.name}-${lane}-${index}`);

/** How the second sending of a batch is recognised: by its delivery, by what it is, or by both. */
export type Resend = 'same' | 'by delivery' | 'by fact';

/** The event as it is sent; the same for the same entry, so that it can be sent and compared again. */
export function draftOf(entry: Entry, resend: Resend = 'same'): DraftInput {
  const { key, lane, order, session, word, textSize } = entry;
  const random = createRandom(crc32(key));
  const at = random.int(0, corpus.length - textSize - 1);
  return {
    type: order % 3 === 0 ? 'turn.replied' : 'tool.called',
    agent: 'torture',
    session,
    identity: { nativeId: resend === 'by delivery' ? `${key}-again` : key, phase: 'done' },
    actor: { kind: 'agent', name: `lane-${lane}` },
    status: order % 7 === 0 ? 'failed' : 'ok',
    paths: order % 4 === 0 ? [`src/part-${order % 50}.ts`] : [],
    text: `${word} ${corpus.slice(at, at + textSize)}`,
    body: { key, order, tool: 'Torture', output: corpus.slice(at, at + Math.min(textSize, 300)) },
  };
}

/** What must come back as it was sent. */
export const digestOf = (event: {
  type: string;
  status?: string | undefined;
  paths?: readonly string[] | undefined;
  text?: string | undefined;
  body?: Record<string, unknown> | undefined;
  actor: { name: string };
}): number => {
  const body = Object.entries(event.body ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return crc32(JSON.stringify([event.type, event.status, event.paths, event.text, body, event.actor.name]));
};

/** Letters that say a number or a name, as words would: no rule of the redaction takes them for a secret. */
function wordOf(text: string): string {
  let value = crc32(text);
  let word = '';
  for (let index = 0; index < 5; index += 1) {
    word += `${'bdfgklmnprtv'[value % 12]}${'aeio'[Math.floor(value / 12) % 4]}`;
    value = Math.floor(value / 48);
  }
  return `${word}${[...text.slice(-6)].map((letter) => digitWords[letter] ?? '').join('')}`;
}
const digitWords: Record<string, string> = Object.fromEntries(
  ['za', 'be', 'ci', 'do', 'fu', 'ga', 'he', 'ji', 'ko', 'lu'].map((word, digit) => [String(digit), word]),
);

/** 200 KB of made-up prose from some thousand words. */
const corpus = makeCorpus(createRandom(1));

function makeCorpus(random: Random): string {
  const words = Array.from({ length: 3000 }, () =>
    Array.from(
      { length: random.int(2, 4) },
      () => random.pick('bcdfghklmnprstvw'.split('')) + random.pick('aeiou'.split('')),
    ).join(''),
  );
  let text = '';
  while (text.length < 200_000) text += `${random.pick(words)}${random.chance(0.1) ? '\n' : ' '}`;
  return text;
}
