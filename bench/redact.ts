import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lintSource } from '@secretlint/core';
import { creator as preset } from '@secretlint/secretlint-rule-preset-recommend';
import { redactText, unmarked } from '../src/core/redact.ts';
import { median, type Ratio, type Report, type Row, toRow } from './lib/measure.ts';
import { ingestAll, readDrafts, redactAll } from './lib/redact/ingest.ts';
import { findings } from './lib/redact/labels.ts';
import { readTraces, stringsIn } from './lib/redact/texts.ts';

const sessionChars = 70_000_000;
const mostTexts = 5_000;

/**
 * Redaction of real sessions: its speed beside secretlint's own engine with its recommended rules on the same strings,
 * its processor time beside that of the rest of the ingest of the same events, whether a session of 70 MB costs more a
 * megabyte than one of 7, and what it takes for a secret. The traces are not part of the repository:
 * HIVEMIND_BENCH_DATA, or --data, names their folder.
 */
export async function benchRedact(rounds: number): Promise<Report> {
  const data = process.env.HIVEMIND_BENCH_DATA ?? '';
  const root = join(data, 'transcripts');
  if (!existsSync(root))
    return {
      bench: 'redact',
      rows: [],
      ratios: [],
      findings: { skipped: { why: `there is no ${root}: name the folder of the traces with --data DIR` } },
    };
  const traces = readTraces(root);
  const extracted = existsSync(join(data, 'recall-dev')) ? readTraces(join(data, 'recall-dev')) : [];
  const texts = traces.flatMap(({ value }) => stringsIn(value));
  const whole = traces.map(({ text }) => text);
  const drafts = readDrafts(root);
  process.stderr.write(
    `${texts.length} strings of ${megabytes(texts)} MB, ${whole.length} lines and files of ${megabytes(whole)} MB, ${drafts.length} drafts\n`,
  );
  const times: Record<string, number[]> = {};
  const note = (name: string, value: number): void => {
    times[name] = [...(times[name] ?? []), value];
  };
  const session = sessionOf(texts);
  for (let done = 0; done < rounds + 1; done += 1) {
    const keep = done === 0 ? (): void => undefined : note;
    for (const [name, some] of Object.entries({ strings: sample(texts), lines: sample(whole) })) {
      keep(`ours_${name}`, perMegabyte(some, ours(some)));
      keep(`secretlint_${name}`, perMegabyte(some, await secretlint(some)));
    }
    const tenth = session.slice(0, Math.floor(session.length / 10));
    keep('session_7_mb', perMegabyte(tenth, ours(tenth)));
    keep('session_70_mb', perMegabyte(session, ours(session)));
    const redactMicros = redactAll(drafts);
    const ingestMicros = await ingestAll(drafts);
    keep('redact_event', redactMicros / drafts.length / 1000);
    keep('rest_of_ingest_event', (ingestMicros - redactMicros) / drafts.length / 1000);
    process.stderr.write(`round ${done}/${rounds}\n`);
  }
  const rows = Object.entries(times).map(
    ([name, values]): Row => ({
      ...toRow(name, values),
      unit: name.endsWith('_event') ? 'ms' : 'ms/MB',
    }),
  );
  const over = (a: string, b: string): number =>
    Math.round(median((times[a] ?? []).map((value, at) => value / (times[b]?.[at] ?? Number.NaN))) * 1000) /
    1000;
  const ratios: Ratio[] = [
    { name: 'strings_time_over_secretlint', value: over('ours_strings', 'secretlint_strings'), target: 1 },
    { name: 'lines_time_over_secretlint', value: over('ours_lines', 'secretlint_lines'), target: 1 },
    {
      name: 'redaction_over_rest_of_ingest',
      value: over('redact_event', 'rest_of_ingest_event'),
      target: 0.5,
    },
    { name: 'ms_per_mb_at_70_over_7_mb', value: over('session_70_mb', 'session_7_mb'), target: 1.25 },
  ].map((ratio) => ({ ...ratio, ok: ratio.value <= ratio.target }));
  return { bench: 'redact', rows, ratios, findings: findings([...traces, ...extracted]) };
}

/** Some of them, the same in every round: secretlint is too slow for all. */
const sample = (texts: readonly string[]): string[] => {
  const every = Math.ceil(texts.length / mostTexts);
  return texts.filter((_, at) => at % every === 0);
};

/** A session of 70 MB, of the strings of real ones. */
function sessionOf(texts: readonly string[]): string[] {
  const session: string[] = [];
  for (let chars = 0, at = 0; chars < sessionChars; at += 1) {
    const text = texts[at % texts.length] ?? '';
    session.push(text);
    chars += text.length;
  }
  return session;
}

const sizeOf = (texts: readonly string[]): number => texts.reduce((sum, { length }) => sum + length, 0) / 1e6;
const megabytes = (texts: readonly string[]): string => sizeOf(texts).toFixed(1);
const perMegabyte = (texts: readonly string[], ms: number): number => ms / sizeOf(texts);

/** Milliseconds of processor time: the machine may have others to serve. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function ours(texts: readonly string[]): number {
  const start = cpuMs();
  for (const text of texts) redactText(text, unmarked);
  return cpuMs() - start;
}

/** It keeps marks of each call for ever; its observer has to have seen them before they go. */
async function clearMarks(): Promise<void> {
  await sleep(20);
  performance.clearMarks();
  performance.clearMeasures();
}

async function secretlint(texts: readonly string[]): Promise<number> {
  const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: preset }] };
  const start = cpuMs();
  for (const [at, content] of texts.entries()) {
    if (at % 500 === 0) await clearMarks();
    await lintSource({
      source: { filePath: 'event.txt', content, contentType: 'text', ext: '.txt' },
      options: { config, noPhysicFilePath: true },
    });
  }
  const took = cpuMs() - start;
  await clearMarks();
  return took;
}
