import type { RecordBatch } from 'apache-arrow';
import type { CountedEvent, Event } from '../../schema/event.ts';
import { unpackBody } from './body.ts';
import { mapRows } from './rows.ts';
import { repeatedTexts, textLists, texts } from './texts.ts';

/** So many characters of a body are read at each end: a call's tool stands at its beginning, what it took at its end. */
const edge = 200;

/**
 * What is counted of a row. Of a body no more than its two ends are given, and whether it says anything of what the
 * answer took: whole bodies of a million events are gigabytes.
 */
export const countedColumns: Record<string, string> = {
  agent: 'agent',
  session: 'session',
  type: 'type',
  status: 'status',
  writer: 'writer',
  actor_kind: 'actor_kind',
  at: 'at',
  seq: 'seq',
  paths: 'paths',
  head: `CAST(left(body, ${edge}) AS string)`,
  tail: `CAST(right(body, ${edge}) AS string)`,
  measured: `strpos(body, '"tokens":') > 0 OR strpos(body, '"costUsd":') > 0`,
};

/** An event that is counted; `unclear`: its row must be read to know what it says. */
export interface CountedRow {
  event: CountedEvent;
  unclear: boolean;
  rowId: bigint;
}

type Counted = CountedEvent['body'];

/**
 * At the end of a body, and there alone: a quote that stands behind a comma is no part of a string, and of the two
 * braces the last one ends the body itself.
 */
const usageAtEnd =
  /,("tokens":\{(?:"\w+":[\d.e+-]+,?)*\}(?:,"costUsd":[\d.e+-]+)?(?:,"durationMs":[\d.e+-]+)?)\}$/;

const toolAtStart = /^\{(?:"\$redaction":\d+,)?"tool":("(?:[^"\\]|\\.)*")/;

const hasTool = (type: string): boolean => type === 'tool.called' || type === 'file.edited';

/** What a body says that is counted; null where its two ends do not tell. `tail` is empty where nothing was measured. */
export function countedOf(type: string, head: string, tail: string): Counted | null {
  // The beginning of an object is never an object: what can be read is the whole body.
  const whole = head.endsWith('}') ? parsed(head) : null;
  if (whole !== null) return hasTool(type) && typeof whole.tool !== 'string' ? null : whole;
  const tool = hasTool(type) ? toolAtStart.exec(head)?.[1] : undefined;
  if (hasTool(type) && tool === undefined) return null;
  const said = tool === undefined ? {} : { tool: JSON.parse(tool) as unknown };
  if (tail === '') return said;
  const usage = usageAtEnd.exec(tail)?.[1];
  return usage === undefined ? null : { ...said, ...(JSON.parse(`{${usage}}`) as Counted) };
}

function parsed(json: string): Counted | null {
  try {
    return JSON.parse(json) as Counted;
  } catch {
    return null;
  }
}

/** So many rows are read in some milliseconds: between such pieces everybody else is heard. */
const pieceRows = 1_000;

/** Rows of `countedColumns`, and where they are, in pieces; read from the columns as they lie, for there may be a million of them. */
export function* countedRowsOf(batch: RecordBatch): Generator<CountedRow[]> {
  const read = countedRowIn(batch);
  for (let from = 0; from < batch.numRows; from += pieceRows)
    yield Array.from({ length: Math.min(pieceRows, batch.numRows - from) }, (_, at) => read(from + at));
}

function countedRowIn(batch: RecordBatch): (row: number) => CountedRow {
  const [agent, session, type] = ['agent', 'session', 'type'].map((name) => repeatedTexts(batch, name));
  const [status, writer, kind] = ['status', 'writer', 'actor_kind'].map((name) => repeatedTexts(batch, name));
  const [head, tail] = [texts(batch, 'head'), texts(batch, 'tail')];
  const paths = textLists(batch, 'paths');
  const [at, seq, rowId] = ['at', 'seq', '_rowid'].map((name) => batch.getChild(name));
  const measured = batch.getChild('measured');
  return (row) => {
    const what = type?.(row) ?? '';
    const isMeasured = measured?.get(row) === true;
    const body = isMeasured || hasTool(what) ? countedOf(what, head(row), isMeasured ? tail(row) : '') : {};
    return {
      event: {
        agent: agent?.(row) ?? '',
        session: session?.(row) ?? '',
        type: what,
        status: status?.(row) as Event['status'],
        writer: writer?.(row) ?? '',
        actor: { kind: kind?.(row) as Event['actor']['kind'] },
        at: Number(at?.get(row)),
        seq: Number(seq?.get(row)),
        paths: paths(row),
        body: body ?? {},
      },
      unclear: body === null,
      rowId: body === null ? (rowId?.get(row) as bigint) : 0n,
    };
  };
}

/** Bodies of rows of `bodyColumns`, by where they are. */
export const bodyColumns = ['_rowid', 'body', 'text'];
export const bodiesOf = (batch: RecordBatch): [bigint, Counted][] =>
  mapRows(batch, (row) => {
    const { body } = unpackBody(String(row('body')), String(row('text')));
    return [row('_rowid') as bigint, body];
  });
