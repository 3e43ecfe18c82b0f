import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Behaviour } from './embed-process.ts';

export interface Seen {
  requests: number;
  texts: string[];
  authorizations: string[];
  /** Texts of the largest request. */
  largest: number;
}

/** A process that speaks the protocols of embedding servers. */
export interface EmbedServer {
  url: string;
  /** Changes how it behaves from now on. */
  behave(change: Partial<Behaviour>): Promise<void>;
  /** What it was asked until now. */
  seen(): Promise<Seen>;
  /** Ends it; with `start` it comes back at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startEmbedServer(): Promise<EmbedServer> {
  let child: ChildProcess | null = null;
  let url = '';
  const start = async (): Promise<void> => {
    const port = url === '' ? '0' : new URL(url).port;
    const script = join(import.meta.dirname, 'embed-process.ts');
    const started = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, port], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    for await (const line of createInterface({ input: started.stdout })) {
      url = line;
      return;
    }
    throw new Error('the embedding server did not start');
  };
  const stop = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    get url() {
      return url;
    },
    behave: async (change) => {
      await fetch(`${url}/control`, { method: 'POST', body: JSON.stringify(change) });
    },
    seen: async () => (await (await fetch(`${url}/seen`)).json()) as Seen,
    stop,
    start,
  };
}
