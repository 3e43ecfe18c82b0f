import { at, type Connection, closeAll, connect, connectAll, type ReadReply } from './connection.ts';
import { nextEvent } from './event.ts';
import type { System } from './system.ts';

/** Lines of one NDJSON batch. */
export const batchLines = 1_000;

/** Ours, one event a call: `POST /v1/op/event.append` on a connection that stays open. */
export const hivemind = (socket: string): System =>
  overConnections(socket, (connection) => {
    const body = `{"workspace":"bench","events":[${nextEvent().json}]}`;
    return connection
      .request(post('/v1/op/event.append', 'application/json', body), readHttp(0))
      .then(() => 1);
  });

/** Ours, one event a line of an upload that stays open: `POST /v1/events`, answered line by line. */
export const hivemindStream = (socket: string): System => ({
  open: async (writers) => {
    const connections = await connectAll(socket, writers);
    await Promise.all(connections.map((connection) => connection.request(streamHead, readHead)));
    return {
      append: async (writer) => {
        const line = `${nextEvent().json}\n`;
        const chunk = `${Buffer.byteLength(line).toString(16)}\r\n${line}\r\n`;
        await at(connections, writer).request(chunk, readAck);
        return 1;
      },
      close: async () => closeAll(connections),
    };
  },
});

/** Ours, many lines a call: `POST /v1/events`. */
export const hivemindBatch = (socket: string): System =>
  overConnections(socket, (connection) => {
    const body = `${Array.from({ length: batchLines }, () => nextEvent().json).join('\n')}\n`;
    return connection
      .request(post('/v1/events?workspace=bench', 'application/x-ndjson', body), readHttp(0))
      .then(() => batchLines);
  });

export const redis = (socket: string): System =>
  overConnections(socket, (connection) => {
    const parts = ['XADD', 'events', '*', 'event', nextEvent().json];
    const text = parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('');
    return connection.request(`*${parts.length}\r\n${text}`, readRedis).then(() => 1);
  });

/** PostgreSQL by its own protocol: a prepared INSERT, one transaction an event. */
export const postgres = (directory: string): System => ({
  open: async (writers) => {
    const connections = await connectAll(`${directory}/.s.PGSQL.5432`, writers);
    for (const connection of connections) await greet(connection);
    return {
      append: async (writer) => {
        const { id, json } = nextEvent();
        await at(connections, writer).request(insert(id, json), readPostgres);
        return 1;
      },
      close: async () => closeAll(connections),
    };
  },
});

/** Runs one statement that gives no rows, on a connection of its own. */
export async function runSql(directory: string, sql: string): Promise<void> {
  const connection = await connect(`${directory}/.s.PGSQL.5432`);
  await connection.request(startUp(), readPostgres);
  await connection.request(message('Q', zeroEnded(sql)), readPostgres);
  connection.close();
}

function overConnections(socket: string, append: (connection: Connection) => Promise<number>): System {
  return {
    open: async (writers) => {
      const connections = await connectAll(socket, writers);
      return {
        append: (writer) => append(at(connections, writer)),
        close: async () => closeAll(connections),
      };
    },
  };
}

const post = (path: string, type: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: d\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const streamHead =
  'POST /v1/events?workspace=bench HTTP/1.1\r\nhost: d\r\ncontent-type: application/x-ndjson\r\naccept: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n';

/** The head of a reply whose body is still to come. */
const readHead: ReadReply = (bytes) => {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return null;
  if (!bytes.toString('latin1', 0, end).startsWith('HTTP/1.1 200')) throw new Error(bytes.toString('utf8'));
  return end + 4;
};

/** One line, in a chunk of its own, that says that one event was appended. */
const readAck: ReadReply = (bytes) => {
  const end = bytes.indexOf('\n\r\n');
  if (end === -1) return null;
  const text = bytes.toString('utf8', 0, end);
  if (!text.includes('"appended":1')) throw new Error(text.slice(0, 300));
  return end + 3;
};

/** One HTTP reply that says that everything was appended. */
const readHttp =
  (duplicates: number): ReadReply =>
  (bytes) => {
    const head = bytes.indexOf('\r\n\r\n');
    if (head === -1) return null;
    const text = bytes.toString('latin1', 0, head);
    const end = head + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1]);
    if (bytes.length < end) return null;
    const body = bytes.toString('utf8', head + 4, end);
    if (!text.startsWith('HTTP/1.1 200') || !body.includes(`"duplicates":${duplicates}`))
      throw new Error(`${text.slice(0, 30)} ${body.slice(0, 300)}`);
    return end;
  };

/** A bulk string: the id of the new entry. */
const readRedis: ReadReply = (bytes) => {
  const line = bytes.indexOf('\r\n');
  if (line === -1) return null;
  if (bytes[0] !== 0x24) throw new Error(bytes.toString('utf8', 0, line));
  const end = line + 2 + Number(bytes.toString('latin1', 1, line)) + 2;
  return bytes.length < end ? null : end;
};

/** Everything up to ReadyForQuery. */
const readPostgres: ReadReply = (bytes) => {
  for (let from = 0; from + 5 <= bytes.length; ) {
    const end = from + 1 + bytes.readUInt32BE(from + 1);
    if (end > bytes.length) return null;
    if (bytes[from] === 0x45) throw new Error(bytes.toString('utf8', from + 5, end).replaceAll('\0', ' '));
    if (bytes[from] === 0x5a) return end;
    from = end;
  }
  return null;
};

const zeroEnded = (text: string): Buffer => Buffer.from(`${text}\0`);
const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const message = (type: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
};
const startUp = (): Buffer => {
  const body = Buffer.concat([int32(196_608), zeroEnded('user\0postgres\0database\0postgres\0')]);
  return Buffer.concat([int32(body.length + 4), body]);
};
const sync = message('S');

async function greet(connection: Connection): Promise<void> {
  await connection.request(startUp(), readPostgres);
  const parse = message('P', zeroEnded('put'), zeroEnded('INSERT INTO events VALUES ($1, $2)'), int16(0));
  await connection.request(Buffer.concat([parse, sync]), readPostgres);
}

function insert(id: string, json: string): Buffer {
  const value = (text: string): Buffer[] => [int32(Buffer.byteLength(text)), Buffer.from(text)];
  const parts = [zeroEnded(''), zeroEnded('put'), int16(0), int16(2), ...value(id), ...value(json), int16(0)];
  return Buffer.concat([message('B', ...parts), message('E', zeroEnded(''), int32(0)), sync]);
}
