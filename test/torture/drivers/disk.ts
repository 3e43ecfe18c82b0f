import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../../world/random.ts';
import type { Answer } from '../ask.ts';
import { check, fail, heal, isClean, record } from '../check.ts';
import { createLedger, type Ledger } from '../ledger.ts';
import { type Load, settle, startLoad } from '../load.ts';
import {
  type Driver,
  type DriverOptions,
  emptyReport,
  isGood,
  type Report,
  skippedReport,
} from '../report.ts';
import { whyNoStrace, withStrace } from '../strace.ts';
import { isRoot, messageOf, run, unmount } from '../tools.ts';
import { conclude, isAlive, leaveNote, makeWorld, type World } from '../world.ts';

export const disk: Driver = {
  name: 'disk',
  summary: 'a disk that is full, fails or is slow',
  rounds: 42,
  run: runDisk,
};

interface Scene {
  world: World;
  ledger: Ledger;
  random: Random;
  report: Report;
  round: string;
  scale: number;
  pid: number;
}

/** What happens to the disk while the daemon writes; returns what it saw that must not be. */
type Fault = (scene: Scene) => Promise<string[]>;

const syncs = 'fdatasync,fsync';
const renames = 'rename,renameat,renameat2,link,linkat';

const faults: Record<string, { fault: Fault; needs: 'mount' | 'strace' }> = {
  'a full disk': { fault: fillDisk, needs: 'mount' },
  'no sync works': { fault: failAllSyncs, needs: 'strace' },
  'some writes find no room': {
    fault: failSome('pwrite64', 'ENOSPC', 'RESOURCE_EXHAUSTED'),
    needs: 'strace',
  },
  'some syncs and renames of a flush fail': {
    fault: failSome(`fsync,${renames}`, 'EIO', 'UNAVAILABLE'),
    needs: 'strace',
  },
  'a slow disk': { fault: slowSyncs, needs: 'strace' },
  'some syncs of the journal fail': { fault: failSome('fdatasync', 'EIO', 'UNAVAILABLE'), needs: 'strace' },
  'reads fail': { fault: failReads, needs: 'strace' },
};

async function runDisk({ rounds, seed, log, keep, scale = 1 }: DriverOptions): Promise<Report> {
  if (process.platform !== 'linux') return skippedReport('needs strace and tmpfs of Linux');
  const random = createRandom(seed);
  const report = emptyReport();
  const missing = { mount: isRoot() ? null : 'only root may mount', strace: await whyNoStrace() };
  const possible = Object.entries(faults).filter(([, { needs }]) => missing[needs] === null);
  for (const reason of [missing.mount, missing.strace])
    if (reason !== null) report.notes.push(`left out: ${reason}`);
  if (possible.length === 0) return skippedReport(report.notes.join('; '));
  for (let index = 0; index < rounds && isGood(report); index += 1) {
    const [name, { fault, needs }] = possible[index % possible.length] ?? random.pick(possible);
    report.rounds += 1;
    await runRound({
      name,
      fault,
      isSmall: needs === 'mount',
      random: random.fork(),
      report,
      scale,
      seed,
      log,
      keep: keep === true,
    });
  }
  return report;
}

interface RoundParts {
  name: string;
  fault: Fault;
  /** The home is on a disk of a few MB of its own. */
  isSmall: boolean;
  random: Random;
  report: Report;
  scale: number;
  seed: number;
  log: (line: string) => void;
  keep: boolean;
}

async function runRound({
  name,
  fault,
  isSmall,
  random,
  report,
  scale,
  seed,
  log,
  keep,
}: RoundParts): Promise<void> {
  const round = `round ${report.rounds} (${name})`;
  const mount = isSmall ? mkdtempSync(join(tmpdir(), 'hm-small-')) : null;
  if (mount !== null) run('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', mount]);
  const world = makeWorld(mount === null ? undefined : join(mount, 'hm'));
  const ledger = createLedger(`d${seed}r${report.rounds}`);
  let isWell = false;
  try {
    const pid = await world.begin();
    const scene: Scene = { world, ledger, random, report, round, scale, pid };
    isWell = fail(report, round, await fault(scene)) && (await verify(scene));
  } catch (error) {
    fail(report, round, [messageOf(error)]);
  }
  report.acked += ledger.acked();
  log(`${round}: ${ledger.acked()} acked`);
  await world.leave();
  if (mount !== null && (!isWell || keep)) {
    const saved = mkdtempSync(join(tmpdir(), 'hm-kept-'));
    run('cp', ['-a', join(mount, 'hm'), saved]);
    leaveNote(saved, report);
    report.kept.push(saved);
  }
  if (mount !== null) unmount(mount);
  if (mount !== null) rmSync(mount, { recursive: true, force: true });
  await (mount === null ? conclude(world, report, keep) : world.remove());
}

/** The fault is over: the same daemon heals; and what it refused does not come back with the next one. */
async function verify({ world, ledger, random, report, round, pid }: Scene): Promise<boolean> {
  const { ask } = world;
  if (!isAlive(pid)) return fail(report, round, ['the daemon has ended']);
  let ok = fail(report, round, await settle(ask, ledger, random));
  ok = fail(report, round, await heal(ask)) && ok;
  ok = record(report, `${round}, when healed`, await check({ ask, ledger, random })) && ok;
  await world.killAll(pid);
  await world.start();
  ok = record(report, `${round}, in the next daemon`, await check({ ask, ledger, random })) && ok;
  return fail(report, round, await heal(ask)) && ok;
}

const loadFor = ({ world, ledger, random, scale }: Scene, more: object = {}): Load =>
  startLoad({
    ask: world.ask,
    ledger,
    random: random.fork(),
    events: Math.round(random.int(2_000, 8_000) * scale),
    ...more,
  });

/** Codes that were answered beside the one that says what is wrong. */
function otherCodes({ errors, failures }: Load, expected: string): string[] {
  const others = [...errors].filter(([code]) => code !== expected);
  return [...failures, ...others.map(([code, times]) => `${times} answers were ${code}, not ${expected}`)];
}

/** No room is left; then there is again. */
async function fillDisk(scene: Scene): Promise<string[]> {
  const { world, ledger, random } = scene;
  const before = loadFor(scene, { events: 1_000 });
  await before.ended;
  const ballast = join(world.directory, '..', 'ballast');
  const { bavail, bsize } = statfsSync(world.directory);
  fillWith(ballast, Math.max(0, bavail * bsize - random.int(200_000, 6_000_000)));
  const load = loadFor(scene, { events: 50_000, bulk: 0.3 });
  for (let waited = 0; load.errors.size === 0 && waited < 20_000; waited += 50) await sleep(50);
  await sleep(random.int(0, 1_500));
  await load.stop();
  const failures = otherCodes(load, 'RESOURCE_EXHAUSTED');
  if (load.errors.size === 0) failures.push('the disk was full and nobody was told');
  const reading = await check({ ask: world.ask, ledger, random });
  if (!isClean(reading)) failures.push(`reading with a full disk: ${JSON.stringify(reading).slice(0, 600)}`);
  rmSync(ballast);
  const after = loadFor(scene, { events: 300, bulk: 0 });
  await after.ended;
  return [
    ...failures,
    ...after.failures,
    ...(before.errors.size > 0 ? ['refused before the disk was full'] : []),
  ];
}

/** The daemon may have taken some of the room meanwhile: then the disk is full all the sooner. */
function fillWith(path: string, bytes: number): void {
  try {
    writeFileSync(path, Buffer.alloc(bytes));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** Not one sync comes back well: nothing may be acknowledged. */
async function failAllSyncs(scene: Scene): Promise<string[]> {
  const { ledger, random, pid } = scene;
  await loadFor(scene, { events: 500 }).ended;
  const failures: string[] = [];
  await withStrace(pid, [`${syncs}:error=EIO`], async () => {
    // What was under way when the fault began may have been synced before.
    await sleep(50);
    const acked = ledger.acked();
    const load = loadFor(scene);
    await sleep(random.int(500, 2_000));
    await load.stop();
    if (ledger.acked() !== acked)
      failures.push(`${ledger.acked() - acked} events were acknowledged without a sync`);
    failures.push(...otherCodes(load, 'UNAVAILABLE'));
  });
  const after = loadFor(scene, { events: 300 });
  await after.ended;
  return [...failures, ...after.failures];
}

/** Every few calls one fails, with the load going on before, during and after. */
function failSome(calls: string, error: string, code: string): Fault {
  return async (scene) => {
    const { random, pid } = scene;
    const load = loadFor(scene, { events: 30_000 * scene.scale, bulk: 0.3 });
    await sleep(random.int(100, 500));
    await withStrace(pid, [`${calls}:error=${error}:when=${random.int(1, 4)}+${random.int(2, 9)}`], () =>
      sleep(random.int(1_000, 4_000) * Math.min(1, 2 * scene.scale)),
    );
    await sleep(random.int(100, 500));
    await load.stop();
    return otherCodes(load, code);
  };
}

/** Each sync takes long: callers are told to come back, and nothing is dropped. */
async function slowSyncs(scene: Scene): Promise<string[]> {
  const { random, pid } = scene;
  let load: Load | null = null;
  await withStrace(pid, [`${syncs}:delay_enter=${random.int(500, 1_500)}ms`], async () => {
    load = startLoad({
      ...scene,
      ask: scene.world.ask,
      random: random.fork(),
      lanes: 48,
      bulk: 1,
      bulkSize: 1000,
    });
    await sleep(random.int(2_000, 5_000) * scene.scale);
    void load.stop();
    await sleep(500);
  });
  const ended = load as Load | null;
  await ended?.stop();
  const others = ended === null ? [] : otherCodes(ended, 'RESOURCE_EXHAUSTED');
  return ended?.errors.size === 0
    ? [...others, '48 writers of 1,000 events each were never told to come back']
    : others;
}

/** A read that fails is an error, not an answer that there is nothing. */
async function failReads(scene: Scene): Promise<string[]> {
  const { world, ledger, random, pid } = scene;
  await loadFor(scene).ended;
  const failures = await heal(world.ask);
  const codes = new Set<string>();
  await withStrace(
    pid,
    [`pread64,preadv:error=EIO:when=${random.int(1, 3)}+${random.int(1, 3)}`],
    async () => {
      for (let times = 0; times < 3; times += 1) {
        const verdict = await check({ ask: world.ask, ledger, random });
        const isSilent = verdict.errors.length === 0 && verdict.lost.length > 0;
        if (verdict.failures.length > 0 || verdict.doubled.length > 0 || isSilent)
          failures.push(
            `reading a disk that fails: ${JSON.stringify({ ...verdict, lost: verdict.lost.length }).slice(0, 600)}`,
          );
        for (const text of verdict.errors) codes.add(codeOf(text.slice(text.indexOf('{'))));
      }
    },
  );
  scene.report.notes.push(`${scene.round}: reading says ${[...codes].join(', ') || 'what was asked for'}`);
  return failures;
}

function codeOf(answer: string): string {
  return /"code":"(\w+)"/.exec(answer)?.[1] ?? (JSON.parse(answer) as Answer<never>).kind;
}
