import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '../../src/schema/event.ts';
import { type Journal, openJournal } from '../../src/store/journal/journal.ts';
import { makeEvent } from './events.ts';

export const writer = `wr_${'1'.repeat(32)}`;

/** So small that a few events fill it. */
export const smallSegment = 4 * 1024;

export const makeEvents = (from: number, count: number): Event[] =>
  Array.from({ length: count }, (_, index) => makeEvent({ writer, seq: from + index }));

/** A new folder, and how to remove it. */
export function makeFolder(): { directory: string; remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'hm-journal-'));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Names of the segments in a folder, of the given forms, in order. */
export const segmentsIn = (directory: string, form: RegExp = /\.wal(\.zst)?$/): string[] =>
  readdirSync(directory)
    .filter((name) => form.test(name))
    .sort();

export const firstSeqIn = (name: string): number => Number.parseInt(name.slice(0, 16), 16);

/** Writes events in groups of 1, 2, 3, 1, 2, 3 …, and leaves the journal open. */
export async function writeGroups(
  directory: string,
  count: number,
  segmentBytes = smallSegment,
): Promise<Journal> {
  const { journal } = await openJournal(directory, writer, 0, segmentBytes);
  for (let seq = 1, size = 1; seq <= count; seq += size, size = (size % 3) + 1) {
    await journal.write(makeEvents(seq, Math.min(size, count - seq + 1)));
  }
  return journal;
}

export async function collect(events: AsyncIterable<Event[]>): Promise<Event[]> {
  const found: Event[] = [];
  for await (const some of events) found.push(...some);
  return found;
}

/** A file's bytes up to the zeros at its end. */
export function usedBytes(path: string): number {
  const bytes = readFileSync(path);
  return bytes.length - [...bytes].reverse().findIndex((byte) => byte !== 0);
}
