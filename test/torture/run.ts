import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { packageRoot } from '../world/home.ts';
import { branches } from './drivers/branches.ts';
import { clock } from './drivers/clock.ts';
import { damage } from './drivers/damage.ts';
import { disk } from './drivers/disk.ts';
import { hostile } from './drivers/hostile.ts';
import { kill } from './drivers/kill.ts';
import { powerCut } from './drivers/power-cut.ts';
import { s3 } from './drivers/s3.ts';
import { starts } from './drivers/starts.ts';
import { writers } from './drivers/writers.ts';
import { type Driver, emptyReport, isGood, type Report } from './report.ts';
import { messageOf } from './tools.ts';

const drivers: readonly Driver[] = [
  kill,
  powerCut,
  disk,
  starts,
  clock,
  hostile,
  damage,
  branches,
  writers,
  s3,
];

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

process.exit(await main());

/** Runs the named drivers, or all, in their long form; 1 when anything was lost, doubled, altered or did not heal. */
async function main(): Promise<number> {
  const unknown = positionals.filter((name) => !drivers.some((driver) => driver.name === name));
  const rounds = values.rounds === undefined ? null : Number(values.rounds);
  const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
  if (values.help || unknown.length > 0 || !isCount(rounds ?? 1) || !isCount(seed)) {
    say('usage: npm run torture -- [NAME…] [--rounds N] [--seed S] [--json] [--keep]');
    for (const { name, summary, rounds: long } of drivers)
      say(`  ${name.padEnd(10)} ${summary} (${long} rounds)`);
    return values.help ? 0 : 2;
  }
  execFileSync('sh', ['scripts/fresh-build.sh'], { cwd: packageRoot, stdio: ['ignore', 2, 2] });
  const wanted =
    positionals.length === 0 ? drivers : drivers.filter(({ name }) => positionals.includes(name));
  const rows: (Report & { name: string; seed: number; seconds: number })[] = [];
  for (const driver of wanted) {
    say(`== ${driver.name}: ${driver.summary}; seed ${seed}`);
    const startedAt = performance.now();
    const report = await runOne(driver, rounds ?? driver.rounds, seed);
    rows.push({
      name: driver.name,
      seed,
      seconds: Math.round((performance.now() - startedAt) / 1000),
      ...report,
    });
  }
  process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : table(rows));
  return rows.every(isGood) ? 0 : 1;
}

async function runOne(driver: Driver, rounds: number, seed: number): Promise<Report> {
  const report = await driver
    .run({ rounds, seed, keep: values.keep, log: (line) => say(`   ${line}`) })
    .catch((error: unknown) => ({
      ...emptyReport(),
      failures: [messageOf(error)],
    }));
  if (report.skipped !== null) say(`   skipped: ${report.skipped}`);
  for (const note of report.notes) say(`   ${note}`);
  for (const failure of report.failures) say(`   FAILED ${failure}`);
  for (const path of report.kept) say(`   kept: ${path}`);
  return report;
}

function table(rows: readonly (Report & { name: string; seed: number; seconds: number })[]): string {
  const lines = [
    ['driver', 'seed', 'rounds', 'acked', 'lost', 'doubled', 'claimed', 'failures', 'seconds', ''],
  ];
  for (const row of rows)
    lines.push([
      row.name,
      ...[row.seed, row.rounds, row.acked, row.lost, row.doubled, row.unAckedClaimed].map(String),
      ...[row.failures.length, row.seconds].map(String),
      row.skipped !== null ? `skipped: ${row.skipped}` : isGood(row) ? 'ok' : 'FAILED',
    ]);
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
