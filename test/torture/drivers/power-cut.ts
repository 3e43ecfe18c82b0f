import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../../world/random.ts';
import { check, fail, heal, record } from '../check.ts';
import { createLedger, type Ledger } from '../ledger.ts';
import { type Load, startLoad } from '../load.ts';
import {
  type Driver,
  type DriverOptions,
  emptyReport,
  isGood,
  type Report,
  skippedReport,
} from '../report.ts';
import { isInstalled, isRoot, messageOf, run, unmount } from '../tools.ts';
import { childrenOf, isAlive, leaveNote, makeWorld, signal, type World } from '../world.ts';

export const powerCut: Driver = {
  name: 'power-cut',
  summary: 'the disk as it stands at a random moment, mounted elsewhere',
  rounds: 60,
  run: runPowerCut,
};

/** Cuts of one file system before the next is made. */
const cutsOfDisk = 6;
const diskBytes = 448 << 20;

/**
 * The copy must be of one instant, or it shows states that no power cut can leave: a block that was copied early beside
 * one that was copied late is an order of writes that never happened. So the image of the ext4 under test lies on a file
 * system with reflinks (XFS, made in a file of its own), where a clone is atomic: it holds the inode's lock, so every write
 * request of the loop device is either whole in the copy or not at all. What the copy lacks is what a power cut takes:
 * all that is in the page cache of ext4 and all that its journal has not committed. What it has is everything that the
 * block device was given, as on a disk that writes in order of arrival.
 *
 * Where XFS cannot be made everything that writes is stopped and the image copied twice: two copies that are the same
 * are of one instant, since nothing was written from the first to the second. Stopping lets a sync that is under way end
 * first, which is a little kinder than a cut.
 */
interface Disk {
  /** Where the file system under test is mounted. */
  live: string;
  /** Takes the copy; `writers` are process groups that may write. Returns the copy's path. */
  cut(writers: readonly number[]): Promise<string>;
  /** Mounts a copy, as after the power is back; ext4 replays its journal. */
  mount(image: string): string;
  /** Unmounts the copy; moves its image to `keepAt` or deletes it. */
  discard(image: string, keepAt?: string): void;
  remove(): void;
}

async function runPowerCut({ rounds, seed, log, keep, scale = 1 }: DriverOptions): Promise<Report> {
  const reason = whyNot();
  if (reason !== null) return skippedReport(reason);
  const random = createRandom(seed);
  const report = emptyReport();
  while (report.rounds < rounds && isGood(report)) {
    const disk = makeDisk();
    const world = makeWorld(join(disk.live, 'hm'));
    const ledger = createLedger(`p${seed}r${report.rounds}`);
    try {
      await world.begin();
      for (let cut = 0; cut < cutsOfDisk && report.rounds < rounds; cut += 1) {
        report.rounds += 1;
        if (!(await runCut({ disk, world, ledger, random, report, log, scale, keep: keep === true }))) break;
      }
    } catch (error) {
      report.failures.push(`cut ${report.rounds}: ${messageOf(error)}`);
    } finally {
      report.acked += ledger.acked();
      await world.leave();
      disk.remove();
      await world.remove();
    }
  }
  return report;
}

interface CutParts {
  disk: Disk;
  world: World;
  ledger: Ledger;
  random: Random;
  report: Report;
  log: (line: string) => void;
  scale: number;
  keep: boolean;
}

async function runCut(parts: CutParts): Promise<boolean> {
  const { disk, world, ledger, random, report, log, scale } = parts;
  const pid = await world.call();
  const events = Math.round(random.int(500, 9_000) * scale);
  const load = startLoad({
    ask: world.ask,
    ledger,
    random: random.fork(),
    events,
    bulk: random.pick([0.05, 0.4]),
  });
  const phase = await awaitPhase(pid, load, random, ledger);
  const ackedBefore = ledger.acked();
  const image = await disk.cut([pid]);
  await load.stop();
  const round = `cut ${report.rounds} (${phase}, after ${ackedBefore} acked)`;
  log(round);
  fail(report, round, load.failures);
  const ok = await judge(parts, image, round, ackedBefore);
  // What lives on must not have noticed.
  fail(report, `${round}, the original`, await heal(world.ask));
  return ok && report.failures.length === 0;
}

/** The power is back: a daemon on the copy. */
async function judge(parts: CutParts, image: string, round: string, ackedBefore: number): Promise<boolean> {
  const { disk, ledger, random, report, keep } = parts;
  const copy = makeWorld(join(disk.mount(image), 'hm'));
  let ok = false;
  try {
    const { ask } = copy;
    await copy.call();
    const first = await check({ ask, ledger, random, ackedBefore });
    ok = record(report, `${round}, after the cut`, first);
    ok = fail(report, round, await heal(ask)) && ok;
    const second = await check({ ask, ledger, random, ackedBefore });
    ok = record(report, `${round}, when healed`, second) && ok;
    if (second.read !== first.read)
      ok = fail(report, round, [`${first.read} events after the cut, ${second.read} when healed`]);
  } catch (error) {
    fail(report, round, [messageOf(error)]);
    ok = false;
  } finally {
    if (!ok) leaveNote(copy.directory, report);
    await copy.leave();
    await copy.remove();
    const keepAt = ok && !keep ? undefined : join(tmpdir(), `hm-cut-${process.pid}-${report.rounds}.img`);
    disk.discard(image, keepAt);
    if (keepAt !== undefined) report.kept.push(keepAt);
  }
  return ok;
}

/** Waits for the moment at which the power goes; says which it is. */
async function awaitPhase(pid: number, load: Load, random: Random, ledger: Ledger): Promise<string> {
  const phase = random.pick(['ingest', 'first acks', 'flush', 'upkeep', 'commit of ext4', 'rest'] as const);
  const acked = ledger.acked();
  const until = async (isSo: () => boolean, mostMs: number): Promise<void> => {
    for (const end = performance.now() + mostMs; !isSo() && performance.now() < end; ) await sleep(2);
  };
  await until(() => ledger.acked() > acked, 5_000);
  if (phase === 'ingest') await sleep(random.int(0, 2_000));
  if (phase === 'flush') await Promise.race([load.ended, sleep(4_000)]).then(() => sleep(random.int(0, 900)));
  if (phase === 'upkeep') {
    await until(() => childrenOf(pid).length > 0, 4_000);
    await sleep(random.int(0, 1_500));
  }
  // ext4 commits every 5 s, and gives files their blocks when it writes them back.
  if (phase === 'commit of ext4') await sleep(random.int(3_000, 7_500));
  if (phase === 'rest') await load.ended.then(() => sleep(random.int(0, 3_000)));
  return phase;
}

function whyNot(): string | null {
  if (process.platform !== 'linux') return 'needs loop devices of Linux';
  if (!isRoot()) return 'only root may mount a file system';
  for (const tool of ['mkfs.ext4', 'losetup', 'mount']) if (!isInstalled(tool)) return `needs ${tool}`;
  const directory = mkdtempSync(join(tmpdir(), 'hm-loop-'));
  try {
    makeExt4(join(directory, 'try.img'), 16 << 20);
    mountLoop(join(directory, 'try.img'), join(directory, 'try'));
    unmount(join(directory, 'try'));
    return null;
  } catch (error) {
    return `no loop mount here: ${messageOf(error).split('\n')[0]}`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function makeDisk(): Disk {
  const directory = mkdtempSync(join(tmpdir(), 'hm-cut-'));
  const mounted: string[] = [];
  const host = join(directory, 'host');
  mkdirSync(host);
  const hasReflinks = makeHost(join(directory, 'host.img'), host);
  if (hasReflinks) mounted.push(host);
  const image = join(host, 'disk.img');
  const live = join(directory, 'live');
  const remove = (): void => {
    for (const point of mounted.toReversed()) unmount(point);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    makeExt4(image, diskBytes);
    mountLoop(image, live);
    mounted.push(live);
  } catch (error) {
    remove();
    throw error;
  }
  let cuts = 0;
  return {
    live,
    remove,
    cut: async (writers) => {
      cuts += 1;
      const copy = join(host, `cut-${cuts}.img`);
      if (hasReflinks) run('cp', ['--reflink=always', image, copy]);
      else await copyStopped(image, copy, writers);
      return copy;
    },
    mount: (copy) => {
      const point = join(directory, `cut-${cuts}`);
      mountLoop(copy, point);
      mounted.push(point);
      return point;
    },
    discard: (copy, keepAt) => {
      const point = join(directory, `cut-${cuts}`);
      const at = mounted.indexOf(point);
      if (at !== -1) {
        mounted.splice(at, 1);
        unmount(point);
      }
      if (keepAt !== undefined) run('cp', ['--sparse=always', copy, keepAt]);
      rmSync(copy, { force: true });
    },
  };
}

/** False where no XFS can be made: the images then lie in the directory itself. */
function makeHost(image: string, point: string): boolean {
  if (!isInstalled('mkfs.xfs')) return false;
  try {
    makeImage(image, 4 * diskBytes);
    run('mkfs.xfs', ['-q', '-m', 'reflink=1', image]);
    mountLoop(image, point);
    return true;
  } catch {
    rmSync(image, { force: true });
    return false;
  }
}

async function copyStopped(image: string, copy: string, writers: readonly number[]): Promise<void> {
  const all = writers.flatMap((pid) => [pid, ...childrenOf(pid)]).filter(isAlive);
  for (const pid of all) signal(pid, 'SIGSTOP');
  try {
    for (let tries = 0; tries < 50; tries += 1) {
      copyFileSync(image, copy);
      copyFileSync(image, `${copy}.again`);
      const isSame = isEqual(copy, `${copy}.again`);
      rmSync(`${copy}.again`);
      if (isSame) return;
      await sleep(100);
    }
    throw new Error('the disk did not come to rest');
  } finally {
    for (const pid of all) signal(pid, 'SIGCONT');
  }
}

function makeImage(path: string, bytes: number): void {
  writeFileSync(path, '');
  truncateSync(path, bytes);
}

function makeExt4(path: string, bytes: number): void {
  makeImage(path, bytes);
  // Lazily made tables would be written by the kernel while we look.
  run('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', path]);
}

function mountLoop(image: string, point: string): void {
  if (!existsSync(point)) mkdirSync(point);
  run('mount', ['-o', 'loop', image, point]);
}

function isEqual(a: string, b: string): boolean {
  try {
    run('cmp', ['-s', a, b]);
    return true;
  } catch {
    return false;
  }
}
