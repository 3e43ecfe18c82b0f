import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../../world/random.ts';
import { check, fail, heal, record, type Verdict } from '../check.ts';
import { createLedger, draftOf, type Ledger } from '../ledger.ts';
import { settle, startLoad, workspace } from '../load.ts';
import { type Driver, type DriverOptions, emptyReport, isGood, type Report } from '../report.ts';
import { messageOf, run } from '../tools.ts';
import { isAlive, makeWorld, type World } from '../world.ts';

export const damage: Driver = {
  name: 'damage',
  summary: 'files of a stopped store emptied, halved, zeroed, removed, or with bits flipped',
  rounds: 160,
  run: runDamage,
};

/** What a file of the store is, by where it lies. The journal is not among them: it is what everything is repaired from. */
const kinds = [
  { name: 'newest manifest', pick: newest, matches: /\.lance\/_versions\/[^/]+\.manifest$/ },
  { name: 'oldest manifest', pick: oldest, matches: /\.lance\/_versions\/[^/]+\.manifest$/ },
  { name: 'newest data file', pick: newest, matches: /\.lance\/data\// },
  { name: 'oldest data file', pick: oldest, matches: /\.lance\/data\// },
  { name: 'some data file', pick: anyOne, matches: /\.lance\/data\// },
  { name: 'index file', pick: anyOne, matches: /\.lance\/_indices\// },
  { name: 'transaction file', pick: newest, matches: /\.lance\/_transactions\// },
  { name: 'version hint', pick: anyOne, matches: /\.lance\/_versions\/[^/]*hint/ },
  { name: 'newest catalog document', pick: newest, matches: /\/catalog\/[^/]+$/ },
  { name: 'some catalog document', pick: anyOne, matches: /\/catalog\/[^/]+$/ },
  { name: 'checkpoint', pick: newest, matches: /\/checkpoint[^/]*$/ },
  { name: 'snapshot', pick: newest, matches: /\/snapshot[^/]*(\/[^/]+)?$/ },
  { name: 'other file', pick: anyOne, matches: null },
] as const satisfies readonly { name: string; pick: Pick; matches: RegExp | null }[];

type Kind = (typeof kinds)[number];
type Pick = (paths: readonly string[], random: Random) => string | undefined;

/** Not damaged here: the journal, and who the workspace and its writer are. */
const spared = /\/journal\/|\/(workspace|writer)\.json$|\.(lock|db|broken)$/;

const ways = ['emptied', 'halved', 'zero-filled', 'removed', 'bits flipped', 'its end cut off'] as const;
type Way = (typeof ways)[number];

interface Case {
  kind: Kind;
  way: Way;
}

/** A store is damaged so often, each time from the same state, before another is made. */
const casesOfStore = 40;

/** How long a store may take to repair itself from its journal: some thousand events. */
const repairMs = 20_000;

async function runDamage({ rounds, seed, log, keep, scale = 1 }: DriverOptions): Promise<Report> {
  const random = createRandom(seed);
  const report = emptyReport();
  let cases = knownCases();
  // The long form goes on after a failure: there is a table of damage to be filled in.
  const isOver = (): boolean => report.rounds >= rounds || (scale < 1 && !isGood(report));
  while (!isOver()) {
    const world = makeWorld();
    const pristine = mkdtempSync(join(tmpdir(), 'hm-whole-'));
    const ledger = createLedger(`x${seed}r${report.rounds}`);
    let isKept = keep === true;
    try {
      await makeStore(world, ledger, random, scale);
      copyTree(world.directory, pristine);
      report.acked += ledger.acked();
      for (let index = 0; index < casesOfStore && !isOver(); ) {
        if (cases.length === 0) cases = random.shuffle(allCases());
        const next = cases.pop();
        if (next === undefined) break;
        const done = damageCopy(world, pristine, next, random);
        if (done === null) continue;
        index += 1;
        report.rounds += 1;
        const round = `round ${report.rounds} (${done})`;
        const own = await judge(world, ledger, random, round, report);
        log(`${round}: ${own ? 'ok' : 'FAILED'}`);
        isKept ||= !own;
      }
    } catch (error) {
      report.failures.push(`round ${report.rounds}: ${messageOf(error)}`);
      break;
    } finally {
      await world.leave();
      await world.remove();
      // The rounds say what was done to which file of it.
      if (isKept) report.kept.push(pristine);
      else rmSync(pristine, { recursive: true, force: true });
    }
  }
  return report;
}

const allCases = (): Case[] => kinds.flatMap((kind) => ways.map((way) => ({ kind, way })));

/** What is tried before anything else, last first: what a power cut leaves, and the kinds of which there is one. */
function knownCases(): Case[] {
  const wanted: [string, Way][] = [
    ['checkpoint', 'halved'],
    ['newest catalog document', 'emptied'],
    ['newest data file', 'bits flipped'],
    ['newest data file', 'emptied'],
    ['newest manifest', 'removed'],
    ['newest manifest', 'halved'],
    ['newest manifest', 'emptied'],
    ['newest manifest', 'zero-filled'],
  ];
  return wanted.flatMap(([name, way]) =>
    kinds.filter((kind) => kind.name === name).map((kind) => ({ kind, way })),
  );
}

/** A store in which every kind of file is: closed and open tables, indexes, several versions; then its daemon ends. */
async function makeStore(world: World, ledger: Ledger, random: Random, scale: number): Promise<void> {
  const pid = await world.begin();
  for (let part = 0; part < 4; part += 1) {
    const events = Math.round(3_000 * scale);
    await startLoad({ ask: world.ask, ledger, random: random.fork(), events, bulk: 0.4 }).ended;
    await sleep(700);
  }
  await heal(world.ask);
  await sleep(Math.round(3_000 * scale));
  // Half of the stores end as they should, half with a tail that only the journal has.
  if (random.chance(0.5)) await world.ask('daemon.stop', {});
  else {
    await startLoad({ ask: world.ask, ledger, random: random.fork(), events: 200, bulk: 0 }).ended;
    await world.killAll(pid);
  }
  while (isAlive(pid)) await sleep(10);
}

/** Puts the whole store back and damages one file of it; null when there is none of the kind. */
function damageCopy(world: World, pristine: string, { kind, way }: Case, random: Random): string | null {
  copyTree(pristine, world.directory);
  const data = join(world.directory, 'data');
  const all = readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !spared.test(slashed(path)) && relative(data, path).includes(sep));
  const isKnown = (path: string): boolean => kinds.some(({ matches }) => matches?.test(slashed(path)));
  const found = all.filter((path) => kind.matches?.test(slashed(path)) ?? !isKnown(path)).sort();
  const path = kind.pick(found.filter(isInUse), random);
  if (path === undefined) return null;
  const { size } = statSync(path);
  const where = hurt(path, size, way, random);
  return `${kind.name} ${way}${where}: ${relative(data, path)}, ${size} B`;
}

/** Whether the newest version of a table names the file: what an older one left behind says nothing when it is damaged. */
function isInUse(path: string): boolean {
  const [, table, part, name] = /^(.*\.lance)\/(data|_indices)\/([^/]+)/.exec(slashed(path)) ?? [];
  if (table === undefined || name === undefined) return true;
  const versions = join(table, '_versions');
  const manifest = newest(
    readdirSync(versions)
      .map((entry) => join(versions, entry))
      .filter((entry) => entry.endsWith('.manifest')),
  );
  if (manifest === undefined) return true;
  const needle = part === 'data' ? Buffer.from(name) : Buffer.from(name.replaceAll('-', ''), 'hex');
  return readFileSync(manifest).includes(needle);
}

function hurt(path: string, size: number, way: Way, random: Random): string {
  if (way === 'removed') rmSync(path);
  else if (way === 'emptied') truncateSync(path, 0);
  else if (way === 'halved') truncateSync(path, Math.floor(size / 2));
  else if (way === 'zero-filled') overwrite(path, 0, Buffer.alloc(size));
  else if (way === 'its end cut off') {
    const bytes = random.int(1, 64);
    truncateSync(path, Math.max(0, size - bytes));
    return ` (${bytes} B)`;
  } else {
    // In a large file one bit says little: most of them are in columns that nobody shows.
    const places = Array.from({ length: size > 10_000 ? random.pick([1, 8, 64]) : 1 }, () =>
      random.int(0, Math.max(0, size - 1)),
    );
    const bytes = readFileSync(path);
    for (const at of places) overwrite(path, at, Buffer.from([(bytes[at] ?? 0) ^ (1 << random.int(0, 7))]));
    return ` (at ${places.slice(0, 5).join(', ')}${places.length > 5 ? ` and ${places.length - 5} more` : ''})`;
  }
  return '';
}

function overwrite(path: string, at: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}

/**
 * At no time may fewer events or other ones be shown as if that were all. For a while reading may say that it cannot;
 * then the store has repaired itself, and everything is there.
 */
async function judge(
  world: World,
  ledger: Ledger,
  random: Random,
  round: string,
  report: Report,
): Promise<boolean> {
  try {
    await world.call();
    const first = await check({ ask: world.ask, ledger, random, samples: 20 });
    if (first.errors.length > 0) report.notes.push(`${round}: at first ${first.errors[0]?.slice(0, 200)}`);
    return (
      record(report, `${round}, at first`, { ...first, errors: [] }) &&
      fail(report, round, await heal(world.ask, repairMs)) &&
      record(report, `${round}, when healed`, await readUntilAnswered(world, ledger, random)) &&
      (await writeOn(world, ledger, round, report))
    );
  } catch (error) {
    return fail(report, round, [messageOf(error)]);
  } finally {
    const status = await world.ask('daemon.status', {});
    if (status.kind === 'ok') await world.killAll(status.result.pid);
  }
}

async function readUntilAnswered(world: World, ledger: Ledger, random: Random): Promise<Verdict> {
  const deadline = performance.now() + repairMs;
  for (;;) {
    const verdict = await check({ ask: world.ask, ledger, random });
    if (verdict.errors.length === 0 || performance.now() > deadline) return verdict;
    await sleep(500);
  }
}

/** A repaired store takes new events, and knows the old ones: what is sent again is there already. */
async function writeOn(world: World, ledger: Ledger, round: string, report: Report): Promise<boolean> {
  const probe = createLedger(`${ledger.name}w${report.rounds}`);
  const random = createRandom(report.rounds);
  const load = startLoad({ ask: world.ask, ledger: probe, random, events: 200, bulk: 0 });
  await load.ended;
  const refused = [...load.errors.keys()].map((code) => `writing on: ${code}`);
  const old = random.pick([...ledger.entries.values()].filter(({ state }) => state === 'acked'));
  const again = await world.ask('event.append', { workspace, events: [draftOf(old)] });
  if (again.kind !== 'ok' || again.result.duplicates !== 1)
    refused.push(`${old.key} sent again: ${JSON.stringify(again).slice(0, 300)}`);
  const failures = [...load.failures, ...refused, ...(await settle(world.ask, probe, random))];
  return (
    fail(report, round, failures) &&
    record(
      report,
      `${round}, written on`,
      await check({ ask: world.ask, ledger: probe, random, counts: false }),
    )
  );
}

/** As it is, with the rights and the times of everything. */
function copyTree(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  run('cp', ['-a', from, to]);
}

const slashed = (path: string): string => path.split(sep).join('/');

function anyOne(paths: readonly string[], random: Random): string | undefined {
  return paths.length === 0 ? undefined : random.pick(paths);
}

/** By the time of writing, and among files of one time by name: as the reader of a listing would. */
function newest(paths: readonly string[]): string | undefined {
  return byAge(paths).at(-1);
}

function oldest(paths: readonly string[]): string | undefined {
  return byAge(paths)[0];
}

const byAge = (paths: readonly string[]): string[] =>
  [...paths].sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs || (a < b ? -1 : 1));
