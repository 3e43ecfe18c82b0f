import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeLock } from '../../src/store/lock.ts';

/** What the keeper says to each who connects: where the server is, or why there is none. */
export type Answer = { endpoint: string } | { skip: string } | { error: string };

/** One per user and machine: two test runs at once share the server. */
export const keeperDirectory = join(tmpdir(), `hivemind-s3-${userInfo().uid}`);
export const keeperSocket = join(keeperDirectory, 'keeper.sock');

const script = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'scripts', 's3-server.sh');
const serverDirectory = join(keeperDirectory, 'server');
/** Long enough for the next test file to begin. */
const IDLE_MS = 20_000;
/** Whoever waited for a server that did not start is told first. */
const FAREWELL_MS = 200;
/** A server takes the ports from its own to 29 above it. */
const PORT_STEP = 40;
const FIRST_PORT = 20_080;

/**
 * Starts the S3 server and keeps it for as long as somebody is connected to the socket. The kernel closes the connections
 * of tests that die, so nothing is left behind however they end.
 */
function keep(): void {
  mkdirSync(keeperDirectory, { recursive: true, mode: 0o700 });
  const lock = takeLock(join(keeperDirectory, 'keeper.lock'));
  if (lock === null) return;
  rmSync(keeperSocket, { force: true });
  const answer = start();
  // Whoever comes next may have more luck with a keeper of its own.
  answer.then((found) => 'error' in found && setTimeout(end, FAREWELL_MS));
  let users = 0;
  let ending = false;
  let idle = setTimeout(end, IDLE_MS);
  const server = createServer((socket) => {
    if (ending) return void socket.destroy();
    users += 1;
    clearTimeout(idle);
    answer.then((found) => socket.write(`${JSON.stringify(found)}\n`));
    socket.on('error', () => undefined).on('data', () => undefined);
    socket.on('close', () => {
      users -= 1;
      if (users === 0) idle = setTimeout(end, IDLE_MS);
    });
  });
  server.listen(keeperSocket);

  async function end(): Promise<void> {
    // From here on who connects is sent away, and asks until a keeper has the lock after us.
    ending = true;
    rmSync(keeperSocket, { force: true });
    server.close();
    await answer;
    await run('wipe', serverDirectory);
    lock?.release();
    process.exit();
  }
}

async function start(): Promise<Answer> {
  const installed = await run('install');
  if (installed.failed) return { skip: `no S3 server: ${installed.said}` };
  const running = await run('up', serverDirectory, String(await findPort()));
  return running.failed ? { error: running.said } : { endpoint: running.said };
}

function run(...args: string[]): Promise<{ failed: boolean; said: string }> {
  return new Promise((resolve) => {
    execFile('sh', [script, ...args], (error, stdout, stderr) => {
      const lines = (error === null ? stdout : `${stdout}${stderr}`).trim().split('\n');
      const last = lines.at(-1) || `s3-server.sh ${args[0]} ended with ${error?.code}`;
      resolve({ failed: error !== null, said: last });
    });
  });
}

async function findPort(): Promise<number> {
  for (let port = FIRST_PORT; port < FIRST_PORT + 20 * PORT_STEP; port += PORT_STEP) {
    const free = await Promise.all([port, port + 1, port + 10].map(isFree));
    if (free.every(Boolean)) return port;
  }
  throw new Error('no free ports for an S3 server');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) keep();
