import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gitHooks } from '../src/core/git/report.ts';
import {
  median,
  mustRun,
  type Ratio,
  type Report,
  type Row,
  type Subject,
  timeCommands,
} from './lib/measure.ts';
import { type BenchWorld, makeWorld, program } from './lib/world.ts';

/** Commits of the rebase that is timed. */
const rebased = 50;
/** Commits that are made without a pause: what is done behind them gets in the way of the next. */
const burst = 20;
/** What a hook may add to a commit, and to a switch. */
const goalMs = 8;

/** One way to have hooks; each in a repository of its own, which are otherwise the same. */
interface Way {
  name: string;
  path: string;
}

/** Wall time that the hooks add to commits, switches and a rebase, beside none, hooks of sh that do nothing, and husky with those. */
export async function benchGit(rounds: number): Promise<Report> {
  const world = makeWorld();
  try {
    const ways = await makeWays(world);
    const rows = [
      ...(await timeWays(world, ways, 'commit', rounds, commit)),
      ...(await timeWays(world, ways, 'checkout', rounds, checkout)),
      ...(await timeWays(world, ways, 'burst', Math.max(3, Math.round(rounds / 10)), commits)),
      ...(await timeWays(world, ways, 'rebase', Math.max(3, Math.round(rounds / 10)), rebase)),
    ];
    const findings = { ...added(rows), ...processorTimes(world, ways) };
    return { bench: 'git', rows, ratios: compare(rows), findings };
  } finally {
    world.remove();
  }
}

function git(world: BenchWorld, path: string, ...args: string[]): void {
  mustRun('git', args, { env: world.env, cwd: path });
}

async function makeWays(world: BenchWorld): Promise<Way[]> {
  const ways: Way[] = [];
  for (const name of ['none', 'noop', 'hivemind', 'trailer', 'husky', 'husky_hivemind']) {
    const path = join(world.dir, name);
    makeRepository(world, path);
    if (name === 'noop') for (const hook of gitHooks) writeHook(join(path, '.git', 'hooks', hook));
    if (name.startsWith('husky')) await addHusky(path);
    if (name === 'hivemind' || name === 'trailer' || name === 'husky_hivemind') {
      const ours = (...args: string[]): void =>
        void mustRun(process.execPath, [program, ...args], { env: world.env, cwd: path });
      ours('workspace', 'create', name);
      ours('git', 'install');
      if (name === 'trailer') ours('workspace', 'set', 'commits', 'trailer');
    }
    ways.push({ name, path });
  }
  return ways;
}

/** A repository with a branch of `rebased` commits beside main. */
function makeRepository(world: BenchWorld, path: string): void {
  mkdirSync(path);
  const run = (...args: string[]): void => git(world, path, ...args);
  run('init', '-q', '-b', 'main');
  run('config', 'user.name', 'b');
  run('config', 'user.email', 'b@example.test');
  run('config', 'gc.auto', '0');
  for (let file = 0; file < 200; file += 1)
    writeFileSync(join(path, `file-${file}.ts`), `export const n = ${file};\n`);
  run('add', '.');
  run('commit', '-q', '-m', 'begin');
  run('checkout', '-q', '-b', 'topic');
  for (let at = 0; at < rebased; at += 1) {
    appendFileSync(join(path, `file-${at}.ts`), `export const m = ${at};\n`);
    run('commit', '-q', '-a', '-m', `topic ${at}`);
  }
  run('branch', 'tip');
  run('checkout', '-q', 'main');
  run('commit', '-q', '--allow-empty', '-m', 'moved on');
  run('branch', 'base');
}

const writeHook = (path: string): void => writeFileSync(path, '#!/bin/sh\n:\n', { mode: 0o755 });

/** As husky's own `prepare` script does it. */
async function addHusky(path: string): Promise<void> {
  const { default: husky } = (await import('husky')) as { default: () => string };
  const here = process.cwd();
  process.chdir(path);
  husky();
  process.chdir(here);
  for (const hook of gitHooks) writeFileSync(join(path, '.husky', hook), ':\n');
}

type Timed = (world: BenchWorld, way: Way) => Pick<Subject, 'command' | 'args' | 'before'>;

/** What is done behind a hook is over before the next is timed. */
const quietMs = 150;

const timeWays = (
  world: BenchWorld,
  ways: readonly Way[],
  what: string,
  rounds: number,
  timed: Timed,
): Promise<Row[]> =>
  timeCommands(
    ways.map((way) => ({
      name: `${what}_${way.name}`,
      env: world.env,
      cwd: way.path,
      ...timed(world, way),
    })),
    rounds,
  );

let serial = 0;

const commit: Timed = (world, { path }) => ({
  command: 'git',
  args: ['commit', '-q', '-m', 'timed'],
  before: async () => {
    serial += 1;
    appendFileSync(join(path, 'file-199.ts'), `export const s${serial} = ${serial};\n`);
    git(world, path, 'add', '-A');
    await sleep(quietMs);
  },
});

const commits: Timed = (_world, { path }) => {
  const script = join(path, '..', `${path.split('/').at(-1)}-burst.sh`);
  const lines = `i=0; while [ $i -lt ${burst} ]; do git commit -q --allow-empty -m burst; i=$((i + 1)); done`;
  writeFileSync(script, `${lines}\n`);
  chmodSync(script, 0o755);
  return { command: 'sh', args: [script], before: () => sleep(quietMs * 10) };
};

const checkout: Timed = (_world, _way) => {
  let isOnTip = false;
  const subject: ReturnType<Timed> = {
    command: 'git',
    args: ['checkout', '-q', 'tip'],
    before: async () => {
      subject.args.splice(0, 3, 'checkout', '-q', isOnTip ? 'main' : 'tip');
      isOnTip = !isOnTip;
      await sleep(quietMs);
    },
  };
  return subject;
};

const rebase: Timed = (world, { path }) => ({
  command: 'git',
  args: ['rebase', '-q', 'base', 'topic'],
  before: async () => {
    git(world, path, '-c', 'core.hooksPath=/dev/null', 'checkout', '-q', '-f', 'main');
    git(world, path, 'branch', '-f', 'topic', 'tip');
    await sleep(quietMs * 20);
  },
});

const processorRounds = 5;
const perRound = 10;

/** Processor time of git and of what it waits for, in ms: on a busy machine it says more than the clock. */
function processorTimes(world: BenchWorld, ways: readonly Way[]): NonNullable<Report['findings']> {
  const off = 'git -c core.hooksPath=/dev/null';
  const each = (body: string): string => `i=0; while [ $i -lt ${perRound} ]; do ${body}; i=$((i + 1)); done`;
  const scripts: Record<string, { before: string; timed: string; times: number }> = {
    commit: { before: ':', timed: each('git commit -q --allow-empty -m x'), times: perRound },
    checkout: { before: ':', timed: each('git checkout -q tip; git checkout -q main'), times: 2 * perRound },
    [`rebase of ${rebased}`]: {
      before: `${off} checkout -q -f main; git branch -q -f topic tip`,
      timed: `git rebase -q base topic; ${off} checkout -q -f main`,
      times: 1,
    },
  };
  const findings: NonNullable<Report['findings']> = {};
  for (const [what, { before, timed, times }] of Object.entries(scripts)) {
    const spent = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
    for (let done = 0; done < processorRounds; done += 1)
      for (const { name, path } of ways) {
        mustRun('sh', ['-c', `{ ${before}; } 2>/dev/null`], { env: world.env, cwd: path });
        const said = mustRun('sh', ['-c', `{ ${timed}; } 2>/dev/null; times`], { env: world.env, cwd: path });
        spent.get(name)?.push(childrenMs(said) / times);
      }
    findings[`processor ms: ${what}`] = Object.fromEntries(
      [...spent].map(([name, all]) => [name, round(median(all))]),
    );
  }
  return findings;
}

/** The second line of `times`: what the children took, as `0m0.012000s 0m0.004000s`. */
function childrenMs(text: string): number {
  const line = text.trim().split('\n').at(-1) ?? '';
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000,
    0,
  );
}

const p50 = (rows: readonly Row[], name: string): number =>
  rows.find((row) => row.name === name)?.p50 ?? Number.NaN;

const round = (value: number): number => Math.round(value * 100) / 100;

function compare(rows: readonly Row[]): Ratio[] {
  return ['commit', 'checkout', 'burst', 'rebase'].flatMap((what) =>
    [
      [`${what}_hivemind`, `${what}_none`, 1.5],
      [`${what}_hivemind`, `${what}_noop`, 1.3],
      [`${what}_hivemind`, `${what}_husky`, 1],
    ].map(([ours, peer, target]) => {
      const value = round(p50(rows, String(ours)) / p50(rows, String(peer)));
      return { name: `${ours}_over_${peer}`, value, target: Number(target), ok: value <= Number(target) };
    }),
  );
}

/** Median milliseconds beyond the same without hooks. */
function added(rows: readonly Row[]): NonNullable<Report['findings']> {
  const of = (what: string): Record<string, string | number> =>
    Object.fromEntries(
      ['noop', 'hivemind', 'trailer', 'husky', 'husky_hivemind'].map((way) => [
        way,
        round(p50(rows, `${what}_${way}`) - p50(rows, `${what}_none`)),
      ]),
    );
  return {
    'added ms: commit': { ...of('commit'), goal: goalMs },
    'added ms: checkout': { ...of('checkout'), goal: goalMs },
    [`added ms: ${burst} commits at once`]: of('burst'),
    [`added ms: rebase of ${rebased}`]: of('rebase'),
  };
}
