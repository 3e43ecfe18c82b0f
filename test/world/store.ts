import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event, FoldedEvent } from '../../src/schema/event.ts';
import type { Span } from '../../src/schema/view.ts';
import { doJob, type RunJob } from '../../src/store/job.ts';
import type { Location } from '../../src/store/location.ts';
import { type OpenStoreInput, openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { makeEvent } from './events.ts';

/** All of the main branch. */
export const spans: Span[] = [{ branch: `br_${'a'.repeat(32)}`, writer: null, upTo: null }];

export const termsOf = (event: Event): string => event.text;

const idle = new AbortController().signal;

/** How a store is opened that does not open by itself. */
export type How = Pick<OpenStoreInput, 'repair' | 'acceptLoss' | 'forgotten'>;

/** A store on a folder of its own, without daemon; heavy work is done in this process. */
export interface StoreRoom {
  readonly directory: string;
  readonly store: Store;
  /** What the folds were given, in the order in which they were given it, in this run and those whose records were restored. */
  readonly folded: FoldedEvent[];
  /** Heavy work goes through here: a test may put something else in its place. */
  runJob: RunJob;
  open(how?: How): Promise<void>;
  close(): Promise<void>;
  reopen(how?: How): Promise<void>;
  /** The event of this store's writer with the number. */
  eventOf(seq: number): Event;
  append(...events: Event[]): Promise<void>;
  appendUpTo(last: number): Promise<void>;
  flushAll(): Promise<void>;
  /** Brings everything into sealed tables: one for each call. */
  seal(): Promise<void>;
  /** Every event of the main branch, each as often as the store gives it. */
  all(): Promise<Event[]>;
  seqs(): Promise<number[]>;
  remove(): Promise<void>;
}

/** Opens a store in `directory`, or in a new folder; its tables are there unless they are at another location. */
export async function openRoom(
  directory: string = mkdtempSync(join(tmpdir(), 'hm-store-')),
  whole: readonly string[] = [],
  location: Location = { kind: 'local', directory },
): Promise<StoreRoom> {
  let store: Store | null = null;
  let folded: FoldedEvent[] = [];
  const current = (): Store => {
    if (store === null) throw new Error('the store is closed');
    return store;
  };
  const room: StoreRoom = {
    directory,
    get store() {
      return current();
    },
    get folded() {
      return folded;
    },
    runJob: doJob,
    open: async (how = {}) => {
      folded = [];
      store = await openStore({
        directory,
        location,
        termsOf,
        ...how,
        runJob: (job, signal, onProgress) => room.runJob(job, signal, onProgress),
        folds: {
          version: '1',
          whole,
          fold: (event) => folded.push(event),
          restore: (records) => {
            folded = (records ?? []) as FoldedEvent[];
          },
          save: () => folded,
        },
      });
    },
    close: async () => {
      await store?.close();
      store = null;
    },
    reopen: async (how) => {
      await room.close();
      await room.open(how);
    },
    eventOf: (seq) => numbered(current().writer, seq),
    append: (...events) => current().append(events),
    appendUpTo: async (last) => {
      const events: Event[] = [];
      for (let seq = current().lastSeq() + 1; seq <= last; seq += 1) events.push(room.eventOf(seq));
      await room.append(...events);
    },
    flushAll: async () => {
      while ((await current().flush()) > 0);
    },
    seal: async () => {
      await room.flushAll();
      await current().exclusively(() => current().generations.roll());
      await current().upkeep.run(idle);
    },
    all: () => current().find({ spans }),
    seqs: async () => (await room.all()).map(({ seq }) => seq),
    remove: async () => {
      await room.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await room.open();
  return room;
}

export const numbered = (writer: string, seq: number): Event =>
  makeEvent({ seq, writer, delivery: `nonce-${seq}` });

/** The numbers from `first` to `last`. */
export const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Copies a store that is closed; the copy passes for the folder that it was made of, and keeps its writer. */
export function copyStore(from: string): string {
  const to = mkdtempSync(join(tmpdir(), 'hm-store-'));
  cpSync(from, to, { recursive: true });
  const { writer } = JSON.parse(readFileSync(join(to, 'writer.json'), 'utf8')) as { writer: string };
  const { ino, birthtimeMs } = statSync(to);
  const folder = `${ino}:${Math.floor(birthtimeMs)}`;
  writeFileSync(join(to, 'writer.json'), JSON.stringify({ writer, folder }));
  return to;
}

/** Paths of the files below a directory that match, in order. */
export const filesIn = (directory: string, matching: RegExp): string[] =>
  (existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [])
    .map((name) => join(directory, name))
    .filter((path) => matching.test(path) && statSync(path).isFile())
    .sort();
