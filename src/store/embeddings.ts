import type { Table } from '@lancedb/lancedb';
import { Mutex } from 'async-mutex';
import {
  type EmbeddingTable,
  isCrowded,
  isFull,
  nextBuild,
  rangesOf,
  writeManifest,
} from './embeddings-manifest.ts';
import { byScore, EmbeddingRows, type Near } from './embeddings-memory.ts';
import {
  type EmbeddingsPlace,
  embeddingsFolder,
  isWhole,
  manifestPath,
  type OpenedEmbeddings,
  openTables,
  tableName,
} from './embeddings-open.ts';
import { reach } from './failpoint.ts';
import type { Filter } from './filter.ts';
import { uniqueById } from './fresh.ts';
import type { RunJob } from './job.ts';
import { EmbeddingsBuilt } from './lance/embeddings-build.ts';
import { type EmbeddedEvent, toBatch } from './lance/embeddings-rows.ts';
import { nearestIn } from './lance/embeddings-search.ts';
import { FailedRead } from './lance/sealed-table.ts';
import { RangeSet, type Ranges } from './ranges.ts';

export type { Near } from './embeddings-memory.ts';
export { dropEmbeddings, type EmbeddingsPlace, embeddedOnDisk } from './embeddings-open.ts';
export type { EmbeddedEvent } from './lance/embeddings-rows.ts';

export interface EmbeddingsOptions extends EmbeddingsPlace {
  runJob: RunJob;
  /** Told of each table that was found damaged and given up: its events are to be embedded anew. */
  onDropped: (table: string) => void;
  /** Rows of a table that is then closed and indexed. */
  closeRows?: number;
}

/** Every commit adds a file and makes the table slower to open. */
const closeCommits = 256;
/** Rows that a crash may cost: they are embedded again. */
const flushRows = 256;
/** Readers of a table that was replaced are done by then. */
const graceMs = 60_000;

/**
 * The vectors of one workspace by one model: derived data on this machine's disk, which can be made anew at any time.
 * One table grows, with its rows in memory too; what is full is indexed by a child process and merged with others of its
 * size. Which events are in is said by the ranges of the manifest, so that a table that is lost is embedded again, and a
 * crash costs the rows since the last flush.
 */
export class Embeddings {
  readonly #options: EmbeddingsOptions;
  readonly #opened: OpenedEmbeddings;
  readonly #changing = new Mutex();
  /** Not in the growing table yet. */
  #waiting: EmbeddedEvent[] = [];
  #waitingRanges = new RangeSet();
  #commits = 0;
  #closed = false;
  /** Tables that are on disk. */
  readonly #made: Set<string>;

  static async open(options: EmbeddingsOptions): Promise<Embeddings> {
    const opened = await openTables(options);
    for (const table of opened.dropped) options.onDropped(table);
    return new Embeddings(options, opened);
  }

  private constructor(options: EmbeddingsOptions, opened: OpenedEmbeddings) {
    this.#options = options;
    this.#opened = opened;
    this.#made = new Set(opened.manifest.tables.map(({ name }) => name));
  }

  get model(): string {
    return this.#options.model;
  }

  get dims(): number {
    return this.#options.dims;
  }

  /** Vectors. */
  get size(): number {
    const { memory } = this.#opened;
    return this.tables.reduce((sum, { name, rows }) => sum + (memory.get(name)?.size ?? rows), 0);
  }

  get tables(): readonly EmbeddingTable[] {
    return this.#opened.manifest.tables;
  }

  /** Whether so much waits for an index that whoever adds more had better wait. */
  isCrowded(): boolean {
    const rows = [...this.#opened.memory.values()].reduce((sum, { size }) => sum + size, 0);
    return isCrowded(rows, this.dims, this.#options.closeRows);
  }

  sizeBytes(): Promise<number> {
    return this.#opened.tables.sizeBytes();
  }

  /** Events that need not be looked at any more. */
  covered(): RangeSet {
    return RangeSet.of(rangesOf(this.#opened.manifest.tables).toJSON(), this.#waitingRanges.toJSON());
  }

  /** Whether the event's vector is among those that are not indexed yet. */
  has(id: string): boolean {
    return [...this.#opened.memory.values()].some((rows) => rows.has(id));
  }

  /** Takes in vectors, findable at once; `ranges` are the events that they were made of, with those that have none. */
  async add(rows: readonly EmbeddedEvent[], ranges: Ranges): Promise<void> {
    await this.#changing.runExclusive(async () => {
      const { name } = this.#growing();
      const memory = this.#opened.memory.get(name) ?? new EmbeddingRows();
      this.#opened.memory.set(name, memory);
      const fresh = uniqueById(rows.map((row) => ({ id: row.event.id, row })))
        .map(({ row }) => row)
        .filter(({ event }) => !memory.has(event.id));
      memory.add(fresh);
      this.#waiting.push(...fresh);
      this.#waitingRanges = RangeSet.of(this.#waitingRanges.toJSON(), ranges);
      if (this.#waiting.length >= flushRows) await this.#flush();
    });
  }

  /** Brings what is waiting to disk. */
  flush(): Promise<void> {
    return this.#changing.runExclusive(() => this.#flush());
  }

  #growing(): EmbeddingTable {
    const { manifest } = this.#opened;
    const known = manifest.tables.find(({ state }) => state === 'growing');
    if (known !== undefined) return known;
    const made: EmbeddingTable = {
      name: tableName(manifest, manifest.next),
      rows: 0,
      state: 'growing',
      ranges: {},
    };
    this.#opened.manifest = { ...manifest, next: manifest.next + 1, tables: [...manifest.tables, made] };
    this.#commits = 0;
    return made;
  }

  async #flush(): Promise<void> {
    if (this.#waitingRanges.size === 0 || this.#closed) return;
    const growing = this.#growing();
    const [rows, ranges] = [this.#waiting, this.#waitingRanges];
    await this.#write(growing.name, rows);
    reach('vectors.add');
    const { dims, closeRows } = this.#options;
    const after: EmbeddingTable = {
      ...growing,
      rows: this.#opened.memory.get(growing.name)?.size ?? 0,
      ranges: RangeSet.of(growing.ranges, ranges.toJSON()).toJSON(),
    };
    const isClosed = isFull(after.rows, dims, closeRows) || this.#commits >= closeCommits;
    await this.#save([
      ...this.tables.filter(({ name }) => name !== growing.name),
      isClosed ? { ...after, state: 'closed' } : after,
    ]);
    this.#waiting = [];
    this.#waitingRanges = new RangeSet();
    reach('vectors.save');
  }

  async #write(name: string, rows: readonly EmbeddedEvent[]): Promise<void> {
    const { tables } = this.#opened;
    const { dims } = this.#options;
    const isNew = !this.#made.has(name);
    if (isNew) await tables.drop(name);
    const table = isNew ? await tables.create(name, dims) : await tables.open(name);
    this.#made.add(name);
    if (rows.length > 0) {
      const batch = toBatch(rows, dims);
      await table.add({ schema: batch.schema, batches: [batch] });
    }
    this.#commits += 1;
    table.close();
    await tables.sync(name);
  }

  async #save(tables: EmbeddingTable[]): Promise<void> {
    const manifest = { ...this.#opened.manifest, tables };
    const onDisk = tables.filter(({ name }) => this.#made.has(name));
    await writeManifest(manifestPath(this.#options.directory), { ...manifest, tables: onDisk });
    this.#opened.manifest = manifest;
  }

  /** The events nearest to the vector, best first, of those that the filter lets through. */
  async search(vector: Float32Array, filter: Filter, limit: number): Promise<Near[]> {
    if (filter.spans.length === 0) return [];
    // In one moment: rows move from memory to sealed tables.
    const recent = [...this.#opened.memory.values()].map((rows) => rows.search(vector, filter, limit));
    const stored = await Promise.all(
      [...this.#opened.sealed.values()].map((table) => nearestIn(table, vector, filter, limit)),
    ).catch(async (error: unknown) => {
      if (error instanceof FailedRead) await this.#giveUpIfDamaged(error.table);
      throw error;
    });
    return uniqueById([...recent.flat(), ...stored.flat()].sort(byScore)).slice(0, limit);
  }

  /** Indexes what is closed, merges what is many; true when there is more to do. */
  async upkeep(signal: AbortSignal): Promise<boolean> {
    const inputs = nextBuild(this.#opened.manifest);
    if (inputs.length === 0 || this.#closed) return false;
    const output = await this.#changing.runExclusive(async () => this.#nextName());
    const { directory, dims, runJob } = this.#options;
    const build = {
      directory: embeddingsFolder(directory),
      inputs: inputs.map(({ name }) => name),
      output,
      dims,
    };
    let built: EmbeddingsBuilt;
    try {
      built = EmbeddingsBuilt.parse(await runJob({ kind: 'embeddings', build }, signal));
    } catch (error) {
      await this.#opened.tables.drop(output);
      if (!signal.aborted) for (const { name } of inputs) await this.#giveUpIfDamaged(name);
      throw error;
    }
    await this.#changing.runExclusive(() => this.#install(inputs, output, built));
    return nextBuild(this.#opened.manifest).length > 0;
  }

  /** Never given twice, also when a build fails: what it has left would be taken for the next one. */
  #nextName(): string {
    const { manifest } = this.#opened;
    this.#opened.manifest = { ...manifest, next: manifest.next + 1 };
    return tableName(manifest, manifest.next);
  }

  async #install(inputs: readonly EmbeddingTable[], output: string, built: EmbeddingsBuilt): Promise<void> {
    if (this.#closed) return;
    const names = new Set(inputs.map(({ name }) => name));
    const ranges = rangesOf(inputs).toJSON();
    const made: EmbeddingTable = { name: output, ...built, state: 'sealed', ranges };
    const { tables, sealed, memory } = this.#opened;
    const table = await tables.open(output);
    this.#made.add(output);
    await this.#save([...this.tables.filter(({ name }) => !names.has(name)), made]);
    reach('vectors.install');
    sealed.set(output, { name: output, table, ...built });
    const old = [...names].map((name) => ({ name, handle: sealed.get(name)?.table }));
    for (const name of names) {
      sealed.delete(name);
      memory.delete(name);
    }
    setTimeout(() => void this.#dropReplaced(old), graceMs).unref();
  }

  async #dropReplaced(old: readonly { name: string; handle: Table | undefined }[]): Promise<void> {
    if (this.#closed) return;
    for (const { name, handle } of old) {
      handle?.close();
      await this.#opened.tables.drop(name).catch(() => undefined);
    }
  }

  /** A read may fail for other reasons: what can be read as a whole stays. */
  async #giveUpIfDamaged(name: string): Promise<void> {
    await this.#changing.runExclusive(async () => {
      const entry = this.tables.find((table) => table.name === name);
      if (entry === undefined || this.#closed || (await isWhole(this.#opened, entry))) return;
      await this.#save(this.tables.filter((table) => table.name !== name));
      this.#opened.sealed.get(name)?.table.close();
      this.#opened.sealed.delete(name);
      this.#opened.memory.delete(name);
      await this.#opened.tables.drop(name);
      this.#options.onDropped(name);
    });
  }

  async close(): Promise<void> {
    await this.#changing.runExclusive(async () => {
      await this.#flush().catch(() => undefined);
      this.#closed = true;
      for (const { table } of this.#opened.sealed.values()) table.close();
      this.#opened.tables.close();
    });
  }
}
