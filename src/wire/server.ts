import { chmodSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { AppError, toAppError } from '../schema/app-error.ts';
import { errorCodes } from '../schema/errors.ts';
import { Actor } from '../schema/event.ts';
import type { Call, CallContext, Operation, OperationName } from '../schema/operation.ts';
import { operations } from '../schema/operations/index.ts';
import { versionHeader } from './paths.ts';
import { refuseForeign } from './socket-directory.ts';

/** Largest request body: the hook shim cuts at 16 MiB and JSON may double it. */
const bodyLimit = 40 * 1024 * 1024;

/** Longest line of an MCP client: its reader copies what it has for every piece that comes. */
const lineLimitBytes = 4 * 1024 * 1024;

/** Bodies that may be in memory at once, in bytes; further calls are told to come back. */
const bodiesLimit = 256 * 1024 * 1024;

/** Connections at once, open MCP clients among them: far more than agents on one machine, far less than a process has files. */
const connectionLimit = 2_000;

export interface ServerParts {
  call: Call;
  socket: string;
  runDirectory: string;
  version: string;
  /** Takes over a connection that asked for MCP; `query` is what the client said about itself. */
  onMcp: (stream: Duplex, query: URLSearchParams) => void;
}

export interface Server {
  connections(): number;
  /** Whether the socket's name still leads here: false once somebody has removed or replaced it. */
  isReachable(): boolean;
  close(): Promise<void>;
}

/** Serves every operation as `POST /v1/op/<name>` on the Unix socket, and MCP after an HTTP upgrade of `/v1/mcp`. */
export async function serve(parts: ServerParts): Promise<Server> {
  const app = fastify({
    bodyLimit,
    logger: false,
    forceCloseConnections: true,
    requestTimeout: 30_000,
    connectionTimeout: 0,
  });
  app.server.maxConnections = connectionLimit;
  app.addHook('onRequest', async (request, reply) => {
    reply.header(versionHeader, parts.version);
    refuseBrowsers(request);
  });
  limitBodies(app);
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  // `curl -d {}` sends a form's content type: whatever it says, text is read as JSON.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, body.length === 0 ? {} : JSON.parse(body.toString('utf8')));
    } catch {
      done(new AppError('INVALID_ARGUMENT', 'the body is not JSON'), undefined);
    }
  });
  app.setErrorHandler((error, _request, reply) => sendError(reply, error));
  app.setNotFoundHandler((request, reply) =>
    sendError(
      reply,
      new AppError('NOT_FOUND', `there is nothing at ${request.url.slice(0, 100)}`, {
        hint: 'POST /v1/op/<operation>',
      }),
    ),
  );
  app.post<{ Params: { name: string } }>('/v1/op/:name', (request, reply) =>
    answer(parts.call, request, reply),
  );

  const upgraded = new Set<Duplex>();
  app.server.on('upgrade', (request, stream, head) => {
    if (!isAllowedUpgrade(request))
      return stream.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    upgraded.add(stream);
    stream.on('close', () => upgraded.delete(stream));
    stream.on('error', () => stream.destroy());
    stream.write(
      `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: mcp\r\n${versionHeader}: ${parts.version}\r\n\r\n`,
    );
    if (head.length > 0) stream.unshift(head);
    endAtEndlessLine(stream);
    parts.onMcp(stream, new URL(request.url ?? '/', 'http://d').searchParams);
  });
  await listen(app, parts);
  const inode = inodeOf(parts.socket);
  const isReachable = (): boolean => inodeOf(parts.socket) === inode;
  return {
    connections: () => upgraded.size,
    isReachable,
    close: async () => {
      for (const stream of upgraded) stream.destroy();
      const isOurs = isReachable();
      await app.close();
      if (isOurs) rmSync(parts.socket, { force: true });
    },
  };
}

/** Watches from the moment that somebody else begins to read, so that nothing is read for nobody. */
function endAtEndlessLine(stream: Duplex): void {
  let lineBytes = 0;
  stream.once('resume', () =>
    stream.on('data', (chunk: Buffer) => {
      const end = chunk.lastIndexOf(0x0a);
      lineBytes = end === -1 ? lineBytes + chunk.length : chunk.length - end - 1;
      if (lineBytes > lineLimitBytes) stream.destroy();
    }),
  );
}

const inodeOf = (path: string): number | undefined => lstatSync(path, { throwIfNoEntry: false })?.ino;

/** Counts what the bodies of all calls take, by what they announce; one that announces nothing may be as large as any. */
function limitBodies(app: ReturnType<typeof fastify>): void {
  let bytes = 0;
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const size = Math.min(Number(request.headers['content-length'] ?? bodyLimit) || 0, bodyLimit);
    if (bytes + size > bodiesLimit) {
      throw new AppError('RESOURCE_EXHAUSTED', 'the daemon has as many calls at hand as it takes', {
        hint: 'send it again in a second; nothing of this call was stored',
        details: { retryAfterMs: 1000 },
      });
    }
    bytes += size;
    reply.raw.once('close', () => {
      bytes -= size;
    });
  });
}

async function listen(app: ReturnType<typeof fastify>, { socket, runDirectory }: ServerParts): Promise<void> {
  for (const directory of new Set([dirname(socket), runDirectory])) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    refuseForeign(directory);
  }
  // The caller holds the lock, so whatever is there is stale; anything but a socket is somebody's file.
  const there = lstatSync(socket, { throwIfNoEntry: false });
  if (there?.isSocket()) rmSync(socket);
  else if (there !== undefined)
    throw new AppError('FAILED_PRECONDITION', `${socket} is there and is no socket`, {
      hint: `look at it, then remove ${socket}`,
    });
  await app.listen({ path: socket });
  chmodSync(socket, 0o600);
  if (dirname(socket) !== runDirectory)
    writeFileSync(join(runDirectory, 'socket-path'), socket, { mode: 0o600 });
}

async function answer(
  call: Call,
  request: FastifyRequest<{ Params: { name: string } }>,
  reply: FastifyReply,
): Promise<unknown> {
  const name = request.params.name as OperationName;
  const operation = Object.hasOwn(operations, name) ? (operations[name] as Operation) : undefined;
  const input = Buffer.isBuffer(request.body) ? rawInput(operation, request) : (request.body ?? {});
  const context = contextOf(request);
  if (operation?.streams === true && request.headers.accept?.includes('ndjson'))
    return stream(call, name, input, context, reply);
  const result = await call(name, input as never, context);
  if (operation?.raw !== undefined && request.headers.accept === 'text/plain') {
    return reply
      .type('text/plain; charset=utf-8')
      .send(String((result as Record<string, unknown>)[operation.raw.reply] ?? ''));
  }
  return reply.type('application/json').send(JSON.stringify({ result }));
}

function rawInput(operation: Operation | undefined, request: FastifyRequest): unknown {
  if (operation?.raw === undefined) throw new AppError('INVALID_ARGUMENT', 'this operation takes JSON');
  // Sent as a header because sh cannot encode it for a URL; Node reads header bytes as Latin-1.
  const cwd = request.headers['x-hivemind-cwd'];
  const where =
    typeof cwd === 'string' && operation.stamped?.includes('cwd')
      ? { cwd: Buffer.from(cwd, 'latin1').toString('utf8') }
      : {};
  return {
    ...(request.query as Record<string, string>),
    ...where,
    [operation.raw.body]: (request.body as Buffer).toString('utf8'),
  };
}

async function stream(
  call: Call,
  name: OperationName,
  input: unknown,
  context: Partial<CallContext>,
  reply: FastifyReply,
): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const write = (line: unknown): void => {
    raw.write(`${JSON.stringify(line)}\n`);
  };
  const gone = new AbortController();
  raw.on('close', () => gone.abort());
  try {
    write({
      result: await call(name, input as never, {
        ...context,
        signal: gone.signal,
        onProgress: (progress) => write({ progress }),
      }),
    });
  } catch (error) {
    write({ error: toAppError(error).toJSON() });
  }
  raw.end();
}

/** The door and the actor are what the client on this user's own socket says: the wall is the socket. */
function contextOf(request: FastifyRequest): Partial<CallContext> {
  const door = String(request.headers['x-hivemind-door'] ?? 'socket');
  const context: Partial<CallContext> = {
    door: (['cli', 'mcp', 'hook'] as const).find((known) => known === door) ?? 'socket',
  };
  const text = request.headers['x-hivemind-actor'];
  if (typeof text !== 'string') return context;
  const actor = Actor.safeParse(parseHeader(text));
  return actor.success ? { ...context, actor: actor.data } : context;
}

function parseHeader(text: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(text));
  } catch {
    return null;
  }
}

/** A web page can make a browser talk to local servers: what comes from one is refused. */
function refuseBrowsers(request: FastifyRequest): void {
  if (request.headers.origin !== undefined || request.headers.referer !== undefined) {
    throw new AppError('PERMISSION_DENIED', 'requests from a web page are refused');
  }
}

const isAllowedUpgrade = (request: IncomingMessage): boolean =>
  request.headers.upgrade === 'mcp' &&
  request.url?.startsWith('/v1/mcp') === true &&
  request.headers.origin === undefined;

function sendError(reply: FastifyReply, error: unknown): FastifyReply {
  const status = (error as { statusCode?: number }).statusCode;
  const known =
    status !== undefined && status < 500
      ? new AppError('INVALID_ARGUMENT', (error as Error).message)
      : toAppError(error);
  return reply
    .status(errorCodes[known.code].http)
    .type('application/json')
    .send(JSON.stringify({ error: known.toJSON() }));
}
