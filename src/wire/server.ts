import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '../schema/app-error.ts';
import type { Call } from '../schema/operation.ts';
import { type Bodies, limitBodies } from './body.ts';
import { type Connections, trackConnections } from './connections.ts';
import { contextOf } from './context.ts';
import { takeEvents, wantsStream } from './events-route.ts';
import { inodeOf, listen, removeSocket } from './listen.ts';
import { type OpenLive, streamLive } from './live-route.ts';
import { answerOperation } from './operation-route.ts';
import { versionHeader } from './paths.ts';
import { sendError, tooMany, turnAway } from './reply.ts';

/** How long a request's head may take, and how long a connection stays open after an answer, unless others need its place. */
const headersTimeoutMs = 10_000;
const keepAliveMs = 120_000;

export interface ServerParts {
  call: Call;
  socket: string;
  runDirectory: string;
  version: string;
  /** Takes over a connection that asked for MCP; `query` is what the client said about itself. */
  onMcp: (stream: Duplex, query: URLSearchParams) => void;
  /** Opens a subscription to what comes into a workspace. */
  openLive: OpenLive;
}

export interface Server {
  /** MCP clients, uploads and subscribers that are held open. */
  connections(): number;
  /** Whether the socket's name still leads here: false once somebody has removed or replaced it. */
  isReachable(): boolean;
  close(): Promise<void>;
}

/**
 * Serves every operation as `POST /v1/op/<name>` on the Unix socket, NDJSON uploads as `POST /v1/events`, what comes as
 * `GET /v1/live`, and MCP after an HTTP upgrade of `/v1/mcp`.
 */
export async function serve(parts: ServerParts): Promise<Server> {
  const connections = trackConnections();
  const bodies = limitBodies();
  const http = createServer({
    headersTimeout: headersTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: headersTimeoutMs / 2,
    // An upload may go on for hours; one that stands still is seen to by `connections`.
    requestTimeout: 0,
  });
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader(versionHeader, parts.version);
    answer(parts, bodies, connections, request, response).catch((error) =>
      sendError(request, response, error),
    );
  };
  http.on('request', onRequest).on('checkContinue', onRequest);
  http.on('connection', (socket: Socket) => {
    if (!connections.opened(socket)) turnAway(socket, tooMany('connections'));
  });
  http.on('clientError', (_error, stream: Duplex) => turnAway(stream, notHttp()));
  http.on('upgrade', (request, stream: Duplex, head) => openMcp(parts, connections, request, stream, head));
  await listen(http, parts);
  const inode = inodeOf(parts.socket);
  const isReachable = (): boolean => inodeOf(parts.socket) === inode;
  return {
    connections: connections.held,
    isReachable,
    close: async () => {
      const isOurs = isReachable();
      connections.close();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
      if (isOurs) removeSocket(parts.socket);
    },
  };
}

async function answer(
  { call, openLive }: ServerParts,
  bodies: Bodies,
  connections: Connections,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { socket, method, url = '/' } = request;
  if (!connections.becomes(socket, 'receiving')) return;
  response.once('close', () => connections.becomes(socket, 'waiting'));
  refuseBrowsers(request);
  const [path = '/', search = ''] = url.split('?', 2);
  const isPost = method === 'POST';
  if (isPost && path.startsWith(operationPath)) {
    const body = await bodies.read(request, response);
    connections.becomes(socket, 'answering');
    return answerOperation(call, { request, response, body, search, name: path.slice(operationPath.length) });
  }
  if (isPost && path === '/v1/events') {
    if (wantsStream(request) && !connections.hold(socket)) throw tooMany('streams');
    return takeEvents({
      call,
      request,
      response,
      query: new URLSearchParams(search),
      context: contextOf(request),
      hold: bodies.share(response),
      onPause: (isPaused) => connections.becomes(socket, isPaused ? 'answering' : 'receiving'),
    });
  }
  if (method === 'GET' && path === '/v1/live') {
    if (!connections.hold(socket)) throw tooMany('streams');
    return streamLive(openLive, request, response, search);
  }
  throw new AppError('NOT_FOUND', `there is nothing at ${method} ${url.slice(0, 100)}`, {
    hint: 'POST /v1/op/<operation>',
  });
}

const operationPath = '/v1/op/';

function openMcp(
  parts: ServerParts,
  connections: Connections,
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
): void {
  stream.on('error', () => stream.destroy());
  const isAllowed = isAllowedUpgrade(request);
  if (!isAllowed || !connections.hold(request.socket)) {
    turnAway(stream, isAllowed ? tooMany('MCP clients') : notHttp());
    return;
  }
  stream.write(
    `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: mcp\r\n${versionHeader}: ${parts.version}\r\n\r\n`,
  );
  if (head.length > 0) stream.unshift(head);
  parts.onMcp(stream, new URL(request.url ?? '/', 'http://d').searchParams);
}

/** A web page can make a browser talk to local servers: what comes from one is refused. */
function refuseBrowsers(request: IncomingMessage): void {
  if (request.headers.origin !== undefined || request.headers.referer !== undefined) {
    throw new AppError('PERMISSION_DENIED', 'requests from a web page are refused');
  }
}

const isAllowedUpgrade = (request: IncomingMessage): boolean =>
  request.headers.upgrade === 'mcp' &&
  request.url?.startsWith('/v1/mcp') === true &&
  request.headers.origin === undefined;

const notHttp = (): AppError =>
  new AppError('INVALID_ARGUMENT', 'this is no request that is understood here');
