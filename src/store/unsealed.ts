import type { Table } from '@lancedb/lancedb';
import { type Catalog, hotOf, sealedOf, unsealedOf } from './catalog.ts';
import type { Forgettings } from './forget/forgetter.ts';
import type { Fresh } from './fresh.ts';
import type { Intake } from './intake.ts';
import { createHotTable, type HotTable } from './lance/hot-table.ts';
import type { Tables } from './lance/tables.ts';
import { RangeSet } from './ranges.ts';
import type { StoredEvent } from './stored-event.ts';

export interface UnsealedParts {
  tables: Tables;
  intake: Intake;
  fresh: Fresh;
  writer: string;
  forgotten: Forgettings;
  /** As it is now. */
  catalog: () => Catalog;
}

type OnEvents = (rows: readonly StoredEvent[]) => void;

/** The tables that are not sealed: the hot one and those that were closed. All of their rows are in memory. */
export class UnsealedTables {
  #parts: UnsealedParts;
  #open = new Map<string, HotTable>();
  /** Last seq of each writer that was read of a table. */
  #loaded = new Map<string, Map<string, number>>();
  /** Tables that may hold rows which nobody has read yet. */
  #unread = new Set<string>();

  constructor(parts: UnsealedParts) {
    this.#parts = parts;
  }

  get(name: string): HotTable | undefined {
    return this.#open.get(name);
  }

  names(): string[] {
    return [...this.#open.keys()];
  }

  /** Takes in a table that was just made. */
  adopt(name: string, table: Table): HotTable {
    const watched = this.#watched(name, table);
    this.#open.set(name, watched);
    return watched;
  }

  /** Opens a table and reads all of it into memory; the number of rows that are damaged. */
  async load(name: string): Promise<number> {
    const table = this.#open.get(name) ?? this.adopt(name, await this.#parts.tables.open(name));
    return this.#readMore(table, () => undefined);
  }

  /** Sees what others have appended to a table. */
  async read(name: string, onEvents: OnEvents): Promise<void> {
    const table = this.#open.get(name);
    if (table === undefined) {
      await this.load(name);
      return;
    }
    if (await table.refresh()) this.#unread.add(name);
    if (this.#unread.has(name)) await this.#readMore(table, onEvents);
  }

  /** Rows that are in memory already are in a table now. */
  noteAppended(name: string, rows: readonly StoredEvent[]): void {
    const loaded = this.#loadedOf(name);
    for (const { event } of rows)
      loaded.set(event.writer, Math.max(event.seq, loaded.get(event.writer) ?? 0));
  }

  /** Seqs of this writer's rows in a table behind `seq`, as the store has them: after a commit of unknown outcome. */
  async ownRowsAfter(table: HotTable, seq: number): Promise<Set<number>> {
    const { writer } = this.#parts;
    if (await table.refresh()) this.#unread.add(table.name);
    const found = new Set<number>();
    for await (const rows of table.rowsAfter(new Map([[writer, seq]])))
      for (const row of rows) if (row?.event.writer === writer) found.add(row.event.seq);
    return found;
  }

  /** Opens every table anew. What is in memory stays. */
  async reopen(): Promise<void> {
    for (const [name, table] of [...this.#open]) {
      const opened = await this.#parts.tables.open(name);
      table.close();
      this.adopt(name, opened);
      this.#unread.add(name);
    }
  }

  /** Forgets a table and its rows. */
  forget(name: string): void {
    this.#open.get(name)?.close();
    this.#open.delete(name);
    this.#loaded.delete(name);
    this.#unread.delete(name);
    this.#parts.fresh.drop(name);
  }

  /** Forgets tables that have been sealed. */
  letGo(gone: readonly string[]): void {
    if (gone.length > 0) this.#rescue(gone);
    for (const name of gone) this.forget(name);
  }

  close(): void {
    for (const table of this.#open.values()) table.close();
  }

  /**
   * Rows that came into a table after its closing may not have been sealed with it, when whoever wrote them crashed
   * before it looked. Own ones are written again; those of others stay in memory until their writer has done so.
   */
  #rescue(gone: readonly string[]): void {
    const { fresh, writer } = this.#parts;
    const catalog = this.#parts.catalog();
    const safe = RangeSet.of(...sealedOf(catalog).map(({ ranges }) => ranges), catalog.lost);
    const kept = unsealedOf(catalog).flatMap(({ name }) => fresh.rowsOf(name));
    for (const { event } of kept) safe.add(event.writer, event.seq);
    const left = gone
      .flatMap((name) => fresh.rowsOf(name))
      .filter(({ event }) => safe.add(event.writer, event.seq));
    const hot = hotOf(catalog)?.name;
    const others = left.filter(({ event }) => event.writer !== writer);
    fresh.inherited.add(left.filter(({ event }) => event.writer === writer));
    if (hot !== undefined && others.length > 0) fresh.add(hot, others);
  }

  #loadedOf(name: string): Map<string, number> {
    const known = this.#loaded.get(name) ?? new Map<string, number>();
    this.#loaded.set(name, known);
    return known;
  }

  /** A commit of ours takes along those of others that came before it: then there is something to read. */
  #watched(name: string, table: Table): HotTable {
    const hot = createHotTable(this.#parts.tables, name, table);
    return {
      ...hot,
      append: async (rows) => {
        const before = await table.version();
        await hot.append(rows);
        if ((await table.version()) > before + 1) this.#unread.add(name);
      },
    };
  }

  async #readMore(table: HotTable, onEvents: OnEvents): Promise<number> {
    const { intake, fresh, writer, forgotten } = this.#parts;
    const catalog = this.#parts.catalog();
    const loaded = this.#loadedOf(table.name);
    let damaged = 0;
    const rows: StoredEvent[] = [];
    const forgetter = forgotten.now();
    for await (const batch of table.rowsAfter(loaded))
      for (const row of batch) {
        if (row === null) damaged += 1;
        else rows.push(forgetter.row(row));
      }
    this.#unread.delete(table.name);
    rows.sort((a, b) => a.event.seq - b.event.seq);
    const sealed = sealedOf(catalog).map(({ ranges }) => ranges);
    const reached = RangeSet.of(intake.view.toJSON(), ...sealed, catalog.lost);
    const news: StoredEvent[] = [];
    const fresher: StoredEvent[] = [];
    for (const row of rows) {
      const { writer: owner, seq } = row.event;
      // Of others only what follows on: an event whose forerunner has not come yet is read again.
      if (owner !== writer && seq > reached.prefix(owner) + 1) {
        this.#unread.add(table.name);
        continue;
      }
      if (seq <= (loaded.get(owner) ?? 0)) continue;
      loaded.set(owner, seq);
      reached.add(owner, seq);
      fresher.push(row);
      if (intake.take(row)) news.push(row);
    }
    fresh.add(table.name, fresher);
    if (news.length > 0) onEvents(news);
    return damaged;
  }
}
