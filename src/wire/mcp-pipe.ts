import { connect as connectSocket, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { toAppError } from '../schema/app-error.ts';
import { toolsNamed } from '../schema/tools/index.ts';
import { socketPath, version, versionHeader } from './paths.ts';
import { refuseForeign } from './socket-directory.ts';

/** Silence after which a daemon that took the connection is said to hang. */
const answerTimeoutMs = 5_000;
/** How long a daemon may take for what is still in flight when the agent has closed its end. */
const lastWordsMs = 10_000;

/** `hivemind mcp [--workspace W] [--tools NAMES]`: a byte pipe between standard input/output and the daemon, which speaks MCP itself. */
export async function run(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: { workspace: { type: 'string', short: 'w' }, tools: { type: 'string' } },
    strict: false,
  });
  const query = new URLSearchParams({ cwd: process.env.CLAUDE_PROJECT_DIR ?? process.cwd() });
  const workspace = typeof values.workspace === 'string' ? values.workspace : process.env.HIVEMIND_WORKSPACE;
  if (workspace !== undefined) query.set('workspace', workspace);
  const session = process.env.CLAUDE_CODE_SESSION_ID;
  if (session !== undefined) query.set('session', session);
  if (process.env.HIVEMIND_BRANCH) query.set('branch', process.env.HIVEMIND_BRANCH);
  const tools = typeof values.tools === 'string' ? values.tools : process.env.HIVEMIND_MCP_TOOLS;
  const { names, unknown } = toolsNamed(tools);
  if (unknown !== null)
    fail(`there is no tool "${unknown.slice(0, 60)}"`, `hivemind mcp --tools ${names.join(',')}`, 2);
  if (tools) query.set('tools', tools);
  try {
    refuseForeign(dirname(socketPath()));
    pipe(await open(query));
  } catch (error) {
    const { message, hint } = toAppError(error);
    fail(message, hint);
  }
}

/** A connection to the daemon; null when none is running. */
function knock(): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connectSocket(socketPath());
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}

/** Starts the daemon; what that takes is loaded only here. */
async function knockAfterStart(): Promise<Socket> {
  const { connect } = await import('./connect.ts');
  (await connect()).close();
  return (await knock()) ?? fail('the daemon went away');
}

interface Opened {
  socket: Socket;
  /** What the daemon said behind its head. */
  rest: Buffer;
  version: string | undefined;
}

/** An open MCP connection. A daemon of another version is first given to `connect`, which replaces an older one. */
async function open(query: URLSearchParams): Promise<Opened> {
  const opened = await upgrade(query, (await knock()) ?? (await knockAfterStart()));
  if (opened.version === version()) return opened;
  opened.socket.destroy();
  return upgrade(query, await knockAfterStart());
}

/** Turns a fresh connection into one that speaks MCP. */
function upgrade(query: URLSearchParams, socket: Socket): Promise<Opened> {
  const silence = setTimeout(
    () => fail(`the daemon has not answered for ${answerTimeoutMs / 1000} s`),
    answerTimeoutMs,
  );
  socket.write(
    `GET /v1/mcp?${query} HTTP/1.1\r\nhost: hivemind\r\nconnection: upgrade\r\nupgrade: mcp\r\n\r\n`,
  );
  return new Promise((resolve) => {
    let head = Buffer.alloc(0);
    const onGone = (): never => fail('the daemon went away');
    const onHead = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      clearTimeout(silence);
      socket.pause().off('data', onHead).off('error', onGone).off('close', onGone);
      const text = head.toString('latin1', 0, end);
      if (!text.startsWith('HTTP/1.1 101')) fail('the daemon refused the connection');
      const found = new RegExp(`^${versionHeader}: (\\S+)$`, 'm').exec(text);
      resolve({ socket, rest: head.subarray(end + 4), version: found?.[1] });
    };
    socket.on('data', onHead).on('error', onGone).on('close', onGone);
  });
}

function pipe({ socket, rest }: Opened): void {
  process.stdout.write(rest);
  socket.pipe(process.stdout);
  process.stdin.pipe(socket);
  // Only the agent ends a connection; a daemon that goes away takes the agent's tools with it, and that must be seen.
  let isEnding = false;
  const end = (): void => {
    isEnding = true;
    socket.end();
    setTimeout(() => process.exit(0), lastWordsMs).unref();
  };
  process.stdin.once('end', end);
  // Claude Code ends servers with SIGINT: what is in flight may finish, then both ends close.
  process.once('SIGINT', end);
  process.stdout.on('error', () => process.exit(0));
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => (isEnding ? process.exit(0) : fail('the daemon went away')));
}

function fail(reason: string, hint = 'hivemind daemon logs', exitCode = 5): never {
  process.stderr.write(`hivemind mcp: ${reason}\ntry: ${hint}\n`);
  process.exit(exitCode);
}
