import { parseArgs } from 'node:util';
import { benchBranch } from './branch.ts';
import { benchBrief } from './brief.ts';
import { benchCli } from './cli.ts';
import { benchFollow } from './follow.ts';
import { benchGit } from './git.ts';
import { benchHook } from './hook.ts';
import { benchImport } from './import.ts';
import { benchIngest } from './ingest.ts';
import type { Report } from './lib/measure.ts';
import { benchOpposed } from './opposed.ts';
import { benchRecall } from './recall.ts';
import { benchRecallSpeed } from './recall-speed.ts';
import { benchRedact } from './redact.ts';
import { benchS3 } from './s3.ts';
import { benchScale } from './scale.ts';
import { benchSwarm } from './swarm.ts';
import { benchTui } from './tui.ts';
import { benchWarnings } from './warnings.ts';
import { benchWeb } from './web.ts';
import { benchWeekTwo } from './week-two.ts';

const benches: Record<string, (rounds: number, path: string) => Promise<Report>> = {
  branch: benchBranch,
  brief: benchBrief,
  cli: benchCli,
  follow: benchFollow,
  git: benchGit,
  hook: benchHook,
  import: benchImport,
  ingest: benchIngest,
  opposed: benchOpposed,
  recall: benchRecall,
  'recall-speed': benchRecallSpeed,
  redact: benchRedact,
  s3: benchS3,
  scale: benchScale,
  swarm: benchSwarm,
  tui: benchTui,
  warnings: benchWarnings,
  web: benchWeb,
  'week-two': benchWeekTwo,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '50' },
    data: { type: 'string' },
    events: { type: 'string' },
  },
});
const bench = benches[positionals[0] ?? ''];
if (values.events !== undefined) process.env.HIVEMIND_BENCH_EVENTS = values.events;
if (values.data !== undefined) process.env.HIVEMIND_BENCH_DATA = values.data;
if (bench === undefined) {
  console.error(
    `usage: npm run bench -- NAME [--json] [--rounds N] [--data DIR] [--events N,N]\nbenches: ${Object.keys(benches).join(', ')}`,
  );
  process.exit(2);
}
const report = await bench(Number(values.rounds), positionals[1] ?? 'examples/sessions');
if (values.json) console.log(JSON.stringify(report, null, 2));
else print(report);

function print({ rows, ratios, scores = [], quality = [], findings = {} }: Report): void {
  if (rows.length > 0) console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, row])));
  console.table(Object.fromEntries(ratios.map(({ name, ...row }) => [name, row])));
  if (quality.length > 0) console.table(Object.fromEntries(quality.map(({ name, ...row }) => [name, row])));
  if (Object.keys(findings).length > 0) console.table(findings);
  if (scores.length > 0) console.table(Object.fromEntries(scores.map(({ name, ...row }) => [name, row])));
}
