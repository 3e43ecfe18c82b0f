import { type ClientRequest, request } from 'node:http';
import { createInterface } from 'node:readline';

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: { result?: Record<string, unknown>; error?: { code: string; details?: Record<string, unknown> } };
}

export type News = Record<string, unknown>;

/** An upload that is under way: what is written, and what comes back line by line. */
export interface OpenUpload {
  write(text: string | Buffer): void;
  end(): void;
  destroy(): void;
  /** Everything that came back so far. */
  news: News[];
  /** Resolves when there is no more to come, or the connection is gone. */
  over: Promise<void>;
}

/** Sends a body to `path` on the daemon's socket, and reads the answer. */
export function post(
  socketPath: string,
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = open(socketPath, path, headers);
    sent.on('error', reject);
    sent.on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
      });
    });
    sent.end(body);
  });
}

/** Opens a streaming upload to `POST /v1/events` with this query. */
export function openUpload(socketPath: string, query: string): OpenUpload {
  const sent = open(socketPath, `/v1/events?${query}`, { accept: 'application/x-ndjson' });
  const news: News[] = [];
  const over = new Promise<void>((resolve) => {
    sent.on('error', () => resolve());
    sent.on('response', (response) => {
      response.on('error', () => resolve());
      response.on('close', () => resolve());
      createInterface({ input: response })
        .on('line', (line) => news.push(JSON.parse(line) as News))
        .on('error', () => resolve());
    });
  });
  sent.flushHeaders();
  return {
    write: (text) => void sent.write(text),
    end: () => void sent.end(),
    destroy: () => void sent.destroy(),
    news,
    over,
  };
}

const open = (socketPath: string, path: string, headers: Record<string, string>): ClientRequest =>
  request({
    socketPath,
    path,
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...headers },
    agent: false,
  });

/** Numbers of the lines that were acknowledged, in the order in which that was said. */
export const ackedLines = (news: readonly News[]): number[] =>
  news.flatMap(({ ack }) => {
    if (ack === undefined) return [];
    const [from, to] = (ack as { lines: [number, number] }).lines;
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
