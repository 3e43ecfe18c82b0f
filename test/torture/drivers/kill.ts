import { globSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Failpoint, failpoints } from '../../../src/store/failpoint.ts';
import { createRandom, type Random } from '../../world/random.ts';
import { check, fail, heal, record } from '../check.ts';
import { createLedger, type Ledger } from '../ledger.ts';
import { type Load, settle, startLoad } from '../load.ts';
import { type Driver, type DriverOptions, emptyReport, isGood, type Report } from '../report.ts';
import { messageOf } from '../tools.ts';
import { conclude, isAlive, makeWorld, type World } from '../world.ts';

/** What a round does to the daemon: a crash at a step of its own, or SIGKILL from outside after a while. */
type Plan =
  | { kind: 'failpoint'; point: Failpoint; nth: number }
  | { kind: 'random'; afterMs: number; what: 'daemon' | 'group' | 'child' };

/** A store lives through so many rounds or events before the next begins with none. */
const roundsOfStore = 8;
const eventsOfStore = 60_000;

/** How long a round waits for its failpoint, with the load going on. */
const patienceMs = 8_000;
const shortPatienceMs = 1_200;

/** From so many rounds on every failpoint must have had its turn; a shorter run meets only some. */
const wholeRounds = 2 * failpoints.length;

/** Steps that even a round of a second meets, so that a short run crashes at them and does not only wait. */
const early: readonly Failpoint[] = [
  'journal.write',
  'journal.sync',
  'flush.add',
  'flush.sync',
  'checkpoint.write',
];

/** Steps that come by the minute: what was replaced is kept for its readers for a while. */
const rareMs: Partial<Record<Failpoint, number>> = { 'merge.drop': 150_000 };

/** Steps that a round of load takes often; the others are met once or twice. */
const most: Partial<Record<Failpoint, number>> = {
  'journal.write': 60,
  'journal.sync': 60,
  'flush.add': 5,
  'flush.sync': 5,
  'checkpoint.write': 5,
  'catalog.write': 4,
  'segment.create': 2,
  'segment.seal': 2,
};

export const kill: Driver = {
  name: 'kill',
  summary: 'kill -9 at random points and at every named failpoint',
  rounds: 220,
  run: runKill,
};

interface Run extends DriverOptions {
  random: Random;
  report: Report;
  plans: Plan[];
  reached: Map<Failpoint, number>;
  /** Part of the long form's load. */
  scale: number;
  patienceMs: number;
  /** Waits even for what happens by the minute. */
  isPatient: boolean;
}

async function runKill(options: DriverOptions): Promise<Report> {
  const { rounds, seed, log, scale = 1 } = options;
  const random = createRandom(seed);
  const report = emptyReport();
  const reached: Run['reached'] = new Map();
  const patience = scale < 1 ? shortPatienceMs : patienceMs;
  const plans = planRounds(rounds, random, rounds < wholeRounds ? early : failpoints);
  const run: Run = {
    ...options,
    random,
    report,
    plans,
    reached,
    scale,
    patienceMs: patience,
    isPatient: false,
  };
  await runPlans(run);
  const missing = missingIn(reached);
  if (isGood(report) && rounds >= wholeRounds && missing.length > 0) {
    log(`once more, with more load and patience: ${missing.join(', ')}`);
    run.plans = missing.map((point) => ({ kind: 'failpoint', point, nth: 1 }));
    await runPlans({ ...run, scale: 2 * scale, patienceMs: 4 * patience, isPatient: true });
  }
  report.notes.push(...sayReached(reached, rounds));
  return report;
}

async function runPlans(run: Run): Promise<void> {
  while (run.plans.length > 0 && isGood(run.report)) await runStore(run);
}

/** One store, from its first event through several crashes. */
async function runStore(run: Run): Promise<void> {
  const { seed, report, plans, reached, log } = run;
  const world = makeWorld();
  const ledger = createLedger(`k${seed}r${report.rounds}`);
  try {
    await world.begin();
    for (let lived = 0; lived < roundsOfStore && ledger.entries.size < eventsOfStore; lived += 1) {
      const plan = plans.shift();
      if (plan === undefined || !isGood(report)) break;
      report.rounds += 1;
      const round = `round ${report.rounds} (${nameOf(plan)})`;
      const met = await runRound({ ...run, world, ledger, plan, round });
      if (plan.kind === 'failpoint' && met) reached.set(plan.point, (reached.get(plan.point) ?? 0) + 1);
      log(`${round}${plan.kind === 'failpoint' && !met ? ', not reached' : ''}: ${ledger.acked()} acked`);
    }
  } catch (error) {
    report.failures.push(`round ${report.rounds}: ${messageOf(error)}`);
  }
  report.acked += ledger.acked();
  await conclude(world, report, run.keep);
}

interface RoundParts extends Run {
  world: World;
  ledger: Ledger;
  plan: Plan;
  round: string;
}

/** One life of a daemon, its end, and what is found afterwards. Resolves with whether it ended where it was told to. */
async function runRound(parts: RoundParts): Promise<boolean> {
  const { world, ledger, plan, random, round, report, scale } = parts;
  await endQuietly(world, random);
  const logged = world.logSize();
  const variables = plan.kind === 'failpoint' ? { HIVEMIND_FAILPOINT: `${plan.point}:${plan.nth}` } : {};
  const pid = await world.start(variables);
  let met = pid === null && world.endOfLast() === 'SIGKILL';
  if (pid === null && !met) fail(report, round, [`the daemon ended at its start with ${world.endOfLast()}`]);
  if (pid !== null) {
    const load = startLoad({
      ask: world.ask,
      ledger,
      random: random.fork(),
      events: Math.round(random.int(3_000, 14_000) * scale),
      bulk: random.pick([0, 0.3, 0.6]),
    });
    met = await awaitEnd(parts, pid, load, logged);
    // What a killed daemon had begun in a child goes on without it, beside the next daemon.
    if (isAlive(pid)) await world.killAll(pid);
    await load.stop();
    fail(report, round, load.failures);
  }
  const ok = await verify(parts);
  return met && ok;
}

/** Ends the daemon that the last round left, in one of the ways in which daemons end between two crashes. */
async function endQuietly(world: World, random: Random): Promise<void> {
  const status = await world.ask('daemon.status', {});
  if (status.kind !== 'ok') return;
  if (random.chance(0.5)) await world.ask('daemon.stop', {});
  else world.kill(status.result.pid, 'daemon');
  while (isAlive(status.result.pid)) await sleep(10);
}

/** Reads, sends again what got no answer, waits for health, reads again. */
async function verify({ world, ledger, random, round, report }: RoundParts): Promise<boolean> {
  const { ask } = world;
  // As a caller starts it; most of the time without the command, which takes longer than the daemon.
  if (random.chance(0.3)) await world.call();
  else await world.start();
  const first = record(report, `${round}, after the restart`, await check({ ask, ledger, random }));
  fail(report, round, await settle(ask, ledger, random));
  fail(report, round, await heal(ask));
  const second = record(report, `${round}, when healed`, await check({ ask, ledger, random }));
  return first && second;
}

/** Waits until the daemon, or a child of it, has met its end; kills it where nothing else does. */
async function awaitEnd(
  { world, plan, patienceMs: patience, isPatient }: RoundParts,
  pid: number,
  load: Load,
  logged: number,
): Promise<boolean> {
  const startedAt = performance.now();
  const spent = (): number => performance.now() - startedAt;
  if (plan.kind === 'random') {
    await sleep(plan.afterMs);
    if (!world.kill(pid, plan.what)) world.kill(pid, 'daemon');
    // Without its child the daemon goes on: for a moment it has to live with the failure.
    if (plan.what === 'child') await sleep(300);
    else while (isAlive(pid)) await sleep(5);
    return true;
  }
  // The upkeep's child crashes alone; its parent says so.
  const isMet = (): boolean => world.endOfLast() === 'SIGKILL' || /SIGKILL/.test(world.logSince(logged));
  const limitMs = Math.max(patience, isPatient ? (rareMs[plan.point] ?? 0) : 0);
  while (spent() < limitMs) {
    if (!isAlive(pid) || isMet()) break;
    await Promise.race([load.ended, sleep(50)]);
    await sleep(20);
  }
  // How it ended is known a moment after it has.
  if (!isAlive(pid)) await sleep(100);
  if (isMet()) return true;
  // Some steps are taken when a daemon ends as it should.
  if (plan.point === 'segment.prune') ageJournals(world);
  await load.stop();
  await world.ask('daemon.stop', {});
  for (let waited = 0; isAlive(pid) && waited < 10_000; waited += 20) await sleep(20);
  await sleep(100);
  return isMet();
}

/** Lets the journal's files look as if they had outlived their retention. */
function ageJournals(world: World): void {
  const at = (Date.now() - 30 * 24 * 3600 * 1000) / 1000;
  for (const path of globSync(join(world.directory, 'data', '*', 'journal', '**', '*.wal*')))
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) utimesSync(path, at, at);
}

/** Every second round crashes at a named step, and all steps have their turn; the others are killed from outside. */
function planRounds(rounds: number, random: Random, all: readonly Failpoint[]): Plan[] {
  const plans: Plan[] = [];
  let points: Failpoint[] = [];
  for (let index = 0; index < rounds; index += 1) {
    if (index % 2 === 1) {
      if (points.length === 0) points = random.shuffle(all);
      const point = points.pop();
      if (point !== undefined)
        plans.push({
          kind: 'failpoint',
          point,
          nth: random.int(1, all === early ? 1 + Math.floor((most[point] ?? 1) / 10) : (most[point] ?? 1)),
        });
    } else {
      const afterMs = random.int(0, random.pick([100, 800, 3_000]));
      plans.push({
        kind: 'random',
        afterMs,
        what: random.pick(['daemon', 'daemon', 'group', 'child'] as const),
      });
    }
  }
  return plans;
}

const nameOf = (plan: Plan): string =>
  plan.kind === 'failpoint'
    ? `${plan.point}:${plan.nth}`
    : `SIGKILL to ${plan.what} after ${plan.afterMs} ms`;

const missingIn = (reached: ReadonlyMap<Failpoint, number>): Failpoint[] =>
  failpoints.filter((point) => !reached.has(point));

function sayReached(reached: ReadonlyMap<Failpoint, number>, rounds: number): string[] {
  const missing = missingIn(reached);
  const said = [...reached].map(([point, times]) => `${point} ${times}×`).join(', ');
  const never = missing.length > 0 && rounds >= wholeRounds ? [`never reached: ${missing.join(', ')}`] : [];
  return [`failpoints reached: ${said || 'none'}`, ...never];
}
