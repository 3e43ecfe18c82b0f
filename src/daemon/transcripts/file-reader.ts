import { open as openFile } from 'node:fs/promises';
import type { Agent, DocumentReader, TranscriptReader } from '../../agents/agent.ts';
import type { DraftInput } from '../../schema/event.ts';

/** Drafts that are handed on in one go. */
const batchSize = 500;
const chunkBytes = 1024 * 1024;
/** A longer line is no line of a transcript; it is passed over, so that a file without line ends cannot fill the memory. */
const longestLineBytes = 256 * 1024 * 1024;
/** A database may have written something at the moment of the last look. */
const overlapMs = 5_000;
const newline = 0x0a;

export interface ReadCounts {
  lines: number;
  /** Lines of bookkeeping that carry nothing to keep. */
  skipped: number;
  /** Lines that are not JSON. */
  damaged: number;
}

/** Takes drafts about work in `directory` (null: the file does not say); `readBytes` of the file are read by now. */
export type Take = (directory: string | null, drafts: DraftInput[], readBytes: number) => Promise<void>;

/** A transcript that is read on from where the last reading stopped. */
export interface OpenTranscript {
  /** Reads what was added since. `isWhole`: nothing will be added, so that a torn last line is damage and nothing waits. */
  readOn(take: Take, options: { isWhole: boolean }): Promise<ReadCounts>;
  /** What waited for a line that has not come for a while. */
  rest(take: Take): Promise<void>;
  /** Bytes that were read. */
  position(): number;
  /** Types of lines that the adapter does not know. */
  unknown(): Record<string, number>;
}

/**
 * Opens a transcript for reading from its beginning; `directory` is what its first lines say. Of a file that is no list of
 * lines what changed since `sinceMs` (epoch milliseconds) is read.
 */
export function openTranscript(
  agent: Agent,
  path: string,
  directory: string | null,
  sinceMs = 0,
): OpenTranscript {
  const document = agent.transcripts.document?.(path) ?? null;
  return document === null
    ? openLines(agent.transcripts.reader(path), path, directory)
    : openDocument(document, sinceMs);
}

function openDocument(document: DocumentReader, sinceMs: number): OpenTranscript {
  let since = Math.max(0, sinceMs - overlapMs);
  const readOn: OpenTranscript['readOn'] = async (take) => {
    const from = since;
    since = Math.max(1, Date.now() - overlapMs);
    const counts = { lines: 0, skipped: 0, damaged: 0 };
    try {
      for (const { directory, drafts } of document.parts(from)) {
        for (let at = 0; at < drafts.length; at += batchSize)
          await take(directory, drafts.slice(at, at + batchSize), 0);
        counts.lines += drafts.length;
      }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      counts.damaged += 1;
      since = from;
    }
    return counts;
  };
  return {
    readOn,
    rest: async () => undefined,
    position: () => 0,
    unknown: () => document.unknown?.() ?? {},
  };
}

function openLines(reader: TranscriptReader, path: string, directory: string | null): OpenTranscript {
  let position = 0;
  /** Bytes of a line whose end is not there yet. */
  let partial: Buffer[] = [];
  let partialBytes = 0;
  let batch: DraftInput[] = [];

  const hand = async (take: Take): Promise<void> => {
    const drafts = batch;
    batch = [];
    await take(directory, drafts, position);
  };

  const takeLine = (line: string, counts: ReadCounts): void => {
    if (line.trim() === '') return;
    counts.lines += 1;
    const drafts = readLine(reader, line);
    if (drafts === 'damaged') counts.damaged += 1;
    else if (drafts === null) counts.skipped += 1;
    else batch.push(...drafts);
  };

  const takeChunk = (chunk: Buffer, counts: ReadCounts): void => {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      const piece = chunk.subarray(from, end);
      const isTooLong = partialBytes + piece.length > longestLineBytes;
      if (isTooLong) counts.damaged += 1;
      else takeLine(Buffer.concat([...partial, piece]).toString('utf8'), counts);
      partial = [];
      partialBytes = 0;
      from = end + 1;
    }
    const tail = chunk.subarray(from);
    partialBytes += tail.length;
    // The chunk's memory is used again for the next one.
    if (partialBytes <= longestLineBytes && tail.length > 0) partial.push(Buffer.from(tail));
  };

  const readOn: OpenTranscript['readOn'] = async (take, { isWhole }) => {
    const counts = { lines: 0, skipped: 0, damaged: 0 };
    const handle = await openFile(path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(chunkBytes);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, chunkBytes, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        takeChunk(buffer.subarray(0, bytesRead), counts);
        if (batch.length >= batchSize) await hand(take);
      }
    } finally {
      await handle.close();
    }
    if (isWhole) {
      takeLine(Buffer.concat(partial).toString('utf8'), counts);
      partial = [];
      partialBytes = 0;
      batch.push(...reader.end());
    }
    await hand(take);
    return counts;
  };

  const rest: OpenTranscript['rest'] = async (take) => {
    batch.push(...(reader.rest?.() ?? []));
    if (batch.length > 0) await hand(take);
  };

  return { readOn, rest, position: () => position, unknown: () => reader.unknown?.() ?? {} };
}

function readLine(reader: TranscriptReader, line: string): DraftInput[] | null | 'damaged' {
  try {
    return reader.line(line);
  } catch (error) {
    if (error instanceof SyntaxError) return 'damaged';
    throw error;
  }
}
