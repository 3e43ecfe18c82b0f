import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { crc32, createZstdDecompress } from 'node:zlib';
import { AppError } from '../../schema/app-error.ts';
import { toRow } from '../lance/rows.ts';
import type { OnProgress } from '../progress.ts';
import { RangeSet, type Ranges } from '../ranges.ts';
import type { StoredEvent } from '../stored-event.ts';
import {
  BackedUpEvent,
  BackupEnd,
  BackupHeader,
  backupFormat,
  damagedBackup,
  endMark,
  lineLimitBytes,
  newerBackup,
  notABackup,
} from './format.ts';
import { checkSeal } from './seal.ts';

/** A backup that was read from end to end and found to be whole. */
export interface CheckedBackup {
  header: BackupHeader;
  /** Which events it has. */
  ranges: Ranges;
  events: number;
  skipped: number;
  crc: number;
}

/** Half of a surrogate pair: UTF-8 has none, and what we write has none. The backslash is not itself escaped. */
const loneSurrogate = /(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]/;

/**
 * Reads a backup and checks all of it: format, every event, their number and the checksum. Nothing is made of it. Throws
 * INVALID_ARGUMENT on what is no backup, FAILED_PRECONDITION on a newer one, DATA_LOSS on one that is not whole.
 */
export async function checkBackup(path: string, onProgress: OnProgress): Promise<CheckedBackup> {
  const { size } = await stat(path);
  const found = new RangeSet();
  const report = (bytes: number): void =>
    onProgress({ message: 'checking the file', done: bytes, total: size });
  for await (const step of readSteps(path, report)) {
    if (step.kind === 'line') {
      const { event } = parseEvent(path, step);
      if (event.workspace !== step.header.workspace.id)
        throw damagedBackup(path, `line ${step.number} belongs to another workspace`);
      if (!found.add(event.writer, event.seq))
        throw damagedBackup(path, `line ${step.number} has an event that was there before`);
    } else return checkEnd(path, step, found);
  }
  throw damagedBackup(path, 'its end is missing');
}

/** The events of a backup that was checked; throws ABORTED when the file is no longer the one that was. */
export async function* readBackup(
  path: string,
  checked: Pick<CheckedBackup, 'crc'>,
): AsyncGenerator<StoredEvent[]> {
  let rows: StoredEvent[] = [];
  let bytes = 0;
  for await (const step of readSteps(path, () => undefined)) {
    if (step.kind === 'end') {
      if (step.end.crc !== checked.crc) throw changed(path);
      break;
    }
    rows.push(JSON.parse(step.text) as StoredEvent);
    bytes += step.text.length;
    if (rows.length < partRows && bytes < partBytes) continue;
    yield rows;
    rows = [];
    bytes = 0;
  }
  yield rows;
}

/** Events that are handed on at a time. */
const partRows = 1_000;
const partBytes = 16 << 20;

function checkEnd(path: string, { header, end, crc }: EndStep, found: RangeSet): CheckedBackup {
  if (end.crc !== crc) throw damagedBackup(path, 'its checksum differs');
  if (end.events !== found.size)
    throw damagedBackup(path, `it has ${found.size} events, and says ${end.events}`);
  const expected = RangeSet.of(header.ranges);
  if (found.without(expected).size > 0)
    throw damagedBackup(path, 'it has events that its first line has not');
  if (expected.without(found).size !== end.skipped)
    throw damagedBackup(path, 'it lacks events that its first line has');
  return { header, ranges: found.toJSON(), events: found.size, skipped: end.skipped, crc };
}

function parseEvent(path: string, { text, number }: LineStep): StoredEvent {
  try {
    if (loneSurrogate.test(text)) throw new TypeError('it has half of a character');
    const row = BackedUpEvent.parse(JSON.parse(text));
    // Whatever a table cannot hold shows here, before there is one.
    toRow(row);
    return row;
  } catch (cause) {
    throw damagedBackup(path, `line ${number} is not an event`, cause);
  }
}

interface LineStep {
  kind: 'line';
  number: number;
  text: string;
  header: BackupHeader;
}

interface EndStep {
  kind: 'end';
  end: BackupEnd['end'];
  header: BackupHeader;
  /** Of what was read before the last line. */
  crc: number;
}

/** Goes through a backup line by line; the last step is its end, and nothing may follow. */
async function* readSteps(
  path: string,
  onBytes: (readBytes: number) => void,
): AsyncGenerator<LineStep | EndStep> {
  let header: BackupHeader | null = null;
  let end: EndStep | null = null;
  let crc = 0;
  let number = 0;
  const bytes = await checkSeal(path, () => onBytes(0));
  for await (const line of readLines(path, bytes, onBytes)) {
    number += 1;
    if (end !== null) throw damagedBackup(path, 'something follows its end');
    const text = line.toString('utf8');
    if (header === null) header = parseHeader(path, text);
    else if (text.startsWith(endMark)) end = { kind: 'end', header, crc, ...parseEnd(path, text) };
    else yield { kind: 'line', number, text, header };
    if (end === null) crc = crc32('\n', crc32(line, crc));
  }
  if (header === null) throw notABackup(path);
  if (end !== null) yield end;
}

function parseHeader(path: string, text: string): BackupHeader {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notABackup(path, cause);
  }
  const { hivemind, format } = (value ?? {}) as { hivemind?: unknown; format?: unknown };
  if (hivemind !== 'backup') throw notABackup(path);
  if (typeof format === 'number' && format > backupFormat) throw newerBackup(path, format);
  const parsed = BackupHeader.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damagedBackup(path, `its first line: ${issue?.path.join('.')}: ${issue?.message}`, parsed.error);
}

function parseEnd(path: string, text: string): BackupEnd {
  try {
    return BackupEnd.parse(JSON.parse(text));
  } catch (cause) {
    throw damagedBackup(path, 'its last line cannot be read', cause);
  }
}

/** Lines of the decompressed file, without their ends. Holds one unfinished line at the most. */
async function* readLines(
  path: string,
  bytes: number,
  onBytes: (readBytes: number) => void,
): AsyncGenerator<Buffer> {
  const source = createReadStream(path, { end: bytes - 1 });
  const plain = source.pipe(createZstdDecompress());
  source.on('error', (error) => plain.destroy(error));
  // What comes behind the frame may still fail when nobody reads any more.
  plain.on('error', () => undefined);
  let rest: Buffer[] = [];
  let length = 0;
  let isFirst = true;
  try {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      let from = 0;
      for (let to = chunk.indexOf('\n'); to !== -1; to = chunk.indexOf('\n', from)) {
        yield Buffer.concat([...rest, chunk.subarray(from, to)]);
        isFirst = false;
        rest = [];
        length = 0;
        from = to + 1;
      }
      rest.push(Buffer.from(chunk.subarray(from)));
      length += chunk.length - from;
      if (length > lineLimitBytes)
        throw isFirst ? notABackup(path) : damagedBackup(path, 'a line is too long');
      onBytes(source.bytesRead);
    }
  } catch (error) {
    if (error instanceof AppError || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw isFirst
      ? notABackup(path, error)
      : damagedBackup(path, 'it cannot be decompressed to its end', error);
  } finally {
    source.destroy();
  }
  if (length > 0) throw isFirst ? notABackup(path) : damagedBackup(path, 'its last line is cut short');
}

const changed = (path: string): AppError =>
  new AppError('ABORTED', `${path} was changed while it was being read`, { hint: 'try again' });
