import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, toAppError } from '../schema/app-error.ts';
import { errorCodes } from '../schema/errors.ts';

/** Bytes of a refused request that are still read, and for how long, so that its sender gets to read why. */
const drainedBytes = 64 << 20;
const drainedMs = 10_000;

export function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, 'application/json', JSON.stringify(value));
}

export function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** Answers with an error, at once; what the client is still sending is read to its end, within bounds, and dropped. */
export function sendError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const known = toAppError(error);
  if (response.headersSent || response.destroyed) return void response.destroy();
  const text = JSON.stringify({ error: known.toJSON() });
  const retryAfterMs = Number(known.details?.retryAfterMs);
  if (retryAfterMs > 0) response.setHeader('retry-after', Math.ceil(retryAfterMs / 1000));
  // Whoever asked first (`expect: 100-continue`) and was not invited sends no body that could be waited for.
  const isUninvited = request.headers.expect !== undefined && request.readableFlowing === null;
  if (isUninvited) response.setHeader('connection', 'close');
  response.writeHead(errorCodes[known.code].http, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.write(text);
  if (isUninvited) response.end();
  else endAfterBody(request, response);
}

/**
 * Ends the response to a request of which not all was read; the rest is read and dropped, within bounds. A connection
 * that is closed on unread bytes is reset, and its client never sees the answer: such a one is closed after that.
 */
export function endAfterBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || request.destroyed) return void response.end();
  if (response.shouldKeepAlive) response.end();
  let left = drainedBytes;
  const timer = setTimeout(() => request.destroy(), drainedMs);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => {
    clearTimeout(timer);
    response.end();
  });
  request.on('error', () => undefined);
  request.resume();
}

/** Ends a connection whose bytes are no HTTP, or that finds no room. Its client may never read: it is not waited for. */
export function turnAway(stream: Duplex, error: AppError): void {
  const status = error.code === 'RESOURCE_EXHAUSTED' ? '503 Service Unavailable' : '400 Bad Request';
  const text = JSON.stringify({ error: error.toJSON() });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}`;
  stream.on('error', () => undefined);
  if (stream.writable) stream.write(`${head}\r\nconnection: close\r\n\r\n${text}`);
  stream.destroy();
}

export const tooMany = (what: string): AppError =>
  new AppError('RESOURCE_EXHAUSTED', `the daemon has as many ${what} as it takes`, {
    hint: 'send it again in a second; nothing of this call was stored',
    details: { retryAfterMs: 1000 },
  });
