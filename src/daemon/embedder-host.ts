import { join } from 'node:path';
import { Mutex } from 'async-mutex';
import { queryText } from '../core/embed-text.ts';
import { checkEmbedder, type Embedder, installFor, openEmbedder } from '../embedders/index.ts';
import type { CheckedEmbedder, EmbedderSettings } from '../schema/embedder.ts';
import { readEmbedder, writeEmbedder } from './embedder-settings.ts';
import type { Log } from './log.ts';
import { Recent } from './recent.ts';

/** What became of a question: its vector, or why there is none. */
export type QueryVector = { vector: Float32Array; why: null } | { vector: null; why: string };

/** The embedder of this machine, for all of its workspaces. */
export interface EmbedderHost {
  /** Null: none is set. */
  current(): { checked: CheckedEmbedder; embedder: Embedder } | null;
  /** Why there is none although one was set; null when all is well. */
  trouble(): string | null;
  /** Tries the settings with a real embedding, keeps them, and tells whoever listens. Rejects, and changes nothing, when they do not work. */
  set(settings: EmbedderSettings, signal?: AbortSignal): Promise<CheckedEmbedder | null>;
  /** Never rejects, and never takes longer than `queryMs`. */
  embedQuery(text: string, signal?: AbortSignal): Promise<QueryVector>;
  /** Calls `listener` after each change until the returned function is called. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface EmbedderHostParts {
  home: string;
  log: Log;
  env: Readonly<Record<string, string | undefined>>;
  /** How long a question waits for its vector. */
  queryMs?: number;
}

/** Recall answers in tens of milliseconds without vectors: nobody waits much longer for them. */
const defaultQueryMs = 300;
const keptQueries = 256;

export async function openEmbedderHost(parts: EmbedderHostParts): Promise<EmbedderHost> {
  const { home, log, env, queryMs = defaultQueryMs } = parts;
  const room = { directory: join(home, 'embedders'), env };
  const listeners = new Set<() => void>();
  const queries = new Recent<string, Float32Array>(keptQueries);
  let current: ReturnType<EmbedderHost['current']> = null;
  let trouble: string | null = null;

  const use = async (checked: CheckedEmbedder | null): Promise<void> => {
    const before = current;
    current = checked === null ? null : { checked, embedder: openEmbedder(checked, room) };
    trouble = null;
    queries.clear();
    await before?.embedder.close();
  };

  try {
    await use(await readEmbedder(home));
  } catch (error) {
    // Capture and recall by words need none of it.
    trouble = error instanceof Error ? error.message : String(error);
    log.error('the embedder that was set cannot be used', error);
  }

  const embedQuery = async (asked: string, signal?: AbortSignal): Promise<QueryVector> => {
    if (current === null) return { vector: null, why: trouble ?? 'no embedder is set' };
    const { embedder } = current;
    const text = queryText(asked);
    const known = queries.get(text);
    if (known !== undefined) return { vector: known, why: null };
    const late = AbortSignal.timeout(queryMs);
    const until = signal === undefined ? late : AbortSignal.any([signal, late]);
    try {
      const [vector] = await Promise.race([embedder.embed([text], 'query', until), rejectOn(until)]);
      if (vector === undefined || !vector.some((part) => part !== 0))
        return { vector: null, why: 'the model knows no word of the question' };
      if (current?.embedder === embedder) queries.set(text, vector);
      return { vector, why: null };
    } catch (error) {
      const isLate = late.aborted && !signal?.aborted;
      const message = error instanceof Error ? error.message : String(error);
      return { vector: null, why: isLate ? `the embedder did not answer within ${queryMs} ms` : message };
    }
  };

  const setting = new Mutex();
  const change: EmbedderHost['set'] = async (settings, signal) => {
    const isOff = settings.provider === 'none';
    if (!isOff) await installFor(settings, room, signal);
    const checked = isOff ? null : await checkEmbedder(settings, room, signal);
    await writeEmbedder(home, checked);
    await use(checked);
    for (const listener of listeners) listener();
    log.info('the embedder was set', { provider: settings.provider, dims: checked?.dims ?? 0 });
    return checked;
  };

  return {
    current: () => current,
    trouble: () => trouble,
    set: (settings, signal) => setting.runExclusive(() => change(settings, signal)),
    embedQuery,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      await current?.embedder.close();
    },
  };
}

/** A provider may not look at its signal in time. */
const rejectOn = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const fail = (): void => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
