import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, toAppError } from '../schema/app-error.ts';
import { type LiveNews, LiveQuery, type LiveQueryInput, lightened } from '../schema/live.ts';

/** A subscriber that has not read for so long is cut: it may come again with the place that it has come to. */
const unreadMs = 60_000;

/** Opens a subscription. Rejects where the query is wrong, before anything is sent. */
export type OpenLive = (query: LiveQuery, signal: AbortSignal) => Promise<AsyncIterable<LiveNews>>;

/**
 * `GET /v1/live`: server-sent events, until the client goes. What it is slow to read waits in the store, not here.
 * Without names an event is a plain message, which a browser hands on whatever its type.
 */
export async function streamLive(
  open: OpenLive,
  request: IncomingMessage,
  response: ServerResponse,
  search: string,
  namesEvents = true,
): Promise<void> {
  const query = queryOf(new URLSearchParams(search), request.headers['last-event-id']);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const all = await open(query, gone.signal);
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.flushHeaders();
  try {
    for await (const news of all) {
      if (response.destroyed) return;
      if (!response.write(messageOf(news, query.form, namesEvents))) await drained(response);
    }
  } catch (error) {
    response.write(message('error', toAppError(error).toJSON()));
  }
  response.end();
}

/** One message; its `id` is the place to go on from. A beat has no data, so that no client is bothered with it. */
export function messageOf(news: LiveNews, form: LiveQuery['form'], namesEvents = true): string {
  if ('beat' in news) return `: beat\nid: ${news.cursor}\n\n`;
  const id = `id: ${news.cursor}\n`;
  if ('ready' in news) return id + message('ready', news.ready);
  if ('missed' in news) return id + message('missed', news.missed);
  if ('end' in news) return id + message('end', news.end);
  const { event } = news;
  return id + message(namesEvents ? event.type : '', form === 'light' ? lightened(event) : event);
}

/** JSON has no line break in it, and the name of a type no character but letters, dots and lines. */
const message = (name: string, data: object): string =>
  `${name === '' ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

const lists = new Set(['kind', 'path', 'agent', 'session', 'status']);
/** Several in one word, but for globs, which have commas in them. */
const split = new Set(['kind', 'agent', 'session', 'status']);

/** What a client had last goes before what it first asked for: it comes again with the same address. */
function queryOf(given: URLSearchParams, lastEventId: string | string[] | undefined): LiveQuery {
  const input: Record<string, unknown> = {};
  for (const name of new Set(given.keys())) {
    const values = given.getAll(name);
    const words = split.has(name) ? values.flatMap((value) => value.split(',')) : values;
    if (lists.has(name)) input[name] = words.filter((word) => word !== '');
    else input[name] = name === 'most' ? Number(values.at(-1)) : values.at(-1);
  }
  if (typeof lastEventId === 'string' && lastEventId !== '') input.after = lastEventId;
  const parsed = LiveQuery.safeParse(input as LiveQueryInput);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError(
    'INVALID_ARGUMENT',
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`,
    {
      hint: 'docs/guides/live.md says what can be asked for',
    },
  );
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => response.destroy(), unreadMs);
    const end = (): void => {
      clearTimeout(timer);
      response.off('drain', end);
      response.off('close', end);
      resolve();
    };
    response.once('drain', end);
    response.once('close', end);
  });
}
