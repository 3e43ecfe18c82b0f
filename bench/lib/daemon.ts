import { readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchWorld } from './world.ts';

/** What the benchmarks ask of a daemon over its socket. */
export interface DaemonUnderTest {
  pid(): Promise<number>;
  call<T>(operation: string, input: unknown): Promise<T>;
  /** Sends drafts, one a line, as one batch; the number that was appended. */
  upload(lines: readonly string[]): Promise<number>;
}

/** `branch`: where it uploads to. */
export function daemonOf(
  { socket }: Pick<BenchWorld, 'socket'>,
  workspace: string,
  branch = 'main',
): DaemonUnderTest {
  const post = (path: string, type: string, body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request(
        // A connection of its own: one that was kept may lead to a daemon that has been killed since.
        { socketPath: socket, path, method: 'POST', headers: { 'content-type': type }, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            if (response.statusCode === 200) resolve(text);
            else reject(Object.assign(new Error(text.slice(0, 500)), { status: response.statusCode }));
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });

  const call = async <T>(operation: string, input: unknown): Promise<T> =>
    (
      JSON.parse(await post(`/v1/op/${operation}`, 'application/json', JSON.stringify(input))) as {
        result: T;
      }
    ).result;

  const upload = async (lines: readonly string[]): Promise<number> => {
    for (;;) {
      try {
        const path = `/v1/events?${new URLSearchParams({ workspace, branch })}`;
        const text = await post(path, 'application/x-ndjson', `${lines.join('\n')}\n`);
        return (JSON.parse(text) as { result: { appended: number } }).result.appended;
      } catch (error) {
        // Told to come back: what was taken of the batch is a duplicate the next time.
        const { status } = error as { status?: number };
        if (status !== 429 && status !== 503) throw error;
        await sleep(200);
      }
    }
  };

  return {
    pid: async () => (await call<{ pid: number }>('daemon.status', {})).pid,
    call,
    upload,
  };
}

const gone = { throwIfNoEntry: false } as const;

/** Bytes of all files below a directory. */
export function bytesBelow(directory: string): number {
  return (
    readdirSync(directory, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      // A daemon that is running may take away what was just listed.
      .reduce((sum, entry) => sum + (statSync(join(entry.parentPath, entry.name), gone)?.size ?? 0), 0)
  );
}

/** Resident memory of a process in MB. */
export const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
