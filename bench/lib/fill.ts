import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonUnderTest } from './daemon.ts';
import { processorSeconds } from './processor.ts';

const batchEvents = 1_000;

/** Sends so many events of the corpus; `onLines` sees each batch that was taken. */
export async function load(
  daemon: DaemonUnderTest,
  next: () => string,
  count: number,
  onLines: (lines: readonly string[]) => void = () => undefined,
): Promise<void> {
  for (let done = 0; done < count; done += batchEvents) {
    const batch = Array.from({ length: Math.min(batchEvents, count - done) }, next);
    const appended = await daemon.upload(batch);
    if (appended > batch.length) throw new Error('more was appended than was sent');
    onLines(batch);
    if (process.stderr.isTTY) process.stderr.write(`\r${done + batch.length}/${count}`);
  }
}

interface Stats {
  tail: number;
  tables: { name: string; state: string; rows: number; sizeBytes: number }[];
}

/** Waits until nothing is closed and nothing is merged any more. */
export async function untilSettled(daemon: DaemonUnderTest): Promise<void> {
  const pid = await daemon.pid();
  for (let quiet = 0; quiet < 4; ) {
    const before = processorSeconds(pid);
    await sleep(500);
    const { tail, tables } = await daemon.call<Stats>('store.stats', { workspace: 'bench' });
    const isBusy =
      tail > 0 || tables.some(({ state }) => state === 'closed') || processorSeconds(pid) - before > 0.1;
    quiet = isBusy ? 0 : quiet + 1;
  }
}
