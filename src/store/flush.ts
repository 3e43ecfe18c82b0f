import { setImmediate } from 'node:timers/promises';
import { writeCheckpoint } from './checkpoint.ts';
import { reach } from './failpoint.ts';
import { bytesOf, type Fresh } from './fresh.ts';
import type { Generations } from './generations.ts';
import type { Intake } from './intake.ts';
import { pieceRows } from './lance/hot-table.ts';
import type { StoredEvent } from './stored-event.ts';

/** Most rows, and bytes of them in memory, that one LanceDB commit takes. */
const batchRows = 5_000;
const batchBytes = 32 << 20;

export interface FlushParts {
  generations: Generations;
  fresh: Fresh;
  intake: Intake;
  writer: string;
  checkpointPath: string;
  /** Several daemons share the tables. */
  isShared: boolean;
}

/** Moves the tail into LanceDB, one commit for all branches. Calls must not overlap. Each returns how many rows it moved. */
export function createFlush(parts: FlushParts): () => Promise<number> {
  const { generations, fresh, intake, writer, checkpointPath, isShared } = parts;
  // A commit whose outcome is unknown (it failed, or what followed did) may have left rows in the table.
  let doubtful = false;

  const write = async (rows: StoredEvent[], first: number): Promise<void> => {
    for (;;) {
      const there = doubtful
        ? await generations.unsealed.ownRowsAfter(generations.hot(), first - 1)
        : new Set<number>();
      doubtful = true;
      const table = generations.hot();
      const absent = rows.filter(({ event }) => !there.has(event.seq));
      if (absent.length > 0) await table.append(absent);
      // Another daemon may have closed the table while we wrote: what comes after a close may be left out of the merge.
      if (!isShared || !(await hasMoved(table.name))) return;
    }
  };

  /** Events of earlier writers of this home that were never flushed, and what was left out when a table was sealed. */
  const writeInherited = async (): Promise<void> => {
    for (let rows = ofSize(fresh.inherited.oldest(batchRows)); rows.length > 0; ) {
      const table = generations.hot();
      await table.append(rows);
      if (isShared && (await hasMoved(table.name))) continue;
      generations.unsealed.noteAppended(table.name, rows);
      fresh.inherited.dropOldest(rows.length);
      fresh.add(table.name, rows);
      rows = ofSize(fresh.inherited.oldest(batchRows));
    }
  };

  const hasMoved = async (name: string): Promise<boolean> => {
    if (!(await generations.refresh())) return false;
    await generations.apply();
    return generations.hot().name !== name;
  };

  return async () => {
    if (isShared) await generations.catchUp();
    await writeInherited();
    const rows = ofSize(fresh.tail.oldest(batchRows));
    const [first, last] = [rows[0]?.event.seq, rows.at(-1)?.event.seq];
    if (first === undefined || last === undefined) return 0;
    // In pieces, so that others are acknowledged in between.
    for (let done = 0; done < rows.length; done += pieceRows) {
      intake.countTerms(pieceRows);
      await setImmediate();
    }
    await write(rows, first);
    await writeCheckpoint(checkpointPath, { writer, seq: last });
    reach('checkpoint.write');
    doubtful = false;
    const { name } = generations.hot();
    generations.unsealed.noteAppended(name, rows);
    fresh.moveOldest(name, rows.length);
    if (generations.isFull()) await generations.roll();
    return rows.length;
  };
}

function ofSize(rows: StoredEvent[]): StoredEvent[] {
  let bytes = 0;
  const end = rows.findIndex((row, at) => {
    bytes += bytesOf(row);
    return at > 0 && bytes > batchBytes;
  });
  return end === -1 ? rows : rows.slice(0, end);
}
