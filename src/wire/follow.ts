import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, fromShape, toAppError } from '../schema/app-error.ts';
import type { ErrorShape } from '../schema/errors.ts';
import type { Event } from '../schema/event.ts';
import type { LiveEnd, LiveNews, LiveQueryInput } from '../schema/live.ts';
import { readHead, send } from './client.ts';
import { versionHeader } from './paths.ts';

/** A stream that has been silent for so long is dead: the daemon says something every 15 s. */
const silenceMs = 45_000;

/** How long it is waited before a lost stream is asked for again. */
const firstPauseMs = 100;
const longestPauseMs = 2_000;

export interface FollowOptions {
  signal?: AbortSignal;
  /** Told when the daemon has gone away, and when it is back. */
  onState?: (isLive: boolean) => void;
}

/**
 * What comes into a workspace, without an end. A daemon that goes away is waited for (and not started), and it goes on
 * behind the last place without gap or double. Throws what cannot be waited for: a wrong query, a branch that was deleted.
 */
export async function* follow(
  socketPath: string,
  version: string,
  query: LiveQueryInput,
  { signal = new AbortController().signal, onState = () => undefined }: FollowOptions = {},
): AsyncGenerator<LiveNews, undefined> {
  let cursor: string | undefined;
  let isLive = false;
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    try {
      for await (const news of stream(socketPath, requestText(query, cursor, version), signal)) {
        cursor = news.cursor;
        if (!isLive) onState(true);
        isLive = true;
        pauseMs = firstPauseMs;
        if ('end' in news && news.end.isFinal) throw ended(news.end);
        if (!('end' in news)) yield news;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
    }
    if (isLive) onState(false);
    isLive = false;
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

const ended = ({ reason }: LiveEnd): AppError =>
  new AppError('FAILED_PRECONDITION', reason, { hint: 'hivemind branch list' });

const isPassing = (error: unknown): boolean =>
  error instanceof AppError &&
  ['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'DEADLINE_EXCEEDED'].includes(error.code);

function requestText(query: LiveQueryInput, cursor: string | undefined, version: string): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) words.append(name, String(one));
  return [
    `GET /v1/live?${words} HTTP/1.0`,
    'host: hivemind',
    'accept: text/event-stream',
    `${versionHeader}: ${version}`,
    ...(cursor === undefined ? [] : [`last-event-id: ${cursor}`]),
    '',
    '',
  ].join('\r\n');
}

async function* stream(path: string, request: string, signal: AbortSignal): AsyncGenerator<LiveNews> {
  const socket = send(path, request, silenceMs, signal);
  try {
    const body = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const { headers, rest } = await readHead(body);
    const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true;
    const decoder = new TextDecoder();
    let text = decoder.decode(rest, { stream: true });
    for (;;) {
      for (let end = text.indexOf('\n\n'); isStream && end !== -1; end = text.indexOf('\n\n')) {
        const news = newsOf(text.slice(0, end));
        text = text.slice(end + 2);
        if (news !== null) yield news;
      }
      const { value, done } = await body.next();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    if (!isStream) throw fromShape((JSON.parse(text) as { error: ErrorShape }).error);
  } catch (error) {
    throw error instanceof AppError || error instanceof SyntaxError ? toAppError(error) : gone(error);
  } finally {
    socket.destroy();
  }
}

const gone = (cause: unknown): AppError =>
  new AppError('UNAVAILABLE', 'the daemon went away', { hint: 'hivemind daemon start', cause });

/** Null for what has nothing to say. Types of events have a dot in them, our own words none. */
function newsOf(message: string): LiveNews | null {
  const fields = new Map(
    message.split('\n').map((line): [string, string] => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
  const name = fields.get('event');
  const cursor = fields.get('id') ?? '';
  if (name === undefined) return cursor === '' ? null : { beat: true, cursor };
  const data: unknown = JSON.parse(fields.get('data') ?? 'null');
  if (name === 'error') throw fromShape(data as ErrorShape);
  if (name.includes('.')) return { event: data as Event, cursor };
  if (name === 'ready') return { ready: data as { branch: string }, cursor };
  if (name === 'missed') return { missed: data as { events: number; from: string }, cursor };
  return name === 'end' ? { end: data as LiveEnd, cursor } : null;
}
