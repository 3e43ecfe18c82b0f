import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createRawServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const hookPath = resolve(import.meta.dirname, '../../bin/hook.sh');

export interface HookRun {
  code: number | null;
  stdout: string;
  stderr: string;
  pid: number;
}

export interface Received {
  url: URL;
  body: Buffer;
}

/** A throw-away Hivemind home, as an installation leaves it, and what runs in it. */
export class HookHome {
  readonly path = mkdtempSync(join(tmpdir(), 'hm-'));
  readonly received: Received[] = [];
  connections = 0;
  private readonly closers: (() => void)[] = [];

  constructor() {
    mkdirSync(join(this.path, 'spool'));
    mkdirSync(join(this.path, 'run'));
  }

  get socket(): string {
    return join(this.path, 'run/daemon.sock');
  }

  spooled(): string[] {
    return readdirSync(join(this.path, 'spool')).sort();
  }

  /** Listens as the daemon would; `answer` writes the reply once the whole request was read. */
  async serve(
    answer: (request: Received, response: ServerResponse) => void,
    socket = this.socket,
  ): Promise<void> {
    const server = createServer((request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const received = { url: new URL(request.url ?? '', 'http://d'), body: Buffer.concat(chunks) };
        this.received.push(received);
        answer(received, response);
      });
    });
    server.on('connection', () => {
      this.connections += 1;
    });
    await new Promise<void>((done) => server.listen(socket, done));
    this.closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
  }

  /** Listens with something that is no HTTP server. */
  async serveRaw(onConnection: (socket: Socket) => void): Promise<void> {
    const open = new Set<Socket>();
    const server = createRawServer((socket) => {
      open.add(socket);
      socket.on('error', () => open.delete(socket));
      this.connections += 1;
      onConnection(socket);
    });
    await new Promise<void>((done) => server.listen(this.socket, done));
    this.closers.push(() => {
      for (const socket of open) socket.destroy();
      server.close();
    });
  }

  /** Stops what listens; its socket file goes too. */
  stop(): void {
    for (const close of this.closers.splice(0)) close();
    rmSync(this.socket, { force: true });
  }

  remove(): void {
    this.stop();
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Folder that holds `sh` as a link to `shell`, so that the detached half of the hook runs under it too. */
export function linkShell(shell: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'hm-sh-'));
  symlinkSync(shell, join(folder, 'sh'));
  return folder;
}

/** Absolute path of a program on PATH, or null. */
export function findProgram(name: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      if (readdirSync(folder).includes(name)) return join(folder, name);
    } catch {
      // PATH may name folders that are not there.
    }
  }
  return null;
}

/** Runs hook.sh to its end, in a process group of its own; `env` is all the environment that it gets. */
export function runHook(
  shellFolder: string,
  args: string[],
  input: string | Buffer,
  env: NodeJS.ProcessEnv,
): Promise<HookRun> {
  return new Promise((done, reject) => {
    const child: ChildProcess = spawn(join(shellFolder, 'sh'), [hookPath, ...args], {
      env,
      detached: true,
      stdio: 'pipe',
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => done({ code, stdout, stderr, pid: child.pid ?? 0 }));
    // An error here would be the broken pipe that the hook must spare the agent.
    child.stdin?.on('error', reject);
    child.stdin?.end(input);
  });
}
