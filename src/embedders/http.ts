import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../schema/app-error.ts';
import type { Purpose } from './embedder.ts';
import { RefusedText } from './refused-text.ts';

/** For one answer; a model on a processor takes its time for a batch. */
const answerMs = 60_000;
/** Tries of one batch, and the first rest between them, doubled each time. */
const mostTries = 4;
const firstRestMs = 500;
/** A server may ask for a longer rest than that; whoever wants more is asked again by the next batch. */
const longestRestMs = 30_000;
/** Texts of an error that are repeated. */
const quotedCharacters = 300;

const passing = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529]);
const aboutTexts = new Set([400, 413, 422]);

export interface Ask {
  url: string;
  body: object;
  /** Sent as a bearer token; never part of an error, also when the server repeats it. */
  key: string | null;
  purpose: Purpose;
  signal: AbortSignal | undefined;
  /** What to type when the server does not know the model or the key. */
  hint: (status: number, said: string) => Promise<string | undefined>;
}

/** Posts JSON and gives the JSON of the answer; tries again what may pass by itself, unless somebody is waiting. */
export async function ask(request: Ask): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    const answer = await askOnce(request);
    if (!('rest' in answer)) return answer.value;
    if (request.purpose === 'query' || tries >= mostTries) throw answer.error;
    const restMs = Math.min(longestRestMs, answer.rest ?? firstRestMs * 2 ** (tries - 1));
    await sleep(restMs, undefined, request.signal === undefined ? {} : { signal: request.signal });
  }
}

type Answer = { value: unknown } | { error: AppError; rest: number | null };

async function askOnce(request: Ask): Promise<Answer> {
  const { url, signal } = request;
  const late = AbortSignal.timeout(answerMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(request.key === null ? {} : { authorization: `Bearer ${request.key}` }),
      },
      body: JSON.stringify(request.body),
      // Texts and the key go to the address that was named, and to no other.
      redirect: 'error',
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    });
    const text = await response.text();
    if (response.ok) return { value: parse(url, text) };
    const error = await errorOf(request, response.status, text);
    if (!passing.has(response.status)) throw error;
    return { error, rest: restOf(response.headers.get('retry-after')) };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if (signal?.aborted) throw signal.reason;
    return { error: unreachable(url, cause, late.aborted), rest: null };
  }
}

function parse(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('UNAVAILABLE', `${hostOf(url)} did not answer with JSON`, {
      hint: 'does the address end where the API begins, such as https://host/v1? hivemind embedder set',
      cause,
    });
  }
}

async function errorOf(request: Ask, status: number, text: string): Promise<AppError> {
  const said = messageIn(request.key === null ? text : text.replaceAll(request.key, '[key]'));
  const message = `${hostOf(request.url)} answered ${status}${said === '' ? '' : `: ${said}`}`;
  const hint = await request.hint(status, said);
  if (aboutTexts.has(status)) return new RefusedText(message, hint);
  const code =
    status === 401 || status === 403 ? 'PERMISSION_DENIED' : status === 404 ? 'NOT_FOUND' : 'UNAVAILABLE';
  return new AppError(code, message, hint === undefined ? {} : { hint });
}

/** What servers put into their errors: `{error: {message}}`, `{error}`, `{message}`, or plain text. */
function messageIn(text: string): string {
  let said: unknown = text;
  try {
    const { error, message } = JSON.parse(text) as {
      error?: { message?: unknown } | string;
      message?: unknown;
    };
    said = typeof error === 'object' && error !== null ? error.message : (error ?? message);
  } catch {
    // Plain text, then.
  }
  return typeof said === 'string' ? said.replace(/\s+/g, ' ').trim().slice(0, quotedCharacters) : '';
}

/** Milliseconds of a Retry-After header: seconds, or a date. */
function restOf(header: string | null): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

function unreachable(url: string, cause: unknown, isLate: boolean): AppError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const why = isLate ? `no answer in ${answerMs / 1000} s` : reasonOf(inner);
  return new AppError('UNAVAILABLE', `${hostOf(url)} cannot be reached: ${why}`, {
    hint: 'is it running? hivemind embedder test',
    cause,
  });
}

/** Several addresses may have been tried: then the message is empty, and the code says it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, code } = error as NodeJS.ErrnoException;
  return message === '' ? (code ?? error.name) : message;
}

/** An address as it may be shown. */
export const hostOf = (url: string): string => URL.parse(url)?.host ?? 'the endpoint';

/** The address of an endpoint as a person typed it. Throws INVALID_ARGUMENT. */
export function parseEndpoint(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new AppError('INVALID_ARGUMENT', `${JSON.stringify(text)} is not the address of an endpoint`, {
      hint: 'an address is like https://api.openai.com/v1 or http://127.0.0.1:11434',
    });
  if (url.username !== '' || url.password !== '' || url.search !== '')
    throw new AppError(
      'INVALID_ARGUMENT',
      'the address of an endpoint holds no key, no password and no query',
      {
        hint: 'name where the key is: --key-env NAME or --key-file PATH',
      },
    );
  return url;
}
