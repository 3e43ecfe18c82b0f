import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, globSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../world/home.ts';
import { createRandom, type Random } from '../../world/random.ts';
import { check, fail, heal, record } from '../check.ts';
import { createLedger, type Ledger } from '../ledger.ts';
import { settle, startLoad } from '../load.ts';
import { type Driver, type DriverOptions, emptyReport, isGood } from '../report.ts';
import { messageOf } from '../tools.ts';
import { conclude, daemonsOf, isAlive, makeWorld, type World } from '../world.ts';

export const starts: Driver = {
  name: 'starts',
  summary: 'sixteen daemons at once, stale sockets, reused pids, a socket that is taken away',
  rounds: 32,
  run: runStarts,
};

interface Scene {
  world: World;
  ledger: Ledger;
  random: Random;
  say: (note: string) => void;
}

/** Brings about one kind of start; returns what it saw that must not be. Afterwards exactly one daemon may run. */
type Start = (scene: Scene) => Promise<string[]>;

const kinds: Record<string, Start> = {
  'sixteen at once': startSixteen,
  'sixteen at once, the winner killed': killTheWinner,
  'a stale socket': leaveStaleSocket,
  'a reused pid': reusePid,
  'a second name for the same home': startThroughLink,
  'the socket removed under a living daemon': (scene) => takeAway(scene, 'run/daemon.sock'),
  'the run folder removed under a living daemon': (scene) => takeAway(scene, 'run'),
  'a link to the home taken away': loseTheLink,
  'the home renamed under a living daemon': loseTheHome,
};

const atOnce = 16;

async function runStarts({ rounds, seed, log, keep, scale = 1 }: DriverOptions) {
  const random = createRandom(seed);
  const report = emptyReport();
  const names = Object.keys(kinds);
  const world = makeWorld();
  const ledger = createLedger(`s${seed}`);
  try {
    await world.begin();
    for (let index = 0; index < rounds && isGood(report); index += 1) {
      const name = names[index % names.length] ?? '';
      report.rounds += 1;
      const round = `round ${report.rounds} (${name})`;
      const scene: Scene = {
        world,
        ledger,
        random: random.fork(),
        say: (note) => report.notes.push(`${round}: ${note}`),
      };
      await write(scene, scale);
      fail(report, round, (await kinds[name]?.(scene)) ?? []);
      fail(report, round, await expectOne(world));
      fail(report, round, await settle(world.ask, ledger, random));
      await write(scene, scale);
      fail(report, round, await heal(world.ask));
      record(report, round, await check({ ask: world.ask, ledger, random }));
      log(`${round}: ${ledger.acked()} acked`);
    }
  } catch (error) {
    report.failures.push(`round ${report.rounds}: ${messageOf(error)}`);
  }
  report.acked = ledger.acked();
  await conclude(world, report, keep);
  return report;
}

const write = async ({ world, ledger, random }: Scene, scale: number): Promise<void> => {
  await world.call();
  await startLoad({ ask: world.ask, ledger, random: random.fork(), events: Math.round(400 * scale), bulk: 0 })
    .ended;
};

/** Daemons started as the client starts them, and callers that each start one where they find none. */
async function startSixteen({ world, random }: Scene): Promise<string[]> {
  await endDaemon(world);
  const { daemons, callers } = startMany(world, random);
  const pids = new Set(await Promise.all(callers));
  const failures = pids.size === 1 ? [] : [`callers were served by ${[...pids].join(' and ')}`];
  return [...failures, ...(await awaitLosers(daemons, pids))];
}

/** The one that has won dies at once: another start must not find a half-made home. */
async function killTheWinner({ world, random }: Scene): Promise<string[]> {
  await endDaemon(world);
  const { daemons, callers } = startMany(world, random);
  await sleep(random.int(50, 900));
  const running = daemonsOf(world);
  const victim = running.length === 0 ? null : random.pick(running);
  if (victim !== null) world.kill(victim, 'daemon');
  const answers = await Promise.allSettled(callers);
  const refused = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [messageOf(answer.reason)] : [],
  );
  await world.call();
  return [...refused, ...(await awaitLosers(daemons, null))];
}

async function leaveStaleSocket({ world }: Scene): Promise<string[]> {
  const pid = await world.call();
  world.kill(pid, 'daemon');
  while (isAlive(pid)) await sleep(5);
  if (!existsSync(join(world.directory, 'run', 'daemon.sock')))
    return ['a killed daemon left no socket: nothing was tried'];
  await world.call();
  return [];
}

/** The pid of a daemon that crashed belongs to somebody else by now: who must not be harmed, nor taken for it. */
async function reusePid({ world, say }: Scene): Promise<string[]> {
  const pid = await world.call();
  world.kill(pid, 'daemon');
  while (isAlive(pid) || existsSync(`/proc/${pid}`)) await sleep(5);
  const stranger = await takePid(pid);
  if (stranger === null) {
    say('no other process could be given the pid: needs root and /proc/sys/kernel/ns_last_pid');
    return [];
  }
  try {
    const next = await world.call();
    const failures = next === pid ? ['the new daemon claims the pid of the stranger'] : [];
    await world.ask('daemon.stop', {});
    await sleep(100);
    await world.call();
    return isAlive(pid) ? failures : [...failures, 'a process that was not ours was ended'];
  } finally {
    stranger.kill('SIGKILL');
  }
}

async function takePid(pid: number): Promise<ChildProcess | null> {
  for (let tries = 0; tries < 30; tries += 1) {
    try {
      writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1));
    } catch {
      return null;
    }
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    if (child.pid === pid) return child;
    child.kill('SIGKILL');
    await sleep(10);
  }
  return null;
}

/** Nobody can reach the daemon any more: it makes room, and whoever calls meanwhile is served or told to try again. */
async function takeAway({ world, ledger, random, say }: Scene, path: string): Promise<string[]> {
  const pid = await world.call();
  const load = startLoad({ ask: world.ask, ledger, random: random.fork(), bulk: 0, lanes: 1 });
  await sleep(random.int(0, 200));
  rmSync(join(world.directory, path), { recursive: true });
  const startedAt = performance.now();
  const refusals: string[] = [];
  for (let next: number | null = null; next === null || next === pid; ) {
    if (performance.now() - startedAt > 60_000) return [`not served for 60 s: ${refusals.at(-1) ?? ''}`];
    next = await world.call().catch((error: unknown) => {
      refusals.push(messageOf(error).replaceAll(/\s+/g, ' ').slice(0, 300));
      return null;
    });
  }
  await load.stop();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`served again after ${seconds} s, ${refusals.length} commands failed: ${refusals[0] ?? ''}`);
  const failures = [...load.failures, ...(refusals.length > 0 ? [`a command failed: ${refusals[0]}`] : [])];
  for (let waited = 0; isAlive(pid) && waited < 40_000; waited += 100) await sleep(100);
  return isAlive(pid) ? [...failures, 'the daemon that nobody can reach lives on'] : failures;
}

async function startThroughLink({ world, random }: Scene): Promise<string[]> {
  await endDaemon(world);
  const link = linkTo(world, random);
  const [plain, linked] = await Promise.all([world.call(), world.call({ HIVEMIND_HOME: link })]);
  return plain === linked ? [] : [`${plain} serves the home, ${linked} its other name`];
}

/** Whatever a link to it does, a daemon goes on in the home that it has opened, and makes none where the link was. */
async function loseTheLink({ world, ledger, random }: Scene): Promise<string[]> {
  await endDaemon(world);
  const link = linkTo(world, random);
  const pid = await world.start({ HIVEMIND_HOME: link });
  const load = startLoad({ ask: world.ask, ledger, random: random.fork(), bulk: 0, lanes: 2 });
  await sleep(random.int(0, 500));
  rmSync(link);
  await sleep(4_000);
  await load.stop();
  const failures = existsSync(link) ? ['the daemon has made a home of its own where the link was'] : [];
  rmSync(link, { recursive: true, force: true });
  if (pid === null || !isAlive(pid)) failures.push('the daemon ended although its home was there');
  return [...failures, ...load.failures];
}

/** A home that is unmounted, or named anew: what is acknowledged then must not go elsewhere, and the daemon ends. */
async function loseTheHome({ world, ledger, random }: Scene): Promise<string[]> {
  const pid = await world.call();
  const load = startLoad({ ask: world.ask, ledger, random: random.fork(), bulk: 0, lanes: 2 });
  await sleep(random.int(0, 500));
  const elsewhere = `${world.directory}.elsewhere`;
  renameSync(world.directory, elsewhere);
  for (let waited = 0; isAlive(pid) && waited < 40_000; waited += 100) await sleep(100);
  await load.stop();
  const failures = isAlive(pid) ? ['the daemon whose home is gone lives on'] : [];
  // A merge that was under way may leave files of LanceDB there; events must not be.
  const made = globSync(join(world.directory, 'data', '**', '{workspace.json,*.wal}'));
  if (made.length > 0) failures.push(`the daemon has made a home anew where its own was: ${made.join(', ')}`);
  rmSync(world.directory, { recursive: true, force: true });
  renameSync(elsewhere, world.directory);
  await world.call();
  return [...failures, ...load.failures];
}

function linkTo(world: World, random: Random): string {
  const link = join(world.home.dir, `link-${random.int(0, 1e6)}`);
  symlinkSync(world.directory, link);
  return link;
}

function startMany(world: World, random: Random): { daemons: ChildProcess[]; callers: Promise<number>[] } {
  const callers: Promise<number>[] = [];
  const daemons: ChildProcess[] = [];
  for (const isCaller of random.shuffle(Array.from({ length: atOnce }, (_, index) => index < 4)))
    if (isCaller) callers.push(world.call());
    else daemons.push(startDaemon(world));
  return { daemons, callers };
}

const startDaemon = (world: World): ChildProcess =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(packageRoot, 'bin', 'daemon.js')], {
    detached: true,
    stdio: 'ignore',
    env: { ...world.home.env, HIVEMIND_HOME: world.directory },
  });

/** Those who found another daemon end by themselves, and well. */
async function awaitLosers(
  daemons: readonly ChildProcess[],
  winners: ReadonlySet<number> | null,
): Promise<string[]> {
  const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean =>
    exitCode === null && signalCode === null;
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (daemons.filter(isRunning).length <= 1) break;
    await sleep(50);
  }
  const bad = daemons.filter(
    ({ exitCode, pid }) => exitCode !== null && exitCode !== 0 && winners?.has(pid ?? 0) !== true,
  );
  return bad.map(({ pid, exitCode }) => `the daemon ${pid}, which lost the race, ended with ${exitCode}`);
}

async function endDaemon(world: World): Promise<void> {
  const status = await world.ask('daemon.status', {});
  if (status.kind !== 'ok') return;
  world.kill(status.result.pid, 'daemon');
  while (isAlive(status.result.pid)) await sleep(5);
}

/** Exactly one daemon of this home runs, and it is the one that answers. */
async function expectOne(world: World): Promise<string[]> {
  let running: number[] = [];
  for (let waited = 0; waited < 20_000; waited += 100) {
    running = daemonsOf(world);
    if (running.length === 1) break;
    await sleep(100);
  }
  const status = await world.ask('daemon.status', {});
  const answering = status.kind === 'ok' ? status.result.pid : null;
  if (running.length === 1 && running[0] === answering) return [];
  return [`daemons ${running.join(', ')} run, ${answering} answers`];
}
