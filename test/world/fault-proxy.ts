import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to one request on its way to the real server. */
export type Fault =
  /** The connection is cut before the server sees the request. */
  | { kind: 'cut' }
  /** 503 SlowDown; the server does not see the request. */
  | { kind: 'slow-down' }
  /** The server does its work at once, the answer comes `delayMs` later. */
  | { kind: 'latency'; delayMs: number }
  /** The connection is cut half way: in the upload, which the server then never sees, or, of a request without a body, in the answer. */
  | { kind: 'reset' }
  /** The server does its work, the answer never arrives: the connection is cut instead. */
  | { kind: 'drop-response' }
  /** 403 ExpiredToken; the server does not see the request. */
  | { kind: 'expired-token' };

export interface Seen {
  method: string;
  /** Path and query. */
  url: string;
  /** Of the server's answer; null when the server did not see the request, or has not answered yet. */
  status: number | null;
  fault: Fault['kind'] | null;
}

/** Decides for each request, in the order of arrival; null lets it through. */
export type Schedule = (request: { method: string; url: string; index: number }) => Fault | null;

export interface FaultProxy {
  endpoint: string;
  /** Every request so far, in the order of arrival. */
  seen: Seen[];
  setSchedule(schedule: Schedule | null): void;
  /** Nobody listens any more: connections are refused until `listen`. */
  refuse(): Promise<void>;
  listen(): Promise<void>;
  close(): Promise<void>;
}

export const always =
  (fault: Fault): Schedule =>
  () =>
    fault;

/** The first requests meet these, the others none. */
export const script =
  (...faults: (Fault | null)[]): Schedule =>
  ({ index }) =>
    faults[index] ?? null;

/** Each request meets one of `faults` with probability `rate`; the same seed gives the same choices. */
export function seeded(seed: number, rate: number, faults: readonly Fault[]): Schedule {
  const random = mulberry32(seed);
  return () => {
    const [hit, which] = [random(), random()];
    return hit < rate ? (faults[Math.floor(which * faults.length)] ?? null) : null;
  };
}

/**
 * Starts a proxy on a free loopback port in front of the S3 server at `target`. Clients take its `endpoint` for the
 * server and sign for it: the Host header goes on unchanged, so the signature still fits.
 */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const seen: Seen[] = [];
  let schedule: Schedule | null = null;
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming;
    const fault = schedule?.({ method, url, index: count++ }) ?? null;
    const record: Seen = { method, url, status: null, fault: fault?.kind ?? null };
    seen.push(record);
    pass(target, incoming, outgoing, fault, record).catch(() => outgoing.destroy());
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    seen,
    setSchedule: (next) => {
      schedule = next;
      count = 0;
    },
    refuse: stop,
    listen: () => listen(port),
    close: stop,
  };
}

async function pass(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | null,
  record: Seen,
): Promise<void> {
  if (fault?.kind === 'cut') return cut(incoming);
  const body = await buffer(incoming);
  if (fault?.kind === 'reset' && body.length > 0) return cut(incoming);
  if (fault?.kind === 'slow-down')
    return refuse(outgoing, 503, 'SlowDown', 'Please reduce your request rate.');
  if (fault?.kind === 'expired-token')
    return refuse(outgoing, 403, 'ExpiredToken', 'The provided token has expired.');
  const answer = await forward(target, incoming, body);
  record.status = answer.status;
  const nothingToHalve = fault?.kind === 'reset' && answer.body.length === 0;
  if (fault?.kind === 'drop-response' || nothingToHalve) return cut(incoming);
  if (fault?.kind === 'latency') await sleep(fault.delayMs, undefined, { ref: false });
  outgoing.writeHead(answer.status, answer.headers);
  if (fault?.kind !== 'reset') return void outgoing.end(answer.body);
  outgoing.flushHeaders();
  outgoing.write(answer.body.subarray(0, answer.body.length / 2), () => cut(incoming));
}

function cut(incoming: IncomingMessage): void {
  incoming.socket.resetAndDestroy();
}

function refuse(outgoing: ServerResponse, status: number, code: string, message: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message><RequestId>fault</RequestId></Error>`;
  outgoing.writeHead(status, { 'content-type': 'application/xml' }).end(body);
}

interface Answer {
  status: number;
  /** Names and values in turn, as they came. */
  headers: string[];
  body: Buffer;
}

function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const { hostname, port } = new URL(target);
  return new Promise((resolve, reject) => {
    const onward = request(
      {
        hostname,
        port,
        method: incoming.method ?? 'GET',
        path: incoming.url ?? '/',
        headers: incoming.rawHeaders,
        setHost: false,
      },
      (response) => {
        const { statusCode = 502, rawHeaders } = response;
        buffer(response).then(
          (content) => resolve({ status: statusCode, headers: rawHeaders, body: content }),
          reject,
        );
      },
    );
    onward.on('error', reject);
    onward.end(body);
  });
}

/** Mulberry32: a generator of 32 bits of state, enough to choose faults. Numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
