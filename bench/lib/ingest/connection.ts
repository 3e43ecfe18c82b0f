import { createConnection, type Socket } from 'node:net';

/** Reads one reply at `bytes`' beginning: where it ends, or null when more must come. Throws what the server refused. */
export type ReadReply = (bytes: Buffer) => number | null;

/** A connection on which each request waits for its reply. All peers are spoken to this way, with as little of a client as can be. */
export interface Connection {
  request(bytes: Buffer | string, read: ReadReply): Promise<void>;
  close(): void;
}

export async function connect(path: string): Promise<Connection> {
  const socket: Socket = createConnection(path);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let received: Buffer = Buffer.alloc(0);
  let waiting: { read: ReadReply; resolve: () => void; reject: (error: unknown) => void } | null = null;

  const settle = (): void => {
    if (waiting === null) return;
    const { read, resolve, reject } = waiting;
    try {
      const end = read(received);
      if (end === null) return;
      received = received.subarray(end);
      waiting = null;
      resolve();
    } catch (error) {
      waiting = null;
      reject(error);
    }
  };
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    settle();
  });
  const fail = (error: unknown): void => {
    waiting?.reject(error);
    waiting = null;
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error(`${path} closed the connection`)));

  return {
    request: (bytes, read) =>
      new Promise((resolve, reject) => {
        waiting = { read, resolve, reject };
        socket.write(bytes);
      }),
    close: () => {
      socket.removeAllListeners('close');
      socket.end();
    },
  };
}

export const connectAll = (path: string, count: number): Promise<Connection[]> =>
  Promise.all(Array.from({ length: count }, () => connect(path)));

export const closeAll = (connections: readonly Connection[]): void => {
  for (const connection of connections) connection.close();
};

/** The item at a place that must be there. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no number ${index} of ${items.length}`);
  return item;
}
