import { Embeddings, type Near } from '../store/embeddings.ts';
import type { Filter } from '../store/filter.ts';
import type { RunJob } from '../store/job.ts';
import { RangeSet } from '../store/ranges.ts';
import type { EmbedderHost } from './embedder-host.ts';
import type { Log } from './log.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/** What a search by meaning has found, or why there was none. */
export type Meant = { hits: Near[]; why: null } | { hits: null; why: string };

/** How far a workspace's events are embedded. */
export interface MeaningState {
  /** Id of the embedder; null: none is set, and recall is by words. */
  model: string | null;
  /** Events with a vector. */
  embedded: number;
  /** Events that have not been looked at yet. */
  waiting: number;
  /** Why it does not go on at the moment. */
  error: string | null;
}

/** A workspace's events by their meaning, as far as they are embedded. */
export interface Meaning {
  /**
   * The events that mean most nearly the same, best first, of those that the filter lets through; the score is a cosine.
   * Never rejects, and does not wait for the embedder longer than a question may.
   */
  search(query: string, filter: Filter, limit: number, signal?: AbortSignal): Promise<Meant>;
  state(): MeaningState;
}

/** The vectors of a workspace, those of the embedder that is set. */
export interface VectorStore extends Meaning {
  /** Opens the vectors of the current embedder where that has not been done; null when none is set. */
  ready(): Promise<Embeddings | null>;
  /** Events that have not been looked at. */
  left(vectors: Embeddings): RangeSet;
  /** Says why embedding does not go on, or that it does. */
  setTrouble(why: string | null): void;
  /** Calls `listener` when vectors were lost and are to be made again. */
  onLoss(listener: () => void): void;
  sizeBytes(): Promise<number>;
  close(): Promise<void>;
}

export interface VectorStoreParts {
  open: OpenWorkspace;
  host: EmbedderHost;
  runJob: RunJob;
  log: Log;
  closeRows?: number;
}

export function createVectorStore(parts: VectorStoreParts): VectorStore {
  const { open, host, runJob, log, closeRows } = parts;
  let opened: { model: string; vectors: Promise<Embeddings> } | null = null;
  let usable: Embeddings | null = null;
  let trouble: string | null = null;
  let changing: Promise<unknown> = Promise.resolve();
  let closed = false;
  let onLoss = (): void => undefined;

  const openNow = (model: string, dims: number): Promise<Embeddings> =>
    Embeddings.open({
      directory: open.directory,
      model,
      dims,
      runJob,
      ...(closeRows === undefined ? {} : { closeRows }),
      onDropped: (table) => {
        log.info('a damaged table of vectors was given up: its events are embedded anew', {
          workspace: open.workspace.id,
          table,
        });
        onLoss();
      },
    });

  const shut = async (): Promise<void> => {
    const before = opened;
    [opened, usable] = [null, null];
    const vectors = await before?.vectors.catch(() => null);
    await vectors?.close();
  };

  const follow = async (): Promise<Embeddings | null> => {
    const current = closed ? null : host.current();
    if (opened !== null && opened.model !== current?.checked.id) await shut();
    if (current === null) return null;
    const { id, dims } = current.checked;
    opened ??= { model: id, vectors: openNow(id, dims) };
    try {
      usable = await opened.vectors;
      return usable;
    } catch (error) {
      opened = null;
      throw error;
    }
  };

  /** One at a time: two who open the same folder would clear away each other's tables. */
  const ready = (): Promise<Embeddings | null> => {
    const next = changing.then(follow);
    changing = next.catch(() => undefined);
    return next;
  };

  const left = (vectors: Embeddings): RangeSet => {
    const seen = new RangeSet();
    for (const writer of open.store.writers()) {
      const last = open.store.seenUpTo(writer);
      if (last > 0) seen.addInterval(writer, 1, last);
    }
    return seen.without(vectors.covered());
  };

  const search: Meaning['search'] = async (query, filter, limit, signal) => {
    const model = host.current()?.checked.id;
    if (model === undefined) return { hits: null, why: host.trouble() ?? 'no embedder is set' };
    const vectors = usable;
    if (vectors === null || vectors.model !== model)
      return { hits: null, why: trouble ?? 'the vectors are not open yet' };
    const asked = await host.embedQuery(query, signal);
    if (asked.vector === null) return { hits: null, why: asked.why };
    try {
      if (asked.vector.length !== vectors.dims) return { hits: null, why: 'the embedder was just changed' };
      return { hits: await vectors.search(asked.vector, filter, limit), why: null };
    } catch (error) {
      log.error('a search by meaning failed', error, { workspace: open.workspace.id });
      return { hits: null, why: 'the vectors cannot be read: hivemind daemon logs' };
    }
  };

  return {
    search,
    ready,
    left,
    setTrouble: (why) => {
      trouble = why;
    },
    state: () => {
      const model = host.current()?.checked.id ?? null;
      const isOurs = usable !== null && usable.model === model;
      const vectors = isOurs ? usable : null;
      const waiting = model === null ? 0 : vectors === null ? open.store.count() : left(vectors).size;
      return {
        model,
        embedded: vectors?.size ?? 0,
        waiting,
        error: model === null ? host.trouble() : trouble,
      };
    },
    onLoss: (listener) => {
      onLoss = listener;
    },
    sizeBytes: async () => (await usable?.sizeBytes()) ?? 0,
    close: async () => {
      closed = true;
      await ready();
      await changing;
      await shut();
    },
  };
}
