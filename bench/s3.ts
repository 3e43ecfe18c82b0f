import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DraftInput } from '../src/schema/event.ts';
import { type FaultProxy, startFaultProxy } from '../test/world/fault-proxy.ts';
import { eventually, type Home, makeHome } from '../test/world/home.ts';
import { type S3, startS3 } from '../test/world/s3.ts';
import { nextEvent } from './lib/ingest/event.ts';
import type { Measured, Order, Places } from './lib/ingest/system.ts';
import { median, type Ratio, type Report, type Row, shuffle, toRow } from './lib/measure.ts';
import { untilIdle } from './lib/processor.ts';

/** The name that the client process of the ingest benchmark appends to. */
const workspace = 'bench';

/** Where a workspace is: on the disk (the peer), in a bucket that is well, in one that refuses connections. */
const kinds = ['local', 'up', 'down'] as const;
type Kind = (typeof kinds)[number];

const cells = [1, 8].flatMap((writers) => kinds.map((kind) => ({ kind, writers })));
const cellMs = 400;

/** Events that one machine writes and another waits for, at the least. */
const leastSightings = 50;
const pollMs = 20;

/** A bucket that is away may keep so many events waiting before it is let back for a while. */
const mostWaiting = 60_000;

interface Machine {
  home: Home;
  client: ChildProcess;
}

/**
 * Acknowledged events a second and the time to one acknowledgement, in a workspace on the disk, in one in a bucket, and
 * in one in a bucket that is away, measured in turn in every round; how long an event takes from its acknowledgement on
 * one machine until another shows it; and what is lost in all of that.
 */
export async function benchS3(rounds: number): Promise<Report> {
  const s3 = await startS3();
  if ('skip' in s3) throw new Error(s3.skip);
  const line = await startFaultProxy(s3.endpoint);
  const homes: Home[] = [];
  const clients: ChildProcess[] = [];
  const add = async (...store: string[]): Promise<Machine> => {
    const home = makeHome();
    homes.push(home);
    Object.assign(home.env, s3.env);
    await home.json(['workspace', 'create', workspace, '--no-bind', ...store]);
    const client = startClient(home.socket);
    clients.push(client);
    return { home, client };
  };
  try {
    const [up, away] = [storeIn(s3, 'up', s3.endpoint), storeIn(s3, 'down', line.endpoint)];
    const machines = { local: await add(), up: await add(...up), down: await add(...away) };
    await line.refuse();
    const perRound: Figures[] = [];
    for (let done = 0; done < rounds; done += 1) {
      perRound.push(await measureRound(machines));
      await makeRoom(machines.down, line);
      process.stderr.write(`round ${done + 1}/${rounds}\n`);
    }
    await line.listen();
    const reader = await add(...up);
    const sightings = await measureSightings(machines.up, reader, Math.max(leastSightings, rounds));
    const late = await add(...away);
    const acked = (kind: Kind): number => sumOf(perRound, kind);
    const seen = sightings.length;
    const lost =
      (await lostIn(machines.local, acked('local'))) +
      (await lostIn(machines.up, acked('up') + seen)) +
      (await lostIn(reader, acked('up') + seen)) +
      (await lostIn(machines.down, acked('down'))) +
      (await lostIn(late, acked('down')));
    return reportOf(perRound, sightings, lost);
  } finally {
    for (const client of clients) client.disconnect();
    for (const home of homes) await home.remove();
    await line.close();
    s3.stop();
  }
}

const storeIn = ({ bucket }: S3, prefix: string, endpoint: string): string[] => [
  ...['--store', `s3://${bucket}/${prefix}`, '--endpoint', endpoint],
];

const clientScript = fileURLToPath(new URL('./lib/ingest/client.ts', import.meta.url));

/** The client process of the ingest benchmark, for a daemon of ours alone. */
function startClient(socket: string): ChildProcess {
  const places: Places = { hivemind: socket, postgres: '', redis: '', scratch: '' };
  return fork(clientScript, [JSON.stringify(places)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

function measure(client: ChildProcess, writers: number): Promise<Measured> {
  const order: Order = { system: 'hivemind', writers, durationMs: cellMs };
  return new Promise((resolve, reject) => {
    client.once('message', (answer: { measured?: Measured; error?: string }) => {
      if (answer.measured !== undefined) resolve(answer.measured);
      else reject(new Error(answer.error));
    });
    client.send(order);
  });
}

/** By kind and number of writers: `up_8`. */
type Figures = Map<string, Measured>;

async function measureRound(machines: Record<Kind, Machine>): Promise<Figures> {
  const figures: Figures = new Map();
  for (const { kind, writers } of shuffle(cells)) {
    figures.set(`${kind}_${writers}`, await measure(machines[kind].client, writers));
    // What a daemon still has to do for its own events must not slow down the one that comes next.
    await untilIdle((await machines[kind].home.call('daemon.status', {})).pid);
  }
  return figures;
}

/** At a bound of what may wait, appends would be refused, which is not what is measured. */
async function makeRoom({ home }: Machine, line: FaultProxy): Promise<void> {
  if ((await home.call('status.show', { workspace })).tail < mostWaiting) return;
  await line.listen();
  await drained(home);
  await line.refuse();
}

const drained = (home: Home): Promise<boolean> =>
  eventually(
    async () => (await home.call('status.show', { workspace })).tail === 0,
    'an empty tail',
    10 * 60_000,
  );

/** Milliseconds from the acknowledgement of an event on one machine until another one shows it. */
async function measureSightings(from: Machine, to: Machine, count: number): Promise<number[]> {
  const times: number[] = [];
  while (times.length < count) {
    // At any moment of the one's flushes and of the other's polls.
    await sleep(Math.random() * 1_000);
    const draft = JSON.parse(nextEvent().json) as DraftInput;
    const { appended } = await from.home.call('event.append', { workspace, events: [draft] });
    const acked = performance.now();
    const [id = ''] = appended;
    while (
      !(await to.home.call('event.show', { workspace, id }).then(
        () => true,
        () => false,
      ))
    )
      await sleep(pollMs);
    times.push(performance.now() - acked);
  }
  return times;
}

/** The main branch's birth is an event too. */
const birthEvents = 1;

async function lostIn({ home }: Machine, acked: number): Promise<number> {
  await drained(home);
  const wanted = acked + birthEvents;
  const count = async (): Promise<number> => (await home.call('status.show', { workspace })).events;
  await eventually(async () => (await count()) >= wanted, `${wanted} events`, 120_000).catch(() => undefined);
  return wanted - (await count());
}

const sumOf = (perRound: readonly Figures[], kind: Kind): number =>
  perRound
    .flatMap((figures) => [...figures])
    .filter(([name]) => name.startsWith(kind))
    .reduce((sum, [, { acked }]) => sum + acked, 0);

const round = (value: number): number => Math.round(value * 100) / 100;

function reportOf(perRound: readonly Figures[], sightings: readonly number[], lost: number): Report {
  const of = (name: string, read: (measured: Measured) => number): number[] =>
    perRound.flatMap((figures) => {
      const measured = figures.get(name);
      return measured === undefined ? [] : [read(measured)];
    });
  const rows = cells.map(({ kind, writers }): Row => {
    const name = `${kind}_${writers}`;
    return {
      name,
      unit: 'ms',
      n: of(name, ({ acked }) => acked).reduce((sum, acked) => sum + acked, 0),
      p50: round(median(of(name, ({ p50 }) => p50))),
      p99: round(median(of(name, ({ p99 }) => p99))),
      perSecond: Math.round(median(of(name, ({ acked, seconds }) => acked / seconds))),
    };
  });
  const seen = toRow('visible_elsewhere', sightings);
  // Within a round, so that the noise of a shared machine meets both alike.
  const compare = (kind: Kind, writers: number): Ratio => {
    const read = ({ p50 }: Measured): number => p50;
    const [ours, peers] = [of(`${kind}_${writers}`, read), of(`local_${writers}`, read)];
    const value = round(median(ours.map((time, index) => time / (peers[index] ?? Number.NaN))));
    return { name: `p50_${kind}_${writers}_over_local`, value, target: 1.2, ok: value <= 1.2 };
  };
  const most = (name: string, value: number, target: number): Ratio => ({
    name,
    value,
    target,
    ok: value <= target,
  });
  const acked = kinds.reduce((sum, kind) => sum + sumOf(perRound, kind), sightings.length);
  return {
    bench: 's3',
    rows: [...rows, seen],
    ratios: [
      ...[1, 8].flatMap((writers) => [compare('up', writers), compare('down', writers)]),
      most('visible_p50_ms', seen.p50, 5_000),
      most('visible_p99_ms', seen.p99, 30_000),
      { name: `lost_of_${acked}`, value: lost, target: 0, ok: lost === 0 },
    ],
  };
}
