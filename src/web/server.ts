import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '../schema/app-error.ts';
import { limitBodies } from '../wire/body.ts';
import { trackConnections } from '../wire/connections.ts';
import { sendError, tooMany, turnAway } from '../wire/reply.ts';
import { pageBodies } from './call-route.ts';
import { setSecurityHeaders } from './guard.ts';
import { answerRequest, type PageParts } from './routes.ts';

/** How long a request's head, and all of it, may take, and how long a connection stays open after an answer. */
const headersTimeoutMs = 5_000;
const requestTimeoutMs = 20_000;
const keepAliveMs = 60_000;

/** A browser opens six to one server; the rest is room for several of them. */
const connectionLimits = { open: 256, held: 128 };

export interface PageServer {
  port: number;
  /** Streams that are open. */
  held(): number;
  close(): Promise<void>;
}

/** Serves the page on 127.0.0.1, at a port that the system chooses. */
export async function servePage(parts: PageParts): Promise<PageServer> {
  const connections = trackConnections(connectionLimits);
  const bodies = limitBodies(pageBodies);
  const http = createServer({
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: 1_000,
  });
  const port = await listen(http);
  const room = { ...parts, port, connections, bodies };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    setSecurityHeaders(response);
    answerRequest(room, request, response).catch((error) => sendError(request, response, error));
  };
  http.on('request', onRequest).on('checkContinue', onRequest);
  http.on('connection', (socket: Socket) => {
    if (!connections.opened(socket)) turnAway(socket, tooMany('connections'));
  });
  http.on('clientError', (_error, stream: Duplex) =>
    turnAway(stream, new AppError('INVALID_ARGUMENT', 'this is not HTTP')),
  );
  return {
    port,
    held: connections.held,
    close: () => {
      connections.close();
      return new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
}

async function listen(http: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen({ host: '127.0.0.1', port: 0 }, () => {
      http.off('error', reject);
      resolve();
    });
  });
  return (http.address() as AddressInfo).port;
}
