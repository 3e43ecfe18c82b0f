import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, toAppError } from '../schema/app-error.ts';
import type { CallContext } from '../schema/operation.ts';
import { goneAway, invite } from './body.ts';
import { endAfterBody, sendJson } from './reply.ts';
import { Upload, type UploadParts, type UploadResult } from './upload.ts';

/** Longest nonce of a delivery: what `event.append` takes. */
const nonceChars = 200;

export interface EventsRequest {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  context: Partial<CallContext>;
  call: UploadParts['call'];
  /** Told how much of the body is in memory; throws when that is too much. */
  hold: (bytes: number) => void;
  /** Told whether the body is being read or waits for the disk. */
  onPause: (isPaused: boolean) => void;
}

/** Whether the client wants to be answered line by line, while its body is still coming. */
export const wantsStream = (request: IncomingMessage): boolean =>
  request.headers.accept?.includes('ndjson') === true;

/**
 * `POST /v1/events`: one draft a line. Answers once with what became of all of them, or in a stream with what became
 * of each. Nothing is acknowledged before it is on disk.
 */
export async function takeEvents(parts: EventsRequest): Promise<void> {
  const { request, response, query, context, call } = parts;
  const { first, target } = targetOf(request, query);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const tell = (news: unknown): void => {
    response.write(`${JSON.stringify(news)}\n`);
  };
  const upload = new Upload({
    call,
    context: { ...context, signal: gone.signal },
    target,
    first,
    ...(wantsStream(request) ? { tell } : {}),
  });
  invite(request, response);
  if (wantsStream(request)) return answerStream(upload, parts, tell);
  await readInto(upload, parts);
  const result = await upload.end(request.complete);
  if (!request.complete) throw goneAway();
  if (result.refused > 0 && result.appended + result.duplicates === 0) throw allRefused(result);
  sendJson(response, { result });
}

async function answerStream(
  upload: Upload,
  parts: EventsRequest,
  tell: (news: unknown) => void,
): Promise<void> {
  const { request, response } = parts;
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
  await readInto(upload, parts);
  try {
    tell({ result: await upload.end(request.complete) });
  } catch (error) {
    tell({ error: toAppError(error).toJSON() });
  }
  endAfterBody(request, response);
}

/** Hands the body over piece by piece, and stops reading while the upload is full; resolves when there is no more to read. */
function readInto(upload: Upload, { request, response, hold, onPause }: EventsRequest): Promise<void> {
  return new Promise((resolve) => {
    const isOver = (): boolean => {
      if (upload.failure !== null) stop();
      return upload.failure !== null;
    };
    const hasRoom = (): boolean => !upload.isFull && !response.writableNeedDrain;
    const goOn = (): void => {
      if (isOver()) return;
      hold(upload.heldBytes);
      if (!request.isPaused() || !hasRoom()) return;
      onPause(false);
      request.resume();
    };
    const onData = (chunk: Buffer): void => {
      upload.take(chunk, hold);
      if (isOver() || hasRoom()) return;
      request.pause();
      onPause(true);
    };
    const stop = (): void => {
      request.off('data', onData);
      response.off('drain', goOn);
      upload.onRoom = () => undefined;
      resolve();
    };
    upload.onRoom = goOn;
    response.on('drain', goOn);
    request.on('data', onData);
    for (const event of ['end', 'error', 'close']) request.once(event, stop);
  });
}

function targetOf(
  request: IncomingMessage,
  query: URLSearchParams,
): { first: number; target: UploadParts['target'] } {
  const header = request.headers['idempotency-key'];
  const delivery = query.get('delivery') ?? (typeof header === 'string' ? header : undefined);
  if (delivery !== undefined && (delivery === '' || delivery.length > nonceChars))
    throw new AppError('INVALID_ARGUMENT', `delivery: a nonce has 1 to ${nonceChars} characters`);
  const first = Number(query.get('line') ?? 1);
  if (!Number.isSafeInteger(first) || first < 1)
    throw new AppError('INVALID_ARGUMENT', 'line: the number of the first line, from 1 on');
  const named = ['workspace', 'cwd', 'branch', 'caller'].flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [[name, value]];
  });
  return {
    first,
    target: {
      ...Object.fromEntries(named),
      ...(delivery === undefined ? {} : { delivery }),
    },
  };
}

const allRefused = ({ refusals, refused }: UploadResult): AppError =>
  new AppError('INVALID_ARGUMENT', `line ${refusals[0]?.line}: ${refusals[0]?.message}`, {
    hint: 'one event a line; docs/reference/events.md says what an event has',
    details: { refused, refusals },
  });
