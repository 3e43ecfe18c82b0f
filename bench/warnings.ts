import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { shippedPriors } from '../src/core/warnings/priors.ts';
import { type Report, toRow } from './lib/measure.ts';
import { interval, type Outcome, type Recorded, replayGate, replayNaive } from './warnings/replay.ts';
import { readExtracted, readTranscripts } from './warnings/traces.ts';

/** Constants were chosen on the first part of the trace, by time; only what comes after it is reported against the target. */
const chosenShare = 0.6;
const leastPrecision = 0.6;
/** Warnings for a call. */
const leastOften = 1 / 500;

type Finding = Record<string, string | number>;

/**
 * Replays recorded tool calls through the gate, each judged by what had ended before it, beside the naive rule (warn
 * when the last identical call failed). A call counts as failed when the client reported an error or a refusal. The
 * traces are not part of the repository: HIVEMIND_BENCH_DATA, or --data, names their folder.
 */
export async function benchWarnings(): Promise<Report> {
  const data = process.env.HIVEMIND_BENCH_DATA ?? '';
  const extracted = join(data, 'recall-dev', 'events.jsonl');
  if (data === '' || !existsSync(extracted))
    return {
      bench: 'warnings',
      rows: [],
      ratios: [],
      findings: { skipped: { why: `there is no ${extracted || 'data'}: name its folder with --data DIR` } },
    };
  const trace = readExtracted(extracted);
  const cut = Math.floor(trace.length * chosenShare);
  const later = trace.slice(cut);
  const online = replayGate(trace, {});
  const shipped = replayGate(later, shippedPriors);
  const reported = online.warnings.filter(({ nth }) => nth >= cut);
  const naive = replayNaive(trace);
  const findings: Record<string, Finding> = {
    chosen_gate: findingOf(
      online.warnings.filter(({ nth }) => nth < cut),
      trace.slice(0, cut),
    ),
    chosen_naive: findingOf(
      naive.filter(({ nth }) => nth < cut),
      trace.slice(0, cut),
    ),
    reported_gate_online: findingOf(reported, later),
    reported_gate_shipped_priors: findingOf(shipped.warnings, later),
    reported_naive: findingOf(
      naive.filter(({ nth }) => nth >= cut),
      later,
    ),
    ...transcriptFindings(join(data, 'transcripts')),
  };
  const share = reported.filter(({ failed }) => failed).length / Math.max(1, reported.length);
  const often = reported.length / Math.max(1, later.length);
  return {
    bench: 'warnings',
    rows: [toRow('judge', online.tookMs)],
    ratios: [
      { name: 'precision', value: round(share), target: leastPrecision, ok: share >= leastPrecision },
      {
        name: 'warnings_per_500_calls',
        value: round(often / leastOften),
        target: 1,
        ok: often >= leastOften,
      },
    ],
    findings,
  };
}

/** Each project is a workspace of its own that begins with what we ship. */
function transcriptFindings(directory: string): Record<string, Finding> {
  const projects = existsSync(directory) ? readdirSync(directory).sort() : [];
  return Object.fromEntries(
    projects.flatMap((project) => {
      const { calls, sessions, skipped } = readTranscripts(join(directory, project));
      if (calls.length === 0) return [];
      const about = { sessions, other_formats: skipped };
      return [
        [`${project}_gate`, { ...findingOf(replayGate(calls, shippedPriors).warnings, calls), ...about }],
        [`${project}_naive`, { ...findingOf(replayNaive(calls), calls), ...about }],
      ];
    }),
  );
}

function findingOf(warnings: readonly Outcome[], trace: readonly Recorded[]): Finding {
  const right = warnings.filter(({ failed }) => failed).length;
  const [low, high] = interval(right, warnings.length);
  return {
    calls: trace.length,
    failures: trace.filter(({ ended }) => ended.failed).length,
    warnings: warnings.length,
    right,
    precision: warnings.length === 0 ? 'none' : round(right / warnings.length),
    interval: `${round(low)}-${round(high)}`,
    other_sessions: warnings.filter(({ cross }) => cross).length,
    per_1000: round((1_000 * warnings.length) / Math.max(1, trace.length)),
  };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
