import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Home, makeHome, packageRoot } from '../world/home.ts';
import { type Ask, type Asker, createAsker, must } from './ask.ts';
import { workspace } from './load.ts';
import { isGood, type Report } from './report.ts';

type Environment = Record<string, string>;

/** A home whose daemon is there to be killed, starved and lied to. */
export interface World {
  home: Home;
  /** HIVEMIND_HOME. */
  directory: string;
  ask: Ask;
  /** Starts a daemon with more in its environment and waits until it answers; null when it ended before. */
  start(more?: Environment): Promise<number | null>;
  /** What any caller does: the command finds a daemon or starts one. Returns its pid. */
  call(more?: Environment): Promise<number>;
  /** A daemon runs and has the workspace. */
  begin(more?: Environment): Promise<number>;
  /** How the daemon that was started last has ended: a signal, an exit code, or null while it runs. */
  endOfLast(): NodeJS.Signals | number | null;
  /** SIGKILL to the daemon alone, to it and its children, or to a child; false when there was nothing to kill. */
  kill(pid: number, what: 'daemon' | 'group' | 'child'): boolean;
  /** Ends the daemon and everything that it started, at once. */
  killAll(pid: number): Promise<void>;
  /** Characters that the daemon has logged until now. */
  logSize(): number;
  logSince(size: number): string;
  /** Ends all processes; the data stays where it is. */
  leave(): Promise<void>;
  /** Ends all processes and takes the data away. */
  remove(): Promise<void>;
}

/** Makes a world in a new HOME, or with its data in `directory`. */
export function makeWorld(directory?: string): World {
  const home = makeHome();
  const hivemindHome = directory ?? join(home.dir, '.hivemind');
  const socket = join(hivemindHome, 'run', 'daemon.sock');
  const asker: Asker = createAsker(socket);
  const children = new Set<ChildProcess>();
  const logPath = join(hivemindHome, 'logs', 'daemon.log');

  const spawnDaemon = (more: Environment): ChildProcess => {
    mkdirSync(join(hivemindHome, 'logs'), { recursive: true, mode: 0o700 });
    const log = openSync(join(hivemindHome, 'logs', 'daemon.err'), 'a', 0o600);
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(packageRoot, 'bin', 'daemon.js')],
      {
        detached: true,
        stdio: ['ignore', log, log],
        env: { ...home.env, HIVEMIND_HOME: hivemindHome, ...more },
      },
    );
    closeSync(log);
    children.add(child);
    return child;
  };

  const start: World['start'] = async (more = {}) => {
    let child = spawnDaemon(more);
    let last = '';
    for (let waited = 0; waited < 30_000; waited += 20) {
      if (child.signalCode !== null || (child.exitCode ?? 0) > 0) return null;
      const gaveWay = child.exitCode === 0;
      const status = await asker.ask('daemon.status', {});
      if (status.kind === 'ok' && status.result.pid === child.pid) return status.result.pid;
      // A command that had to wait starts a second daemon, which may come up when the first one has been stopped.
      if (gaveWay && status.kind === 'ok') signal(status.result.pid, 'SIGKILL');
      // One that gives way to another that is just ending is started again, as a client does.
      if (gaveWay) child = spawnDaemon(more);
      last = status.kind === 'ok' ? `${status.result.pid} answers` : JSON.stringify(status);
      await sleep(20);
    }
    throw new Error(`the daemon ${child.pid}, of ${children.size}, has not answered for 30 s: ${last}`);
  };

  const call: World['call'] = async (more = {}) => {
    const { exitCode, stdout, stderr } = await home.hivemind(['daemon', 'start', '--json'], {
      env: { HIVEMIND_HOME: hivemindHome, ...more },
    });
    if (exitCode !== 0) throw new Error(`hivemind daemon start ended with ${exitCode}: ${stdout}${stderr}`);
    return (JSON.parse(stdout) as { pid: number }).pid;
  };

  return {
    home,
    directory: hivemindHome,
    ask: asker.ask,
    start,
    call,
    begin: async (more) => {
      const pid = await call(more);
      await must('workspace.create', asker.ask('workspace.create', { name: workspace, bind: false }));
      return pid;
    },
    endOfLast: () => {
      const last = [...children].at(-1);
      return last?.signalCode ?? last?.exitCode ?? null;
    },
    kill: (pid, what) => {
      const targets = what === 'child' ? childrenOf(pid) : [what === 'group' ? -pid : pid];
      return targets.map((target) => signal(target, 'SIGKILL')).some(Boolean);
    },
    killAll: async (pid) => {
      signal(-pid, 'SIGKILL');
      signal(pid, 'SIGKILL');
      for (let waited = 0; isAlive(pid) && waited < 5_000; waited += 10) await sleep(10);
    },
    logSize: () => statSync(logPath, { throwIfNoEntry: false })?.size ?? 0,
    logSince: (size) => {
      if (!existsSync(logPath)) return '';
      const text = readFileSync(logPath, 'utf8');
      return text.length < size ? text : text.slice(size);
    },
    leave: async () => {
      asker.close();
      for (const child of children) if (child.pid !== undefined) signal(-child.pid, 'SIGKILL');
      await endAll(home.dir);
    },
    remove: async () => {
      asker.close();
      await home.remove();
    },
  };
}

/** Sends a signal; false when nobody was there to take it. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

/** Whether the process runs; one that has ended and that nobody has asked about does not. */
export function isAlive(pid: number): boolean {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === null)
    return existsSync('/proc/self/stat') ? false : signal(pid, 0 as unknown as NodeJS.Signals);
  return !/^\d+ \(.*\) [ZX]/s.test(stat);
}

/** Processes that `pid` has started and that still run. */
export const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const stat = readIfThere(`/proc/${name}/stat`);
      return (
        stat !== null && Number(/^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1]) === pid && isAlive(Number(name))
      );
    })
    .map(Number);

/** Daemons of the world's HOME, without the children that do their upkeep. */
export const daemonsOf = ({ home }: World): number[] =>
  processesAt(home.dir).filter(
    (pid) =>
      isAlive(pid) && readIfThere(`/proc/${pid}/cmdline`)?.split('\0').at(-2)?.endsWith('daemon.js') === true,
  );

/** Processes whose HOME is `directory`. */
const processesAt = (directory: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => `\0${readIfThere(`/proc/${name}/environ`) ?? ''}`.includes(`\0HOME=${directory}\0`))
    .map(Number);

/** Ends every process whose HOME is `directory`. */
async function endAll(directory: string): Promise<void> {
  for (let quiet = 0; quiet < 2; quiet += 1) {
    for (const pid of processesAt(directory)) if (signal(pid, 'SIGKILL')) quiet = -1;
    await sleep(20);
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Takes the world away when all was well; else, or to `keep` it, leaves its data where it is, with what there is to say. */
export async function conclude(world: World, report: Report, keep = false): Promise<void> {
  if (isGood(report) && !keep) return world.remove();
  leaveNote(world.directory, report);
  await world.leave();
  report.kept.push(world.directory);
}

/** Leaves beside the data of a round what is reported until then. */
export const leaveNote = (directory: string, { failures, notes }: Report): void =>
  appendFileSync(join(directory, 'torture.txt'), `${[...failures, ...notes].join('\n')}\n`);
