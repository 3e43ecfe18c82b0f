import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { packageRoot } from '../world.ts';

/** The reference memory server of the Model Context Protocol, over stdio as an agent runs it. */
export interface MemoryServer {
  /** Nodes that the words are found in, as it says: all of the query, word for word. */
  search(query: string): Promise<void>;
  pid: number;
  close(): void;
}

/** Its memory is written in its own format: it rewrites the whole file for each entity that it is given, which takes hours for so many. */
export async function writeMemory(path: string, lines: Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  let serial = 0;
  for (const line of lines) {
    serial += 1;
    const { text } = JSON.parse(line) as { text: string };
    const entity = {
      type: 'entity',
      name: `event-${serial}`,
      entityType: 'tool.called',
      observations: [text],
    };
    if (!file.write(`${JSON.stringify(entity)}\n`)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}

export async function startMemoryServer(memory: string): Promise<MemoryServer> {
  const script = join(
    packageRoot,
    'node_modules',
    '@modelcontextprotocol',
    'server-memory',
    'dist',
    'index.js',
  );
  const child = spawn(process.execPath, [script], {
    env: { MEMORY_FILE_PATH: memory },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ask = createAsk(child);
  await ask('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  });
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
  return {
    search: async (query) => {
      const { isError } = (await ask('tools/call', { name: 'search_nodes', arguments: { query } })) as {
        isError?: boolean;
      };
      if (isError) throw new Error('the memory server could not search');
    },
    pid: child.pid ?? 0,
    close: () => child.kill(),
  };
}

function createAsk(child: ChildProcess): (method: string, params: unknown) => Promise<unknown> {
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let serial = 0;
  if (child.stdout === null || child.stdin === null) throw new Error('the memory server has no pipes');
  const { stdin } = child;
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the memory server ended with ${code}`));
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, result, error } = JSON.parse(line) as {
      id?: number;
      result?: unknown;
      error?: { message: string };
    };
    const one = waiting.get(id ?? -1);
    waiting.delete(id ?? -1);
    if (error === undefined) one?.resolve(result);
    else one?.reject(new Error(error.message));
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      serial += 1;
      waiting.set(serial, { resolve, reject });
      stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: serial, method, params })}\n`);
    });
}
