import { createHash } from 'node:crypto';
import { embeddedText, likeness } from '../../core/embed-text.ts';
import { type Embedder, RefusedText } from '../../embedders/index.ts';
import type { Event } from '../../schema/event.ts';
import type { EmbeddedEvent } from '../../store/embeddings.ts';
import type { Recent } from '../recent.ts';

/** What every model takes: where it is refused too, the texts are not to blame. */
const harmless = 'a plain sentence';

/** Vectors by what their texts have in common. */
export type KnownVectors = Recent<string, Float32Array>;

/**
 * The events with the vectors of their texts; those without a text, or with one that the model refuses, are left out.
 * Texts that are alike are embedded once. Rejects when the embedder is not able to work.
 */
export async function embedEvents(
  embedder: Embedder,
  events: readonly Event[],
  known: KnownVectors,
  signal: AbortSignal,
): Promise<EmbeddedEvent[]> {
  const told = events.flatMap((event) => {
    const text = embeddedText(event);
    return text === null ? [] : [{ event, text, key: keyOf(text) }];
  });
  const vectors = new Map<string, Float32Array | null>();
  const unknown = new Map<string, string>();
  for (const { text, key } of told) {
    const vector = known.get(key);
    if (vector === undefined) unknown.set(key, text);
    else vectors.set(key, vector);
  }
  const made = await embedAll(embedder, [...unknown.values()], signal);
  for (const [at, key] of [...unknown.keys()].entries()) {
    const vector = made[at] ?? null;
    vectors.set(key, vector);
    if (vector !== null) known.set(key, vector);
  }
  return told.flatMap(({ event, key }) => {
    const vector = vectors.get(key) ?? null;
    return vector === null || !vector.some((part) => part !== 0) ? [] : [{ event: placeOf(event), vector }];
  });
}

const keyOf = (text: string): string => createHash('sha1').update(likeness(text)).digest('base64');

/** Null for a text that is refused while others are taken. */
async function embedAll(
  embedder: Embedder,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<(Float32Array | null)[]> {
  if (texts.length === 0) return [];
  try {
    return await embedder.embed(texts, 'document', signal);
  } catch (error) {
    if (!(error instanceof RefusedText)) throw error;
    await embedder.embed([harmless], 'document', signal);
    const [only] = texts;
    if (texts.length === 1 || only === undefined) return [null];
    const half = Math.ceil(texts.length / 2);
    const first = await embedAll(embedder, texts.slice(0, half), signal);
    return [...first, ...(await embedAll(embedder, texts.slice(half), signal))];
  }
}

/** Without what is large: it stays in memory. */
const placeOf = (event: Event): EmbeddedEvent['event'] => {
  const { id, branch, writer, seq, hlc, session, turn, type, agent, actor, status, at } = event;
  return { id, branch, writer, seq, hlc, session, turn, type, agent, actor, status, at };
};
