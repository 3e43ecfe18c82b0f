import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, fromShape } from '../schema/app-error.ts';
import type { ErrorShape } from '../schema/errors.ts';

/** What a child process is to load. */
export type ModelSpec =
  | { kind: 'model2vec'; directory: string }
  | {
      kind: 'transformers';
      /** Folder whose `node_modules` has the package. */
      packages: string;
      model: string;
      /** Folder that has the model's folder; null: the model is fetched by its name. */
      localModels: string | null;
      cache: string;
      pooling: 'mean' | 'cls' | 'last';
      dtype: string | null;
    };

export interface ChildRequest {
  id: number;
  texts: readonly string[];
}

export type ChildReply = { id: number; vectors: Float32Array[] } | { id: number; error: ErrorShape };

/** A process that nobody has asked for so long ends: a model takes up to half a gigabyte. */
const idleMs = 15 * 60_000;

/** A model that runs in a process of its own, so that its memory and its native code stay out of the daemon. */
export interface ModelProcess {
  /** One vector for each text; texts that are many belong into several calls, so that others get in between. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** Starts the process when it is first asked, and again after it has ended. */
export function createModelProcess(spec: ModelSpec): ModelProcess {
  const waiting = new Map<number, PromiseWithResolvers<Float32Array[]>>();
  let child: ChildProcess | null = null;
  let idle: NodeJS.Timeout | null = null;
  let next = 1;

  const failAll = (error: AppError): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };

  const start = (): ChildProcess => {
    const started = startChild(spec);
    started.on('message', (reply: ChildReply) => {
      const asked = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('vectors' in reply) asked?.resolve(reply.vectors);
      else asked?.reject(fromShape(reply.error));
    });
    const ended = (why: string): void => {
      if (child !== started) return;
      child = null;
      failAll(
        new AppError('UNAVAILABLE', `the process with the model ended: ${why}`, {
          hint: 'hivemind embedder test',
        }),
      );
    };
    started.on('exit', (code, signal) => ended(String(signal ?? code)));
    started.on('error', (error) => ended(error.message));
    return started;
  };

  const stop = async (): Promise<void> => {
    if (idle !== null) clearTimeout(idle);
    const running = child;
    child = null;
    failAll(new AppError('ABORTED', 'the embedder was closed'));
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  };

  const embed = (texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> => {
    signal?.throwIfAborted();
    child ??= start();
    if (idle !== null) clearTimeout(idle);
    idle = setTimeout(() => void stop(), idleMs).unref();
    const id = next;
    next += 1;
    const asked = Promise.withResolvers<Float32Array[]>();
    waiting.set(id, asked);
    // What the child makes of an answer that nobody waits for any more is thrown away.
    const onAbort = (): void => asked.reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const request: ChildRequest = { id, texts };
    child.send(request, (error) => {
      if (error !== null)
        asked.reject(new AppError('UNAVAILABLE', `the process with the model: ${error.message}`));
    });
    return asked.promise.finally(() => {
      waiting.delete(id);
      signal?.removeEventListener('abort', onAbort);
    });
  };

  return { embed, close: stop };
}

function startChild(spec: ModelSpec): ChildProcess {
  const script = fileURLToPath(new URL(`./child-main${extname(import.meta.url)}`, import.meta.url));
  const child = fork(script, [JSON.stringify(spec)], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  try {
    // Whoever waits for an acknowledgement comes first.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, and says so itself.
  }
  // A daemon that is done does not wait for a model.
  child.unref();
  child.channel?.unref();
  return child;
}
