import { globSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sessionId } from '../../../src/schema/ids.ts';
import { createRandom, type Random } from '../../world/random.ts';
import { must } from '../ask.ts';
import { check, fail, heal, record } from '../check.ts';
import { createLedger, type Ledger } from '../ledger.ts';
import { settle, startLoad } from '../load.ts';
import {
  type Driver,
  type DriverOptions,
  emptyReport,
  isGood,
  type Report,
  skippedReport,
} from '../report.ts';
import { messageOf } from '../tools.ts';
import { conclude, isAlive, makeWorld, type World } from '../world.ts';

export const clock: Driver = {
  name: 'clock',
  summary: 'the clock jumps by an hour or ten years, during a run and between two',
  rounds: 24,
  run: runClock,
};

/** Where the daemon is asked for its time, so that nothing strange stands among the events that are counted. */
const probeWorkspace = 'clock-probe';

const hour = 3600;
const year = 365 * 24 * hour;
/** Seconds from the true time. */
const offsets = [10 * year, -10 * year, hour, -hour, 8 * 24 * hour, 90, -90, 0] as const;

/** libfaketime takes the file's word at most so late. */
const cacheSeconds = 1;

async function runClock({ rounds, seed, log, keep, scale = 1 }: DriverOptions): Promise<Report> {
  const library = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0];
  if (library === undefined) return skippedReport('libfaketime is not installed');
  const random = createRandom(seed);
  const report = emptyReport();
  while (report.rounds < rounds && isGood(report)) {
    const world = makeWorld();
    const ledger = createLedger(`c${seed}r${report.rounds}`);
    const time = join(world.home.dir, 'time');
    const scene: Scene = { world, ledger, random, report, time, offset: 0, scale, library };
    try {
      await world.begin();
      await must('probe', world.ask('workspace.create', { name: probeWorkspace, bind: false }));
      // A life of four jumps, the first of them the largest: after it the clock only comes back.
      for (const offset of [random.pick(offsets.slice(0, 2)), ...random.shuffle(offsets).slice(0, 3)]) {
        if (report.rounds >= rounds || report.failures.length > 0) break;
        report.rounds += 1;
        await jump(scene, offset, random.chance(0.5));
        log(`round ${report.rounds} (${sayOffset(offset)}): ${ledger.acked()} acked`);
      }
    } catch (error) {
      if (error instanceof Unreached) {
        await world.remove();
        return skippedReport(error.message);
      }
      report.failures.push(`round ${report.rounds}: ${messageOf(error)}`);
    }
    report.acked += ledger.acked();
    await conclude(world, report, keep);
  }
  return report;
}

interface Scene {
  world: World;
  ledger: Ledger;
  random: Random;
  report: Report;
  /** The file that says what time it is. */
  time: string;
  /** Seconds by which the clock is wrong now. */
  offset: number;
  scale: number;
  library: string;
}

/** libfaketime is there, but the daemon does not see its time. */
class Unreached extends Error {}

async function jump(scene: Scene, offset: number, isDuringRun: boolean): Promise<void> {
  const { world, ledger, random, report, scale } = scene;
  const round = `round ${report.rounds} (${sayOffset(offset)} ${isDuringRun ? 'during the run' : 'between two'})`;
  const begin = async (): Promise<number> => {
    const status = await world.ask('daemon.status', {});
    if (status.kind === 'ok') await world.killAll(status.result.pid);
    const pid = await world.start(environment(scene));
    if (pid === null) throw new Error('the daemon ended at its start');
    return pid;
  };
  const before = scene.offset;
  setTime(scene, before);
  let pid = await begin();
  const events = Math.round(9_000 * scale);
  await startLoad({ ask: world.ask, ledger, random: random.fork(), events, bulk: 0.4 }).ended;
  const segments = segmentsOf(world);
  const load = startLoad({ ask: world.ask, ledger, random: random.fork(), events, bulk: 0.2 });
  await sleep(random.int(0, 500));
  if (!isDuringRun) {
    await world.killAll(pid);
    await load.stop();
  }
  setTime(scene, offset);
  if (!isDuringRun) {
    pid = await begin();
    fail(report, round, await settle(world.ask, ledger, random));
  }
  await expectTime(scene, offset);
  await load.ended;
  await startLoad({ ask: world.ask, ledger, random: random.fork(), events, bulk: 0.4 }).ended;
  fail(report, round, load.failures);
  fail(report, round, await heal(world.ask));
  record(report, round, await check({ ask: world.ask, ledger, random }));
  if (!isAlive(pid)) fail(report, round, ['the daemon has ended by itself']);
  const gone = segments.filter((base) => globSync(`${base}.wal*`).length === 0);
  // Files are dated with the true time here: by that nothing is old.
  if (gone.length > 0)
    fail(report, round, [
      `${gone.length} of ${segments.length} journal segments were deleted after the jump`,
    ]);
}

const environment = ({ library, time }: Scene): Record<string, string> => ({
  LD_PRELOAD: library,
  FAKETIME_TIMESTAMP_FILE: time,
  FAKETIME_CACHE_DURATION: String(cacheSeconds),
  // A clock that is set does not touch the monotonic one.
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  NO_FAKE_STAT: '1',
  HIVEMIND_IDLE_EXIT_MS: '600000',
});

function setTime(scene: Scene, offset: number): void {
  scene.offset = offset;
  // In one step: an empty file would mean the true time for a moment.
  writeFileSync(`${scene.time}.new`, `${offset < 0 ? '-' : '+'}${Math.abs(offset)}s\n`);
  renameSync(`${scene.time}.new`, scene.time);
}

/** Segments of every journal, by path without endings: sealing may compress them. */
const segmentsOf = (world: World): string[] =>
  globSync(join(world.directory, 'data', '*', 'journal', '**', '*.wal*')).map((path) =>
    path.replace(/\.wal.*$/, ''),
  );

/** Waits until the daemon has the time that it is told: an event that does not say its own is dated by it. */
async function expectTime({ world }: Scene, offset: number): Promise<void> {
  let wrongBy = Number.POSITIVE_INFINITY;
  for (const end = performance.now() + 15_000; wrongBy > 30_000; await sleep(200)) {
    if (performance.now() > end)
      throw new Unreached(`the daemon does not see libfaketime's time (${wrongBy} ms off)`);
    const asked = { ...probe, identity: { nativeId: `time-${performance.now()}`, phase: 'asked' } };
    const { appended } = await must(
      'append',
      world.ask('event.append', { workspace: probeWorkspace, events: [asked] }),
    );
    const { event } = await must(
      'show',
      world.ask('event.show', { workspace: probeWorkspace, id: appended[0] ?? '' }),
    );
    wrongBy = Math.abs(event.at - (Date.now() + offset * 1_000));
  }
}

const probe = {
  type: 'hook.unreadable',
  agent: 'torture',
  session: sessionId('torture', probeWorkspace),
  actor: { kind: 'agent' as const, name: 'clock' },
};

const sayOffset = (seconds: number): string => {
  const [size, unit] =
    Math.abs(seconds) >= year ? [year, 'years'] : Math.abs(seconds) >= hour ? [hour, 'h'] : [1, 's'];
  return `${seconds < 0 ? '-' : '+'}${Math.abs(seconds) / size} ${unit}`;
};
