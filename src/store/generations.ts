import type { Table } from '@lancedb/lancedb';
import { v7 as uuidv7 } from 'uuid';
import { AppError } from '../schema/app-error.ts';
import { type Catalog, emptyCatalog, hotLimits, hotOf, rolled, sealedOf, unsealedOf } from './catalog.ts';
import { reach } from './failpoint.ts';
import type { FieldsFolder } from './fields/folder.ts';
import type { Forgettings } from './forget/forgetter.ts';
import { FoundCache } from './found-cache.ts';
import type { Fresh } from './fresh.ts';
import type { Intake } from './intake.ts';
import { hasHeads } from './lance/heads.ts';
import type { HotTable } from './lance/hot-table.ts';
import { checkContents, checkSizes, type Ledger, parseLedger } from './lance/ledger.ts';
import { createSealedTable, type SealedTable } from './lance/sealed-table.ts';
import type { Tables } from './lance/tables.ts';
import type { Document } from './objects/document.ts';
import type { Objects } from './objects/objects.ts';
import { RangeSet } from './ranges.ts';
import type { StoredEvent } from './stored-event.ts';
import { UnsealedTables } from './unsealed.ts';

/** Reads on tables that were replaced have so long to end. */
const closeDelayMs = 60_000;

export const newTableName = (): string => `events_${uuidv7().replaceAll('-', '')}`;

const noLedger = 'its ledger is missing or damaged';

export const ledgerKey = (table: string): string => `ledgers/${table}.json`;

export interface GenerationsParts {
  tables: Tables;
  document: Document<Catalog>;
  objects: Objects;
  intake: Intake;
  fresh: Fresh;
  /** This daemon's identity: what it reads of its own it has already. */
  writer: string;
  /** Types of which the folds read the content. */
  whole: readonly string[];
  forgotten: Forgettings;
  /** Null where the tables are in a bucket. */
  fields: FieldsFolder | null;
}

/** A sealed table that is not what was written, or cannot be opened. */
export class DamagedTable extends Error {
  readonly table: string;

  constructor(table: string, problems: readonly string[]) {
    super(`the table ${table} is damaged: ${problems.join('; ')}`);
    this.table = table;
  }
}

/** The tables of a workspace as this daemon sees them: what the catalog says, opened. Calls must not overlap, but for reads. */
export class Generations {
  #parts: GenerationsParts;
  #version = 0;
  /** Version of the catalog whose tables are open. */
  #applied = 0;
  #catalog: Catalog = emptyCatalog;
  #sealed = new Map<string, SealedTable>();
  #cache = new FoundCache();
  /** Tables that take rows, and those that have taken their last. */
  readonly unsealed: UnsealedTables;

  constructor(parts: GenerationsParts) {
    this.#parts = parts;
    this.unsealed = new UnsealedTables({ ...parts, catalog: () => this.#catalog });
  }

  get catalog(): Catalog {
    return this.#catalog;
  }

  /** Tables to read; those that are not in here are in memory. */
  sealed(): SealedTable[] {
    return [...this.#sealed.values()];
  }

  isSealed(name: string): boolean {
    return this.#sealed.has(name);
  }

  hot(): HotTable {
    const name = hotOf(this.#catalog)?.name;
    const table = name === undefined ? undefined : this.unsealed.get(name);
    if (table === undefined) throw new AppError('INTERNAL', 'the workspace has no hot table');
    return table;
  }

  /** Reads the catalog as it is in the store; makes the first one where there is none. Returns what was damaged. */
  async load(): Promise<string[]> {
    const found = await this.#parts.document.read();
    if (found !== null) {
      this.#version = found.version;
      this.#catalog = found.value;
      return found.damaged;
    }
    if (!(await this.roll())) await this.load();
    return [];
  }

  /** Takes the catalog over if somebody has changed it; true when it has to be applied, for that or an earlier change. */
  async refresh(): Promise<boolean> {
    const found = await this.#parts.document.refresh();
    if (found !== null && found.version !== this.#version) {
      this.#version = found.version;
      this.#catalog = found.value;
    }
    return this.#applied !== this.#version;
  }

  /** Applies a catalog that was taken over from somebody else's commit. */
  async catchUp(): Promise<void> {
    if (this.#applied !== this.#version) await this.apply();
  }

  /** Replaces the catalog in one step; false when somebody else was first, whose catalog is then taken over. */
  async commit(next: Catalog): Promise<boolean> {
    if (await this.#parts.document.commit(this.#version, next)) {
      this.#version += 1;
      this.#catalog = next;
      await this.#parts.document.tidy(32);
      return true;
    }
    await this.refresh();
    return false;
  }

  /** Begins a new hot table. */
  async roll(): Promise<boolean> {
    const name = newTableName();
    const table = await this.#parts.tables.create(name);
    reach('roll.create');
    const done = await this.commit(rolled(this.#catalog, name));
    reach('roll.commit');
    if (done) {
      this.unsealed.adopt(name, table);
      return true;
    }
    table.close();
    await this.#parts.tables.drop(name);
    return false;
  }

  /** Events that there are: those that were taken in, without those that were given up since. */
  count(): number {
    const { view } = this.#parts.intake;
    const lost = RangeSet.of(this.#catalog.lost);
    return lost.size === 0 ? view.size : view.without(lost).size;
  }

  isFull(): boolean {
    const { size, bytes } = this.#parts.fresh.of(this.hot().name);
    return size >= hotLimits.rows || bytes >= hotLimits.bytes || this.hot().commits() >= hotLimits.commits;
  }

  /** Opens a sealed table; throws DamagedTable when it is not what was sealed. */
  async openSealed(name: string): Promise<void> {
    if (this.#sealed.has(name)) return;
    const { tables } = this.#parts;
    const problems = await this.problemsOf(name);
    if (problems.length > 0) throw new DamagedTable(name, problems);
    try {
      const table = await tables.open(name);
      await this.#openFields(name, table);
      this.#sealed.set(name, this.#readable(name, table));
    } catch (error) {
      // In a bucket what does not open is out of reach; on a disk it is broken.
      if (tables.directoryOf(name) === null) throw error;
      throw new DamagedTable(name, [error instanceof Error ? error.message : String(error)]);
    }
  }

  #readable(name: string, table: Table): SealedTable {
    const { fields, forgotten } = this.#parts;
    return createSealedTable(name, table, { cache: this.#cache, fields, forgotten });
  }

  /** A table without heads gets these and stored fields when it is merged. */
  async #openFields(name: string, table: Table): Promise<void> {
    const { fields } = this.#parts;
    if (fields === null || (await fields.open(name))) return;
    if (hasHeads(await table.schema())) fields.want(name);
  }

  /** What is wrong with a sealed table's files, as far as their sizes tell. */
  async problemsOf(name: string): Promise<string[]> {
    const directory = this.#parts.tables.directoryOf(name);
    if (directory === null) return [];
    const ledger = await this.ledgerOf(name);
    return ledger === null ? [noLedger] : checkSizes(directory, ledger);
  }

  /** The same with the whole content of its files. */
  async damageOf(name: string): Promise<string[]> {
    const directory = this.#parts.tables.directoryOf(name);
    if (directory === null) return [];
    const ledger = await this.ledgerOf(name);
    if (ledger === null) return [noLedger];
    // A bad sector is an error of the disk, and damage to us.
    return checkContents(directory, ledger).catch((error: Error) => [error.message]);
  }

  async ledgerOf(name: string): Promise<Ledger | null> {
    const text = await this.#parts.objects.get(ledgerKey(name));
    return text === null ? null : parseLedger(text);
  }

  /**
   * Opens what the catalog has and is not open, takes in all events that are new, and lets go of what was replaced. Throws
   * DamagedTable for one that is damaged when all others have been opened.
   */
  async apply(onEvents: (rows: readonly StoredEvent[]) => void = () => undefined): Promise<void> {
    const { catalog } = this;
    let damaged: DamagedTable | null = null;
    for (const { name, ranges } of sealedOf(catalog)) {
      try {
        await this.openSealed(name);
        await this.#takeSealed(name, RangeSet.of(ranges));
      } catch (error) {
        if (!(error instanceof DamagedTable)) throw error;
        damaged ??= error;
      }
    }
    for (const { name } of unsealedOf(catalog)) await this.unsealed.read(name, onEvents);
    await this.#letGo(catalog);
    if (damaged === null && catalog === this.#catalog) this.#applied = this.#version;
    if (damaged !== null) throw damaged;
  }

  /** Sees what others have appended to the tables that are open. */
  async poll(onEvents: (rows: readonly StoredEvent[]) => void): Promise<void> {
    if (await this.refresh()) await this.apply(onEvents);
    else for (const name of this.unsealed.names()) await this.unsealed.read(name, onEvents);
  }

  /** Opens every table anew with fresh credentials. What is in memory stays. */
  async reopen(): Promise<void> {
    const { tables } = this.#parts;
    await tables.reconnect();
    await this.unsealed.reopen();
    for (const [name, table] of this.#sealed) {
      this.#sealed.set(name, this.#readable(name, await tables.open(name)));
      closeLater(table);
    }
  }

  close(): void {
    this.#parts.fields?.close();
    for (const table of this.#sealed.values()) table.close();
    this.unsealed.close();
  }

  async #takeSealed(name: string, held: RangeSet): Promise<void> {
    const { intake, whole } = this.#parts;
    const table = this.#sealed.get(name);
    const wanted = held.without(intake.view);
    if (table === undefined || wanted.size === 0) return;
    // What is folded is not checked row by row, but all of it is read anyway.
    const damage = await this.damageOf(name);
    if (damage.length > 0) throw new DamagedTable(name, damage);
    const seen = new Map(held.writers().map((writer) => [writer, intake.view.prefix(writer)]));
    const taken: { writer: string; seq: number }[] = [];
    try {
      for await (const batch of table.incoming(seen, whole))
        for (const incoming of batch) {
          if (!wanted.has(incoming.event.writer, incoming.event.seq)) continue;
          intake.count(incoming);
          taken.push({ writer: incoming.event.writer, seq: incoming.event.seq });
        }
    } finally {
      // In order: a set of intervals takes them one by one in no time.
      for (const { writer, seq } of taken.sort((one, other) => one.seq - other.seq))
        intake.view.add(writer, seq);
    }
    const missing = wanted.without(intake.view).size;
    if (missing > 0) throw new DamagedTable(name, [`${missing} of its rows are missing`]);
  }

  async #letGo(catalog: Catalog): Promise<void> {
    const names = new Set(catalog.tables.map(({ name }) => name));
    const sealed = new Set(sealedOf(catalog).map(({ name }) => name));
    this.unsealed.letGo(this.unsealed.names().filter((name) => !names.has(name) || sealed.has(name)));
    for (const [name, table] of this.#sealed) {
      if (names.has(name)) continue;
      this.#sealed.delete(name);
      closeLater(table);
      await this.#parts.fields?.drop(name);
    }
  }
}

const closeLater = (table: SealedTable): void => {
  setTimeout(() => table.close(), closeDelayMs).unref();
};
