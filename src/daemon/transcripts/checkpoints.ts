import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../../store/durable.ts';

/** How a transcript file was when it was last read to its end. */
const Checkpoint = z.object({
  size: z.number(),
  mtimeMs: z.number(),
  /** It was taken as finished: what waited for a later line was handed out, too. */
  whole: z.boolean().default(false),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

const Saved = z.record(z.string(), Checkpoint);

/** A burst of readings is saved once. */
const saveAfterMs = 2_000;

/** Which transcripts were read how far: a cache, without which they are read again and nothing is added twice. */
export interface Checkpoints {
  get(path: string): Checkpoint | undefined;
  set(path: string, checkpoint: Checkpoint): void;
  /** Saves what has changed. */
  close(): Promise<void>;
}

export async function openCheckpoints(home: string): Promise<Checkpoints> {
  const file = join(home, 'transcripts.json');
  const known = new Map(Object.entries(await readSaved(file)));
  let timer: NodeJS.Timeout | null = null;
  let saving: Promise<void> = Promise.resolve();

  const save = (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const text = JSON.stringify(Object.fromEntries(known));
    // A cache: that it cannot be written costs a second reading and nothing else.
    saving = saving.then(() => writeDurably(file, text)).catch(() => undefined);
    return saving;
  };

  return {
    get: (path) => known.get(path),
    set: (path, checkpoint) => {
      known.set(path, checkpoint);
      timer ??= setTimeout(() => void save(), saveAfterMs).unref();
    },
    close: async () => {
      if (timer !== null) await save();
      await saving;
    },
  };
}

async function readSaved(file: string): Promise<z.infer<typeof Saved>> {
  try {
    return Saved.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return {};
  }
}
