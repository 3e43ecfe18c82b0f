import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Home, packageRoot } from './home.ts';

/** One JSON-RPC message, as it came. */
export interface Message {
  id?: number | string | null;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data?: unknown };
}

export interface McpProcess {
  pid: number;
  /** Sends a request and resolves with its answer, result or error. */
  ask(method: string, params?: Record<string, unknown>): Promise<Message>;
  tell(method: string, params?: Record<string, unknown>): void;
  /** Writes bytes as they are. */
  write(text: string): void;
  /** Notifications that came, in order. */
  notices: Message[];
  /** Ids of the requests that were answered. */
  answers: (number | string | null)[];
  /** Lines on standard output that are no JSON-RPC: there must be none. */
  strangers: string[];
  /** Resolves when the process has ended. */
  ended: Promise<{ code: number | null; signal: string | null; stderr: string }>;
  /** Closes standard input, as an agent does when it ends. */
  end(): void;
  interrupt(): void;
}

/** Starts `hivemind mcp` as an agent does: newline-delimited JSON-RPC on standard input and output. */
export function startMcp(
  home: Home,
  cwd: string,
  args: string[] = [],
  env = {},
  root = packageRoot,
): McpProcess {
  const child = spawn(process.execPath, [join(root, 'bin', 'run.js'), 'mcp', ...args], {
    cwd,
    env: { ...home.env, ...env },
    stdio: 'pipe',
  });
  const waiting = new Map<number, (message: Message) => void>();
  const strangers: string[] = [];
  const notices: Message[] = [];
  const answers: (number | string | null)[] = [];
  let stderr = '';
  let lastId = 0;
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = parse(line);
    if (message === null) strangers.push(line);
    else if (message.id === undefined) notices.push(message);
    else {
      answers.push(message.id);
      waiting.get(Number(message.id))?.(message);
    }
  });
  const write = (text: string): void => void child.stdin.write(text);
  const send = (message: object): void => write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const ended = new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stderr })),
  );
  return {
    pid: child.pid ?? -1,
    ask: (method, params = {}) => {
      lastId += 1;
      const id = lastId;
      const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
      send({ id, method, params });
      const gone = ended.then(({ code, stderr: said }) => {
        throw new Error(`hivemind mcp ended with ${code} before it answered ${method}: ${said}`);
      });
      return Promise.race([answer, gone]);
    },
    notices,
    answers,
    tell: (method, params = {}) => send({ method, params }),
    write,
    strangers,
    ended,
    end: () => child.stdin.end(),
    interrupt: () => child.kill('SIGINT'),
  };
}

function parse(line: string): Message | null {
  try {
    const message = JSON.parse(line) as Message & { jsonrpc?: string };
    return message.jsonrpc === '2.0' ? message : null;
  } catch {
    return null;
  }
}

const clientInfo = { name: 'test', version: '1' };

/** The handshake of 2024 to 2025; resolves with the server's answer to `initialize`. */
export async function openLegacy(mcp: McpProcess, protocolVersion = '2025-11-25'): Promise<Message> {
  const answer = await mcp.ask('initialize', { protocolVersion, capabilities: {}, clientInfo });
  mcp.tell('notifications/initialized');
  return answer;
}

/** What every request of revision 2026-07-28 carries instead of a handshake. */
export const envelope = (protocolVersion = '2026-07-28'): { _meta: Record<string, unknown> } => ({
  _meta: {
    'io.modelcontextprotocol/protocolVersion': protocolVersion,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': clientInfo,
  },
});

/** Text, fields and error mark of a tool's answer. */
export async function callTool(
  mcp: McpProcess,
  name: string,
  input: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Promise<{ text: string; isError: boolean; structure: Record<string, unknown> }> {
  const { result, error } = await mcp.ask('tools/call', { name, arguments: input, ...more });
  if (result === undefined) throw new Error(`${name}: ${JSON.stringify(error)}`);
  const content = result.content as { type: string; text: string }[];
  const structure = (result.structuredContent ?? {}) as Record<string, unknown>;
  return { text: content.map(({ text }) => text).join('\n'), isError: result.isError === true, structure };
}
