import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { McpProcess, Message } from './mcp.ts';

export interface Bridge {
  url: string;
  close(): Promise<void>;
}

interface Posted extends Message {
  params?: Record<string, unknown>;
}

const sessionHeader = 'mcp-session-id';
const protocolKey = 'io.modelcontextprotocol/protocolVersion';

/**
 * Streamable HTTP in front of `hivemind mcp`, for tools that speak nothing else: each `initialize` starts a process of
 * its own, requests of the stateless era share one. It passes on what the server says and adds nothing.
 */
export async function startBridge(start: () => McpProcess): Promise<Bridge> {
  const sessions = new Map<string, McpProcess>();
  const take = (id: string): McpProcess => {
    const known = sessions.get(id) ?? start();
    sessions.set(id, known);
    return known;
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'DELETE') return void response.writeHead(200).end();
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const { id, method = '', params = {} } = JSON.parse(await text(request)) as Posted;
    const isStateless = (params._meta as Record<string, unknown> | undefined)?.[protocolKey] !== undefined;
    const session = isStateless ? 'stateless' : String(request.headers[sessionHeader] ?? randomUUID());
    const server = take(session);
    if (id === undefined) {
      server.tell(method, params);
      return void response.writeHead(202).end();
    }
    const said = await server.ask(method, params);
    response.writeHead(200, { 'content-type': 'application/json', [sessionHeader]: session });
    response.end(JSON.stringify({ ...said, id }));
  };
  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    close: async () => {
      for (const server of sessions.values()) server.end();
      await Promise.all([...sessions.values()].map(({ ended }) => ended));
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
