import { createConnection, type Socket } from 'node:net';
import { AppError, fromShape } from '../schema/app-error.ts';
import type { Call, CallContext, Progress } from '../schema/operation.ts';
import { versionHeader } from './paths.ts';

export interface Client {
  call: Call;
  /** The daemon's version, once it has answered. */
  serverVersion(): string | null;
  close(): void;
}

interface Head {
  headers: Map<string, string>;
  /** Bytes of the body that came with the head. */
  rest: Buffer;
}

/**
 * A client on the daemon's socket, one connection per call. Rejects with UNAVAILABLE when nobody answers.
 * It speaks HTTP/1.0 by itself, in which a body simply ends with its connection: loading node:http takes as
 * long as starting Node does.
 */
export function createClient(socketPath: string, version: string, timeoutMs = 30_000): Client {
  const open = new Set<Socket>();
  let serverVersion: string | null = null;

  const call = (async (name: string, input: unknown, context: Partial<CallContext> = {}) => {
    const socket = send(
      socketPath,
      requestText(name, JSON.stringify(input ?? {}), version, context),
      timeoutMs,
      context.signal,
    );
    open.add(socket);
    try {
      const body = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
      const { headers, rest } = await readHead(body);
      serverVersion = headers.get(versionHeader) ?? null;
      if (context.onProgress !== undefined) return await readStream(body, rest, context.onProgress);
      return await readAnswer(body, rest, Number(headers.get('content-length') ?? Number.NaN));
    } catch (error) {
      throw error instanceof AppError ? error : unreachable(error);
    } finally {
      open.delete(socket);
      socket.destroy();
    }
  }) as Call;

  const close = (): void => {
    for (const socket of open) socket.destroy();
  };
  return { call, serverVersion: () => serverVersion, close };
}

function requestText(name: string, body: string, version: string, context: Partial<CallContext>): string {
  const accept = context.onProgress === undefined ? 'application/json' : 'application/x-ndjson';
  const actor =
    context.actor === undefined
      ? []
      : [`x-hivemind-actor: ${encodeURIComponent(JSON.stringify(context.actor))}`];
  return [
    `POST /v1/op/${encodeURIComponent(name)} HTTP/1.0`,
    'host: hivemind',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `accept: ${accept}`,
    `${versionHeader}: ${version}`,
    `x-hivemind-door: ${context.door ?? 'socket'}`,
    ...actor,
    '',
    body,
  ].join('\r\n');
}

/** A connection on which a request was sent. */
export function send(path: string, text: string, timeoutMs: number, signal: AbortSignal | undefined): Socket {
  const socket = createConnection({ path, allowHalfOpen: true, ...(signal === undefined ? {} : { signal }) });
  // A long import streams progress: only silence is a time-out.
  socket.setTimeout(timeoutMs, () =>
    socket.destroy(
      new AppError('DEADLINE_EXCEEDED', `the daemon has not answered for ${timeoutMs / 1000} s`, {
        hint: 'hivemind daemon logs',
      }),
    ),
  );
  socket.write(text);
  return socket;
}

/** The head of an answer. */
export async function readHead(body: AsyncIterator<Buffer>): Promise<Head> {
  let text = Buffer.alloc(0);
  for (;;) {
    const { value, done } = await body.next();
    if (done)
      throw new AppError('UNAVAILABLE', 'the daemon closed the connection without an answer', {
        hint: 'hivemind daemon logs',
      });
    text = Buffer.concat([text, value]);
    const end = text.indexOf('\r\n\r\n');
    if (end === -1) continue;
    const lines = text.subarray(0, end).toString('latin1').split('\r\n').slice(1);
    const headers = new Map(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    );
    return { headers, rest: text.subarray(end + 4) };
  }
}

async function readAnswer(body: AsyncIterator<Buffer>, rest: Buffer, length: number): Promise<unknown> {
  const chunks = [rest];
  for (let next = await body.next(); !next.done; next = await body.next()) chunks.push(next.value);
  const whole = Buffer.concat(chunks);
  if (whole.length < length) throw goneAway();
  return unwrap(JSON.parse(whole.toString('utf8')));
}

async function readStream(
  body: AsyncIterator<Buffer>,
  rest: Buffer,
  onProgress: (progress: Progress) => void,
): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = decoder.decode(rest, { stream: true });
  for (;;) {
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
      const message = JSON.parse(text.slice(0, end)) as { progress?: Progress };
      text = text.slice(end + 1);
      if (message.progress === undefined) return unwrap(message);
      onProgress(message.progress);
    }
    const { value, done } = await body.next();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  if (text.trim() === '') throw goneAway();
  return unwrap(JSON.parse(text));
}

const goneAway = (): AppError =>
  new AppError('UNAVAILABLE', 'the daemon went away in the middle of its answer', {
    hint: 'hivemind daemon logs, then try again',
  });

function unwrap(answer: unknown): unknown {
  const { result, error } = answer as { result?: unknown; error?: Parameters<typeof fromShape>[0] };
  if (error !== undefined) throw fromShape(error);
  return result;
}

function unreachable(error: unknown): AppError {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'AbortError') return new AppError('ABORTED', 'interrupted');
  return new AppError('UNAVAILABLE', `the daemon does not answer (${code ?? message})`, {
    hint: 'hivemind daemon start',
    cause: error,
  });
}
