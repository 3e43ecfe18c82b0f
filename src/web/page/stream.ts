import { greet, keyHeader } from './api.ts';

/** A message of the stream: the place behind it, its name (empty: an event), and its data. */
export interface Message {
  id: string;
  name: string;
  data: string;
}

/** How long it is waited before a lost stream is asked for again. */
const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** A browser has six connections to one server: a page that nobody has looked at for so long gives its own back. */
const hiddenMs = 30_000;

/** So often a page that is open and not looked at says that it is there: its daemon would take a rest. */
const stillHereMs = 10 * 60_000;

export interface FollowOptions {
  onMessage: (message: Message) => void;
  /** Told that nobody answers, and that somebody does again. */
  onState: (isLive: boolean) => void;
  signal: AbortSignal;
}

/**
 * Calls `onMessage` with what comes, until `signal`. It goes on behind the last place after the connection was lost, or
 * the page was hidden. Our own in place of EventSource, which sends no header, and so could not say the page's key.
 */
export async function follow(
  query: URLSearchParams,
  { onMessage, onState, signal }: FollowOptions,
): Promise<void> {
  let place = '';
  let failures = 0;
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    await untilShown(signal);
    const hidden = hiddenFor(hiddenMs, signal);
    try {
      const { csrf } = await greet();
      const response = await fetch(`/api/live?${query}`, {
        headers: { ...keyHeader(csrf), 'last-event-id': place },
        signal: hidden.signal,
      });
      // Whoever is not let in, or asks for what is not there, does no better the next time.
      if (response.status >= 400 && response.status < 500 && response.status !== 429) {
        onState(response.status !== 403);
        return;
      }
      if (!response.ok) throw new Error(`it answers ${response.status}`);
      failures = 0;
      onState(true);
      if (response.body !== null)
        for await (const message of messagesOf(response.body)) {
          place = message.id === '' ? place : message.id;
          pauseMs = firstPauseMs;
          if (message.name === 'end' && (JSON.parse(message.data) as { isFinal: boolean }).isFinal) return;
          if (message.data !== '') onMessage(message);
        }
    } catch {
      // It was lost, or is not wanted now. A daemon that is only busy has answered the next time.
      if (!hidden.signal.aborted) failures += 1;
      if (failures > 1) onState(false);
    } finally {
      hidden.stop();
    }
    if (!document.hidden) await pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

async function* messagesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let text = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      const whole = text.split('\n\n');
      text = whole.pop() ?? '';
      for (const one of whole) yield messageOf(one);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function messageOf(text: string): Message {
  const fields = new Map(
    text.split('\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    }),
  );
  return { id: fields.get('id') ?? '', name: fields.get('event') ?? '', data: fields.get('data') ?? '' };
}

/** A signal that comes when `signal` does, or the page has been hidden for `ms`. */
function hiddenFor(ms: number, signal: AbortSignal): { signal: AbortSignal; stop: () => void } {
  const ending = new AbortController();
  let timer: number | undefined;
  const look = (): void => {
    window.clearTimeout(timer);
    if (document.hidden) timer = window.setTimeout(() => ending.abort(), ms);
  };
  document.addEventListener('visibilitychange', look);
  look();
  return {
    signal: AbortSignal.any([signal, ending.signal]),
    stop: () => {
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    },
  };
}

async function untilShown(signal: AbortSignal): Promise<void> {
  if (!document.hidden || signal.aborted) return;
  const sayStillHere = window.setInterval(() => void fetch('/icon.svg').catch(() => undefined), stillHereMs);
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
  });
  window.clearInterval(sayStillHere);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      window.clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = window.setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
