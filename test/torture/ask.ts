import { Agent, request } from 'node:http';
import type { InputOf, OperationName, OutputOf } from '../../src/schema/operation.ts';

/** What became of a call, as far as a client can tell: an error that was answered says more than no answer. */
export type Answer<T> =
  | { kind: 'ok'; result: T }
  | { kind: 'error'; code: string; message: string; details: Record<string, unknown> }
  | { kind: 'none'; reason: string };

export type Ask = <N extends OperationName>(name: N, input: InputOf<N>) => Promise<Answer<OutputOf<N>>>;

export interface Asker {
  ask: Ask;
  close(): void;
}

/** A client that keeps its connections, as a busy agent would, and never starts a daemon. */
export function createAsker(socketPath: string, timeoutMs = 60_000): Asker {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const ask = ((name: string, input: unknown) =>
    new Promise<Answer<unknown>>((resolve) => {
      const none = (error: Error): void => resolve({ kind: 'none', reason: error.message });
      const body = JSON.stringify(input);
      const call = request(
        {
          socketPath,
          agent,
          method: 'POST',
          path: `/v1/op/${encodeURIComponent(name)}`,
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
          timeout: timeoutMs,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', none);
          response.on('aborted', () => none(new Error('cut off')));
          response.on('end', () => resolve(read(Buffer.concat(chunks).toString('utf8'))));
        },
      );
      call.on('timeout', () => call.destroy(new Error(`no answer for ${timeoutMs / 1000} s`)));
      call.on('error', none);
      call.end(body);
    })) as Ask;
  return { ask, close: () => agent.destroy() };
}

function read(text: string): Answer<unknown> {
  try {
    const { result, error } = JSON.parse(text) as {
      result?: unknown;
      error?: { code: string; message: string; details?: Record<string, unknown> };
    };
    if (error === undefined) return { kind: 'ok', result };
    return { kind: 'error', code: error.code, message: error.message, details: error.details ?? {} };
  } catch {
    return { kind: 'none', reason: 'half an answer' };
  }
}

/** The result, for calls that must work. */
export async function must<T>(what: string, answering: Promise<Answer<T>>): Promise<T> {
  const answer = await answering;
  if (answer.kind === 'ok') return answer.result;
  const said = answer.kind === 'error' ? `${answer.code}: ${answer.message}` : `no answer: ${answer.reason}`;
  throw new Error(`${what}: ${said}`);
}
