import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../schema/app-error.ts';
import { tooMany } from './reply.ts';

export interface BodyLimits {
  /** Largest body that is read whole, in bytes. */
  one: number;
  /** Bytes of bodies that may be in memory at once; further calls are told to come back. */
  all: number;
  /** What to do instead of sending a larger one. */
  hint: string;
}

/** The hook shim cuts at 16 MiB and JSON may double it. */
const socketLimits: BodyLimits = {
  one: 40 << 20,
  all: 256 << 20,
  hint: 'POST /v1/events takes any number of events, one a line',
};

/** Keeps what all request bodies together take in memory within a limit. */
export interface Bodies {
  /**
   * The whole body. Rejects with INVALID_ARGUMENT when it is too large and with RESOURCE_EXHAUSTED when there is no
   * room for it, before any of it is read where the request says how long it is; with ABORTED when its client goes away.
   */
  read(request: IncomingMessage, response: ServerResponse): Promise<Buffer>;
  /** For a body that is read piece by piece: returns what to tell how much of it is in memory. That throws like `read`. */
  share(response: ServerResponse): (bytes: number) => void;
}

export function limitBodies(limits = socketLimits): Bodies {
  let taken = 0;

  const share: Bodies['share'] = (response) => {
    let own = 0;
    const hold = (bytes: number): void => {
      if (bytes > own && taken - own + bytes > limits.all) throw tooMany('calls at hand');
      taken += bytes - own;
      own = bytes;
    };
    response.once('close', () => hold(0));
    return hold;
  };

  const read: Bodies['read'] = async (request, response) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    // A chunked body does not say how long it is: the most that is read is set aside for it.
    const bytes = encoding === undefined ? Number(length ?? 0) : limits.one;
    if (bytes > limits.one) throw tooLarge(limits);
    if (bytes > 0) share(response)(bytes);
    return readWhole(request, response, limits);
  };

  return { read, share };
}

function readWhole(request: IncomingMessage, response: ServerResponse, limits: BodyLimits): Promise<Buffer> {
  invite(request, response);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= limits.one) return;
      request.off('data', onData);
      chunks.length = 0;
      reject(tooLarge(limits));
    };
    request.on('data', onData);
    request.on('end', () => {
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
    });
    request.on('error', () => reject(goneAway()));
  });
}

/** A client that asked whether it may send its body (`expect: 100-continue`) is told that it may. */
export function invite(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.expect !== undefined) response.writeContinue();
}

export const goneAway = (): AppError => new AppError('ABORTED', 'the client went away');

const tooLarge = ({ one, hint }: BodyLimits): AppError =>
  new AppError('INVALID_ARGUMENT', `the body is larger than ${one} bytes`, { hint });
