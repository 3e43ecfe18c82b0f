import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { stepTypes } from '../../core/attempts/step.ts';
import type { Marker } from '../../core/redact.ts';
import { callTypes } from '../../core/warnings/finished.ts';
import type { SavedGate } from '../../core/warnings/gate.ts';
import type { Event } from '../../schema/event.ts';
import { writeDurably } from '../../store/durable.ts';
import type { Appender } from '../append.ts';
import type { Log } from '../log.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { createAttemptRecorder } from './attempts.ts';
import { type Backlog, createBacklog } from './backlog.ts';
import { createWarnings, type Warnings } from './warnings.ts';

/** What follows from events of this machine once they are stored: attempts, and what later calls are warned of. */
export interface Learner {
  warnings: Warnings;
  note(events: readonly Event[]): void;
  /** Resolves once everything that was noted has been learnt. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const saveEveryMs = 2 * 60_000;
/** So many of the last events are gone through when nothing was saved. */
const eventsBack = 20_000;
const pageEvents = 500;
const version = 1;

/** What is saved: how far was learnt, and what. */
const Saved = z.object({
  version: z.literal(version),
  writer: z.string(),
  seq: z.number(),
  gate: z.unknown(),
});

export function createLearner({
  open,
  appender,
  now,
  log,
  mark,
}: {
  open: OpenWorkspace;
  appender: Pick<Appender, 'append'>;
  now: () => number;
  log: Log;
  mark: Marker;
}): Learner {
  const parts = { open, appender, now, log, mark };
  const warnings = createWarnings(parts);
  const attempts = createAttemptRecorder(parts);
  const path = join(open.directory, 'learned.json');
  let seq = 0;
  let savedSeq = -1;
  let isComplete = true;
  let closed = false;

  const take = async (events: readonly Event[]): Promise<void> => {
    if (closed) return;
    try {
      await attempts.take(events);
      warnings.take(events);
      // What was let go must be found again: then it is not said that all up to here was learnt.
      if (isComplete) seq = Math.max(seq, ...events.map((event) => event.seq));
    } catch (error) {
      // Nothing is written any more; what could not be recorded is found again.
      if (closed) return;
      log.error('learning from events failed', error, { workspace: open.workspace.id });
    }
  };
  const takeInTurn = async (events: readonly Event[]): Promise<void> => {
    await begun;
    await take(events);
  };
  const backlog: Backlog = createBacklog(takeInTurn, () => {
    isComplete = false;
  });

  const save = async (): Promise<void> => {
    if (seq === savedSeq) return;
    const saved = { version, writer: open.store.writer, seq, gate: warnings.save() };
    await writeDurably(path, JSON.stringify(saved)).catch((error) =>
      log.error('what was learnt was not saved', error, { workspace: open.workspace.id }),
    );
    savedSeq = seq;
  };

  const begun = begin().catch((error) =>
    log.error('catching up with events failed', error, { workspace: open.workspace.id }),
  );
  const timer = setInterval(() => void save(), saveEveryMs).unref();

  /** Takes up where it was left, or from the last events on. */
  async function begin(): Promise<void> {
    const upTo = open.store.lastSeq();
    const saved = await readSaved(path, open.store.writer);
    if (saved !== null) {
      warnings.restore(saved.gate);
      seq = saved.seq;
      savedSeq = saved.seq;
    }
    const after = Math.max(seq, upTo - eventsBack);
    if (upTo > after) await catchUp(open, after, upTo, take);
    if (closed) return;
    seq = Math.max(seq, upTo);
    await save();
  }

  return {
    warnings,
    note: (events) => backlog.note(events),
    settled: async () => {
      await begun;
      await backlog.settled();
    },
    close: async () => {
      closed = true;
      clearInterval(timer);
      await Promise.all([begun, backlog.close()]);
      await save();
    },
  };
}

/** A file that cannot be read is as good as none: all of it can be learnt again. */
async function readSaved(path: string, writer: string): Promise<{ seq: number; gate: SavedGate } | null> {
  try {
    const saved = Saved.parse(JSON.parse(await readFile(path, 'utf8')));
    return saved.writer === writer ? { seq: saved.seq, gate: saved.gate as SavedGate } : null;
  } catch {
    return null;
  }
}

async function catchUp(
  { store, branches }: OpenWorkspace,
  after: number,
  upTo: number,
  take: (events: readonly Event[]) => Promise<void>,
): Promise<void> {
  const spans = [...branches.keys()].map((branch) => ({ branch, writer: store.writer, upTo, after }));
  const filter = { spans, types: [...new Set([...stepTypes, ...callTypes])] };
  const positions = await store.positions(filter);
  for (let at = 0; at < positions.length; at += pageEvents)
    await take(await store.at(filter, positions.slice(at, at + pageEvents)));
}
