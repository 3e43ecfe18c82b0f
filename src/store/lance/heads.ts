import { crc32 } from 'node:zlib';
import { type RecordBatch, Schema } from 'apache-arrow';
import type { Event, ShownEvent } from '../../schema/event.ts';
import { type PackedText, packedStringOf, unpackText } from './body.ts';
import { withTexts } from './columns.ts';
import { type EventRow, eventsSchema, longText, mapRows, pathsOf, placedOf, type Row } from './rows.ts';

/**
 * All that a search shows of a row but its text, in one column of sealed tables: LanceDB reads each column of each row by
 * itself, and unpacks a block for it. A column `head`, in tables of earlier builds, is of another form, and not read.
 */
const headField = longText('shown');

/** Columns of a sealed table. Those that were sealed before there were heads have `eventsSchema`. */
export const sealedSchema = new Schema([...eventsSchema.fields, headField]);

export const hasHeads = ({ fields }: { fields: readonly { name: string }[] }): boolean =>
  fields.some(({ name }) => name === headField.name);

/** What is read to show an event. */
export const headColumns = [headField.name, 'text'];

/** Most characters of what went wrong that are kept where it does not stand in the text. */
const mostSaid = 2_000;

/** Hex digits of the checksum at the beginning of a head; the rest is JSON. */
const sumDigits = 8;

/** What the JSON of a head says. */
type Head = Omit<ShownEvent, 'text' | 'body'> & {
  /** The tool that was called. */
  tool?: PackedText;
  /** What was said by something that failed. */
  error?: PackedText;
};

/** CRC-32 over a head and the text that is shown with it. */
const sumOf = (json: string, text: string): string =>
  crc32(`${json}\u001f${text}`).toString(16).padStart(sumDigits, '0');

/** The head of a row that has all columns of `eventsSchema`. */
export function headOf(row: Row): string {
  const placed = placedOf(row);
  const head: Head = { ...placed, hlc: String(row('hlc')), paths: pathsOf(row), ...saidIn(placed, row) };
  const json = JSON.stringify(head);
  return `${sumOf(json, String(row('text')))}${json}`;
}

function saidIn({ type, status }: Pick<Event, 'type' | 'status'>, row: Row): Pick<Head, 'tool' | 'error'> {
  const isCall = type === 'tool.called';
  if (!isCall && status === 'ok') return {};
  const body = JSON.parse(String(row('body'))) as Record<string, unknown>;
  const text = String(row('text'));
  const tool = isCall ? packedStringOf(body.tool, text) : null;
  const error =
    status === 'ok' ? null : (packedStringOf(body.error, text) ?? packedStringOf(body.output, text));
  return {
    ...(tool === null ? {} : { tool }),
    ...(error === null ? {} : { error: typeof error === 'string' ? error.slice(0, mostSaid) : error }),
  };
}

/** The event that a head and its text tell of; null when they are not what was written. */
function shownOf(head: string, text: string): ShownEvent | null {
  const json = head.slice(sumDigits);
  if (head.slice(0, sumDigits) !== sumOf(json, text)) return null;
  const { tool, error, ...shown } = JSON.parse(json) as Head;
  return {
    ...shown,
    text,
    body: {
      ...(tool === undefined ? {} : { tool: unpackText(tool, text) }),
      ...(error === undefined ? {} : { error: unpackText(error, text) }),
    },
  };
}

/** Reads rows of `headColumns`. */
export const shownOfRow = (row: Row): ShownEvent | null =>
  shownOf(String(row(headField.name)), String(row('text')));

/** The same rows with their heads. */
export const withHeads = (batch: RecordBatch): RecordBatch =>
  withTexts(batch, sealedSchema, mapRows(batch, headOf));

/** The same for a row that is no batch yet. */
export const rowWithHead = (row: EventRow): EventRow => ({
  ...row,
  [headField.name]: headOf((column) => row[column]),
});
