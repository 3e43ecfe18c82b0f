import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { sessionId } from '../schema/ids.ts';
import type { Call } from '../schema/operation.ts';
import { toolsNamed } from '../schema/tools/index.ts';
import { instructions } from './instructions.ts';
import { boundLines } from './lines.ts';
import { servePrompts } from './prompts.ts';
import { serveResources } from './resources.ts';
import { type Door, type Meta, serveTools } from './tools.ts';

/** What the client said about itself when it connected; stamped on every call, never taken from a tool's input. */
export interface McpClient {
  workspace: string | undefined;
  cwd: string | undefined;
  branch: string | undefined;
  /** Session that the client says it is. */
  caller: string | undefined;
  /** Names of the tools that it wants, or `all`; the usual ones when it does not say. */
  tools?: string | undefined;
}

/** What the SDK needs to read the last requests and to write the last answers. */
const lastWordsMs = 50;

/** Clients may keep what does not change while the daemon runs. */
const unchanging = { ttlMs: 60 * 60 * 1000, cacheScope: 'private' } as const;
const cacheHints = {
  'tools/list': unchanging,
  'prompts/list': unchanging,
  'resources/templates/list': unchanging,
  'server/discover': unchanging,
} as const;

/** Nothing is announced: lists are asked for when they are needed. */
const quiet = { listChanged: false };
const capabilities = { tools: quiet, resources: quiet, prompts: quiet };

/** Speaks MCP (both protocol eras) on `stream`: one server for each connection, all of them on the same waist. */
export function serveMcp(call: Call, stream: Duplex, client: McpClient, version: string): void {
  const running = new Set<Promise<unknown>>();
  const tracked = ((...parts: Parameters<Call>) => {
    const promise = call(...parts);
    running.add(promise);
    const forget = (): void => void running.delete(promise);
    promise.then(forget, forget);
    return promise;
  }) as Call;
  // One connection is one session of its client, for clients that do not say which session they are.
  const connection = randomUUID();
  const handle = serveStdio(() => createServer(tracked, client, connection, version), {
    transport: new StdioServerTransport(boundLines(stream), stream),
  });
  // The SDK does not look at the end of its input: without this an agent that has left would keep its connection.
  stream.once('end', () => void settle(running).then(() => stream.end()));
  stream.on('close', () => void handle.close().catch(() => undefined));
}

/** Resolves when everything that was asked is answered. */
async function settle(running: ReadonlySet<Promise<unknown>>): Promise<void> {
  do {
    await Promise.allSettled(running);
    await sleep(lastWordsMs);
  } while (running.size > 0);
}

function createServer(call: Call, client: McpClient, connection: string, version: string): McpServer {
  const server = new McpServer(
    { name: 'hivemind', title: 'Hivemind', version },
    { capabilities, instructions, cacheHints },
  );
  const nameNow = (): string | null => clientName(server.server.getClientVersion()?.name);
  const threadIn = (meta: Meta | undefined): string | undefined => codexThread(nameNow(), meta);
  const { tools, ...stamped } = client;
  const door: Door = {
    call,
    stamps: (meta) => {
      const name = nameNow();
      const caller =
        client.caller ?? threadIn(meta) ?? (name === null ? undefined : sessionId(name, `mcp ${connection}`));
      return { ...stamped, caller };
    },
    actor: (meta) => ({
      kind: 'agent',
      name: threadIn(meta) === undefined ? (nameNow() ?? 'mcp') : 'codex',
    }),
  };
  serveTools(server, toolsNamed(tools).names, door);
  serveResources(server, door);
  servePrompts(server, door);
  return server;
}

/** What the client calls itself, as the name of an agent; null where it says nothing that could be one. */
function clientName(name: string | undefined): string | null {
  const kept = name
    ?.replace(/[^A-Za-z0-9._@/ -]/g, '')
    .trim()
    .slice(0, 100);
  return kept ? kept : null;
}

/** Codex says with each call in which of its threads it is made: that is the session that its hooks and files tell of. */
function codexThread(name: string | null, meta: Meta | undefined): string | undefined {
  const thread = meta?.threadId;
  const isThread = typeof thread === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(thread);
  return name === 'codex-mcp-client' && isThread ? sessionId('codex', thread) : undefined;
}
