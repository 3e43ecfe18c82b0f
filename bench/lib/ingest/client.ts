/** The client process of the ingest benchmark: speaks to every system in the same way, and measures. */
import { quantile } from '../measure.ts';
import { fdatasync, lance, sqliteBatch, sqliteEach, sqliteGroup } from './process-systems.ts';
import { hivemind, hivemindBatch, hivemindStream, postgres, redis } from './socket-systems.ts';
import type { Measured, Order, Places, System, Writers } from './system.ts';

const places = JSON.parse(process.argv[2] ?? '{}') as Places;
const systems: Record<string, System> = {
  hivemind: hivemind(places.hivemind),
  hivemind_stream: hivemindStream(places.hivemind),
  hivemind_ndjson: hivemindBatch(places.hivemind),
  postgres: postgres(places.postgres),
  redis: redis(places.redis),
  sqlite_each: sqliteEach(places.scratch),
  sqlite_group: sqliteGroup(places.scratch),
  sqlite_batch: sqliteBatch(places.scratch),
  lancedb_add: lance(places.scratch),
  fdatasync: fdatasync(places.scratch),
};

async function measure({ system, writers, durationMs }: Order): Promise<Measured> {
  const opened = await systems[system]?.open(writers);
  if (opened === undefined) throw new Error(`there is no ${system}`);
  try {
    const times: number[] = [];
    const cpu = process.cpuUsage();
    const start = performance.now();
    const counts = await Promise.all(
      Array.from({ length: writers }, (_, writer) =>
        keepAppending(opened, writer, start + durationMs, times),
      ),
    );
    const seconds = (performance.now() - start) / 1000;
    const { user, system: kernel } = process.cpuUsage(cpu);
    const acked = counts.reduce((sum, count) => sum + count, 0);
    times.sort((a, b) => a - b);
    return {
      acked,
      seconds,
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      clientMicros: (user + kernel) / acked,
    };
  } finally {
    await opened.close();
  }
}

async function keepAppending(
  opened: Writers,
  writer: number,
  until: number,
  times: number[],
): Promise<number> {
  let acked = 0;
  for (let now = performance.now(); now < until; ) {
    acked += await opened.append(writer);
    const then = now;
    now = performance.now();
    times.push(now - then);
  }
  return acked;
}

process.on('message', (order: Order) => {
  measure(order).then(
    (measured) => process.send?.({ measured }),
    (error) => process.send?.({ error: String(error instanceof Error ? error.stack : error) }),
  );
});
process.on('disconnect', () => process.exit(0));
