import { crc32 } from 'node:zlib';
import { Field, type RecordBatch, Schema, Utf8 } from 'apache-arrow';
import type { Event, ShownEvent } from '../../schema/event.ts';
import { type PackedText, packedStringOf, unpackText } from './body.ts';
import { withTexts } from './columns.ts';
import { type EventRow, eventsSchema, mapRows, pathsOf, placedOf, type Row } from './rows.ts';

/**
 * All that a search shows of a row but its text, in one column of sealed tables: LanceDB reads each column of each row by
 * itself, and unpacks a block for it. Blocks of 4 KiB: what is in here hardly compresses better in longer ones.
 */
const headField = new Field(
  'head',
  new Utf8(),
  false,
  new Map([
    ['lance-encoding:compression', 'zstd'],
    ['lance-encoding:compression-level', '6'],
    ['lance-encoding:structural-encoding', 'miniblock'],
    ['lance-encoding:minichunk-size', String(4 << 10)],
  ]),
);

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

type HeadValues = [
  id: string,
  branch: string,
  session: string,
  turn: string | null,
  agent: string,
  writer: string,
  seq: number,
  hlc: string,
  actorKind: Event['actor']['kind'],
  actorName: string,
  actorModel: string | null,
  at: number,
  type: string,
  status: Event['status'],
  paths: string[],
  tool: PackedText | null,
  wentWrong: PackedText | null,
];

/** CRC-32 over a head and the text that is shown with it. */
const sumOf = (json: string, text: string): string =>
  crc32(`${json}\u001f${text}`).toString(16).padStart(sumDigits, '0');

/** The head of a row that has all columns of `eventsSchema`. */
export function headOf(row: Row): string {
  const placed = placedOf(row);
  const { actor } = placed;
  const values: HeadValues = [
    placed.id,
    placed.branch,
    placed.session,
    placed.turn,
    placed.agent,
    placed.writer,
    placed.seq,
    String(row('hlc')),
    actor.kind,
    actor.name,
    actor.model ?? null,
    placed.at,
    placed.type,
    placed.status,
    pathsOf(row),
    ...saidIn(placed, row),
  ];
  const json = JSON.stringify(values);
  return `${sumOf(json, String(row('text')))}${json}`;
}

/** The tool that was called, and of what failed what it said. */
function saidIn(
  { type, status }: Pick<Event, 'type' | 'status'>,
  row: Row,
): [PackedText | null, PackedText | null] {
  if (type !== 'tool.called' && status === 'ok') return [null, null];
  const body = JSON.parse(String(row('body'))) as Record<string, unknown>;
  const text = String(row('text'));
  const said = (key: string): PackedText | null => packedStringOf(body[key], text);
  const wentWrong = status === 'ok' ? null : (said('error') ?? said('output'));
  return [
    type === 'tool.called' ? said('tool') : null,
    typeof wentWrong === 'string' ? wentWrong.slice(0, mostSaid) : wentWrong,
  ];
}

/** The event that a head and its text tell of; null when they are not what was written. */
function shownOf(head: string, text: string): ShownEvent | null {
  const json = head.slice(sumDigits);
  if (head.slice(0, sumDigits) !== sumOf(json, text)) return null;
  const [
    id,
    branch,
    session,
    turn,
    agent,
    writer,
    seq,
    hlc,
    kind,
    name,
    model,
    at,
    type,
    status,
    paths,
    tool,
    wentWrong,
  ] = JSON.parse(json) as HeadValues;
  return {
    id,
    branch,
    session,
    turn,
    agent,
    writer,
    seq,
    hlc,
    actor: { kind, name, ...(model === null ? {} : { model }) },
    at,
    type,
    status,
    paths,
    text,
    body: {
      ...(tool === null ? {} : { tool: unpackText(tool, text) }),
      ...(wentWrong === null ? {} : { error: unpackText(wentWrong, text) }),
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
