import { join } from 'node:path';
import { segmentName } from './names.ts';
import {
  appendFrame,
  type Blank,
  discardBlank,
  type OpenSegment,
  prepareBlank,
  sealSegment,
  startSegment,
} from './segment.ts';

/** Writes frames into segment after segment; what is not needed for the next acknowledgement is done beside it. */
export interface Appender {
  /** Makes a frame durable whose first event is `firstSeq`. One call at a time. When it rejects nothing of the frame counts. */
  append(frame: Buffer, firstSeq: number): Promise<void>;
  /** Up to which byte the segment at `path` is acknowledged; infinity when it is not the one being written. */
  endOf(path: string): number;
  /** Resolves when nothing is being sealed or prepared any more. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Part of a segment after which the next one is prepared: at full speed the rest lasts about as long as that takes. */
const prepareAfter = 0.25;

/** Goes on in `open`, or begins a segment with the first frame; segments of `writer` in `directory` have `segmentBytes`. */
export function createAppender(
  directory: string,
  writer: string,
  segmentBytes: number,
  open: OpenSegment | null,
): Appender {
  let current = open;
  /** Null inside: preparing failed, which only means that the segment is made when it is needed. */
  let prepared: Promise<Blank | null> | null = null;
  const sealing = new Set<Promise<void>>();

  const seal = (full: OpenSegment): void => {
    // Its events are acknowledged already: at worst some zeros stay.
    const done = sealSegment(full).catch(() => undefined);
    sealing.add(done);
    void done.then(() => sealing.delete(done));
  };

  const roll = async (firstSeq: number): Promise<OpenSegment> => {
    const ready = await prepared;
    prepared = null;
    const blank = ready ?? (await prepareBlank(directory, segmentBytes));
    // Even when the new one fails: its name may be there, and what the old one took behind it would not count.
    if (current !== null) seal(current);
    current = null;
    const path = join(directory, segmentName(firstSeq));
    current = await startSegment(blank, path, { format: 1, writer, firstSeq });
    return current;
  };

  // After a failed sync the kernel may have dropped the pages: the segment is never written again.
  const giveUp = async (failed: OpenSegment): Promise<void> => {
    current = null;
    await failed.handle.truncate(failed.offset).catch(() => undefined);
    await failed.handle.close().catch(() => undefined);
  };

  const append = async (frame: Buffer, firstSeq: number): Promise<void> => {
    const fits = current !== null && current.offset + frame.length <= current.sizeBytes;
    const segment = fits && current !== null ? current : await roll(firstSeq);
    try {
      await appendFrame(segment, frame);
    } catch (error) {
      await giveUp(segment);
      throw error;
    }
    if (prepared === null && segment.offset > segment.sizeBytes * prepareAfter)
      prepared = prepareBlank(directory, segmentBytes).catch(() => null);
  };

  return {
    append,
    endOf: (path) => (current?.path === path ? current.offset : Number.POSITIVE_INFINITY),
    settle: async () => {
      await Promise.all([...sealing, prepared]);
    },
    close: async () => {
      await Promise.all(sealing);
      const blank = await prepared;
      prepared = null;
      if (blank !== null) await discardBlank(blank);
      await current?.handle.close();
      current = null;
    },
  };
}
