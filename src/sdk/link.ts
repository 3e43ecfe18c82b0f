import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../schema/app-error.ts';
import type { Call, OperationName } from '../schema/operation.ts';
import { type Connection, connect } from '../wire/connect.ts';

/** A connection that lasts: it waits where the daemon has no room, and finds another daemon where one has ended. */
export interface Link {
  call: Call;
  /** What comes into a workspace; ends when this is closed. */
  follow: Connection['follow'];
  close(): void;
}

export interface LinkParts {
  /** Connects, and starts a daemon where none runs. */
  dial: () => Promise<Connection>;
  sleep: (ms: number) => Promise<unknown>;
  /** 0 to 1: spreads those who come back. */
  random: () => number;
}

/** How often a call is made again that the daemon has no room for; it asks for a second each time. */
const mostWaits = 30;
/** How often a call is made again for which there was no daemon. */
const mostDials = 3;
const dialPauseMs = 200;

const real: LinkParts = { dial: connect, sleep, random: Math.random };

export async function openLink(parts: LinkParts = real): Promise<Link> {
  let connection: Promise<Connection> = parts.dial();
  await connection;
  let isClosed = false;

  /** However many calls have failed on one connection, it is replaced once. */
  const replace = (failed: Promise<Connection>): void => {
    if (connection !== failed) return;
    failed.then(
      (old) => old.close(),
      () => undefined,
    );
    connection = parts.dial();
    // Whoever calls next is told.
    connection.catch(() => undefined);
  };

  const call = (async (name: OperationName, input: never, context) => {
    let dials = 0;
    for (let waits = 0; ; ) {
      if (isClosed) throw closed();
      const used = connection;
      try {
        return await (await used).call(name, input, context);
      } catch (error) {
        const retryAfterMs = error instanceof AppError ? roomAfter(error) : null;
        if (retryAfterMs !== null && waits < mostWaits) {
          waits += 1;
          await parts.sleep(retryAfterMs * (1 + parts.random() / 2));
        } else if (!isClosed && isGone(error, name) && dials < mostDials) {
          dials += 1;
          await parts.sleep(dials === 1 ? 0 : dialPauseMs);
          replace(used);
        } else throw isClosed ? closed() : error;
      }
    }
  }) as Call;

  const ending = new AbortController();
  const follow: Link['follow'] = async function* (query, { signal, ...options } = {}) {
    if (isClosed) throw closed();
    const signals = signal === undefined ? [ending.signal] : [ending.signal, signal];
    // It finds a daemon that has taken the place of another by itself.
    yield* (await connection).follow(query, { ...options, signal: AbortSignal.any(signals) });
    return undefined;
  };

  const close = (): void => {
    isClosed = true;
    ending.abort();
    connection.then(
      (open) => open.close(),
      () => undefined,
    );
  };
  return { call, follow, close };
}

/** Milliseconds after which there may be room; null when that is not what is wrong. Nothing of such a call was stored. */
function roomAfter({ code, details }: AppError): number | null {
  const retryAfterMs = Number(details?.retryAfterMs ?? Number.NaN);
  return code === 'RESOURCE_EXHAUSTED' && retryAfterMs >= 0 ? retryAfterMs : null;
}

/**
 * Whether a call can be made again on another connection: it never reached a daemon, or it is an append, whose nonce
 * tells a daemon what it has stored already.
 */
function isGone(error: unknown, name: OperationName): boolean {
  if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE') return false;
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return name === 'event.append' || code === 'ECONNREFUSED' || code === 'ENOENT';
}

const closed = (): AppError =>
  new AppError('FAILED_PRECONDITION', 'this connection was closed', { hint: 'open the workspace again' });
