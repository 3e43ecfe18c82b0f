import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, type FaultProxy, seeded, startFaultProxy } from '../../world/fault-proxy.ts';
import { createRandom, type Random } from '../../world/random.ts';
import { type S3, startS3 } from '../../world/s3.ts';
import { type Ask, must } from '../ask.ts';
import { check, fail, heal, record } from '../check.ts';
import { createLedger, draftOf, type Ledger, laneSession } from '../ledger.ts';
import { workspace } from '../load.ts';
import {
  type Driver,
  type DriverOptions,
  emptyReport,
  isGood,
  type Report,
  skippedReport,
} from '../report.ts';
import { messageOf } from '../tools.ts';
import { conclude, makeWorld, type World } from '../world.ts';

/** Several daemons, each with a home of its own, on one bucket, beside upkeep, their lines to it cut at random. */
export const writers: Driver = {
  name: 'writers',
  summary: 'many daemons and their upkeep on one bucket, links cut at random',
  rounds: 50,
  run: runWriters,
};

/** What a round does: so many daemons, each with so many writers, each of which appends so often. */
interface Shape {
  daemons: number;
  lanes: number;
  appends: number;
}
const shapes: readonly Shape[] = [
  { daemons: 8, lanes: 1, appends: 100 },
  { daemons: 16, lanes: 4, appends: 25 },
];
const shortShape: Shape = { daemons: 4, lanes: 2, appends: 25 };

/** The same daemons live through so many rounds: their tables fill up, are sealed and merged meanwhile. */
const roundsOfTeam = 10;

/** What a bad line does, beside refusing connections for a while. */
const faults: readonly Fault[] = [
  { kind: 'cut' },
  { kind: 'reset' },
  { kind: 'drop-response' },
  { kind: 'slow-down' },
  { kind: 'latency', delayMs: 400 },
];

/** An append brings at the most so many events, and its writer rests for at the most so long afterwards. */
const mostEvents = 6;
const restMs = 150;

/** How long a team may take to agree after everything works again. */
const convergenceMs = 240_000;

interface Member {
  world: World;
  line: FaultProxy;
}

async function runWriters(options: DriverOptions): Promise<Report> {
  const s3 = await startS3();
  if ('skip' in s3) return skippedReport(s3.skip);
  const report = emptyReport();
  const random = createRandom(options.seed);
  try {
    for (let team = 0; report.rounds < options.rounds && isGood(report); team += 1) {
      const shape = (options.scale ?? 1) < 1 ? shortShape : (shapes[team % shapes.length] ?? shortShape);
      await runTeam({ s3, shape, random, report, options, prefix: `writers-${options.seed}-${team}` });
    }
  } finally {
    s3.stop();
  }
  return report;
}

interface Team {
  s3: S3;
  shape: Shape;
  random: Random;
  report: Report;
  options: DriverOptions;
  prefix: string;
}

async function runTeam(team: Team): Promise<void> {
  const { shape, report, options } = team;
  const members: Member[] = [];
  const before = report.acked;
  try {
    for (let index = 0; index < shape.daemons; index += 1) {
      members.push(await addMember(team));
      // Two who begin before either has flushed both record the birth of the workspace; the counts below expect one.
      const first = members[0];
      if (index === 0 && first !== undefined) fail(report, 'join', await heal(first.world.ask));
    }
    const last = Math.min(options.rounds, report.rounds + roundsOfTeam);
    while (report.rounds < last && isGood(report)) {
      report.rounds += 1;
      await runRound(team, members, report.acked - before);
      const said = `${shape.daemons} daemons × ${shape.lanes} × ${shape.appends}`;
      options.log(`round ${report.rounds} (${said}): ${report.acked} acked in all`);
    }
    report.notes.push(await sayTables(members));
  } catch (error) {
    report.failures.push(`round ${report.rounds}: ${messageOf(error)}`);
  }
  for (const { world, line } of members) {
    await conclude(world, report, options.keep);
    await line.close();
  }
}

/** A home with a daemon and a line of its own, that has joined. */
async function addMember({ s3, prefix }: Team): Promise<Member> {
  const line = await startFaultProxy(s3.endpoint);
  const world = makeWorld();
  const { AWS_ENDPOINT_URL_S3: _address, ...credentials } = s3.env;
  if ((await world.start(credentials)) === null) throw new Error('the daemon ended at its start');
  const store = `s3://${s3.bucket}/${prefix}`;
  const input = { name: workspace, bind: false, store, endpoint: line.endpoint };
  await must('workspace.create', world.ask('workspace.create', input));
  return { world, line };
}

/** Everybody writes while lines fail; then all is put right, and everybody must have everything. `earlier`: events of the rounds before. */
async function runRound(team: Team, members: readonly Member[], earlier: number): Promise<void> {
  const { shape, random, report, options } = team;
  const round = `round ${report.rounds}`;
  const ledgers = members.map((_, index) => createLedger(`w${options.seed}r${report.rounds}m${index}`));
  const chaos = members.map(({ line }) => startChaos(line, random.fork()));
  const lanes = members.flatMap(({ world }, index) =>
    Array.from({ length: shape.lanes }, (_, lane) =>
      appendAll(world.ask, ledgerAt(ledgers, index), random.fork(), lane, shape.appends),
    ),
  );
  for (const failures of await Promise.all(lanes)) fail(report, round, failures);
  await Promise.all(chaos.map((stop) => stop()));
  const acked = ledgers.reduce((sum, ledger) => sum + ledger.acked(), 0);
  report.acked += acked;
  fail(report, round, await converge(members, earlier + acked));
  for (const [reader, { world }] of members.entries())
    for (const [writer, ledger] of ledgers.entries()) {
      const verdict = await check({ ask: world.ask, ledger, random, counts: false, samples: 1 });
      if (!record(report, `${round}, daemon ${reader} reads what ${writer} wrote`, verdict)) return;
    }
}

/** One writer's appends, each of some events. Whatever the line does, the journal takes them: another answer is a failure. */
async function appendAll(
  ask: Ask,
  ledger: Ledger,
  random: Random,
  lane: number,
  appends: number,
): Promise<string[]> {
  const sessions = [laneSession(ledger, lane, 0), laneSession(ledger, lane, 1)];
  for (let done = 0; done < appends; done += 1) {
    const sizes = Array.from({ length: random.int(1, mostEvents) }, () => random.int(200, 600));
    const batch = ledger.create(lane, sessions, sizes, true);
    const events = batch.entries.map((entry) => draftOf(entry));
    const answer = await ask('event.append', { workspace, events, delivery: batch.delivery ?? undefined });
    if (answer.kind !== 'ok' || answer.result.appended.length !== events.length)
      return [`append of ${batch.delivery}: ${JSON.stringify(answer).slice(0, 300)}`];
    ledger.ack(batch, answer.result.appended);
    // Not all in one flush.
    await sleep(random.int(0, restMs));
  }
  return [];
}

function ledgerAt(ledgers: readonly Ledger[], index: number): Ledger {
  const ledger = ledgers[index];
  if (ledger === undefined) throw new Error(`no ledger ${index}`);
  return ledger;
}

/** Fails a line in turn in one way and another; returns what puts it right again for good. */
function startChaos(line: FaultProxy, random: Random): () => Promise<void> {
  let isOver = false;
  const run = async (): Promise<void> => {
    while (!isOver) {
      await sleep(random.int(100, 1_500));
      if (isOver) return;
      if (random.chance(0.4)) {
        await line.refuse();
        await sleep(random.int(50, 2_000));
        await line.listen();
      } else if (random.chance(0.7)) {
        line.setSchedule(seeded(random.int(1, 1e9), random.pick([0.05, 0.2, 0.6]), faults));
      } else line.setSchedule(null);
    }
  };
  const running = run();
  return async () => {
    isOver = true;
    await running;
    line.setSchedule(null);
  };
}

/** Waits until nobody has anything left to do and all count the same; what is wrong when that does not come to be. */
async function converge(members: readonly Member[], events: number): Promise<string[]> {
  const deadline = performance.now() + convergenceMs;
  const failures: string[] = [];
  for (const [index, { world }] of members.entries()) {
    failures.push(...(await heal(world.ask, convergenceMs)).map((failure) => `daemon ${index}: ${failure}`));
    for (let seen = -1; seen !== events + birthEvents; await sleep(200)) {
      const { events: count } = await must('status', world.ask('status.show', { workspace }));
      if (count === seen && performance.now() > deadline) {
        failures.push(`daemon ${index} counts ${count} events instead of ${events + birthEvents}`);
        break;
      }
      seen = count;
    }
  }
  return failures;
}

/** What the workspace says about itself: that its main branch was created. */
const birthEvents = 1;

async function sayTables(members: readonly Member[]): Promise<string> {
  const all = await Promise.all(
    members.map(({ world }) => must('stats', world.ask('store.stats', { workspace }))),
  );
  const tables = all[0]?.tables ?? [];
  const merging = all.filter(({ upkeep }) => upkeep.last !== null).length;
  const states = ['hot', 'closed', 'sealed'].map(
    (state) => `${tables.filter((table) => table.state === state).length} ${state}`,
  );
  return `${members.length} daemons: tables ${states.join(', ')}; ${merging} of them have done upkeep`;
}
