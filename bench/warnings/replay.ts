import type { Tally } from '../../src/core/warnings/calibration.ts';
import type { Call } from '../../src/core/warnings/call.ts';
import { type Ended, Gate } from '../../src/core/warnings/gate.ts';
import { Quota } from '../../src/core/warnings/quota.ts';

/** A call of a trace, and how it ended. */
export interface Recorded {
  call: Call;
  ended: Ended;
}

/** One warning: whether the call then failed, and whether it rests on other sessions alone. */
export interface Outcome {
  failed: boolean;
  cross: boolean;
  /** Number of the call in its trace. */
  nth: number;
}

/** How long a call takes at the least: what ended less than this ago is not known yet when the next is judged. */
const leastMs = 1_000;

const everywhere = (): boolean => true;

/** Goes through a trace as it came: each call is judged by what had ended before it, then learnt from. */
export function replayGate(
  trace: readonly Recorded[],
  priors: Readonly<Record<string, Tally>>,
): { warnings: Outcome[]; tookMs: number[]; gate: Gate } {
  const gate = new Gate(priors);
  const quota = new Quota();
  const warnings: Outcome[] = [];
  const tookMs: number[] = [];
  replay(
    trace,
    ({ call, ended }, nth) => {
      const startedAt = performance.now();
      const judgement = gate.judge(call, everywhere);
      tookMs.push(performance.now() - startedAt);
      if (!quota.take(call.session, call.key, judgement?.posterior ?? null) || judgement === null) return;
      const cross = judgement.evidence.every(({ session }) => session !== call.session);
      warnings.push({ failed: ended.failed, cross, nth });
    },
    ({ call, ended }) => gate.learn(call, ended, everywhere),
  );
  return { warnings, tookMs, gate };
}

/** The rule that everybody thinks of first: warn when the last identical call failed. */
export function replayNaive(trace: readonly Recorded[]): Outcome[] {
  const last = new Map<string, { failed: boolean; session: string }>();
  const warnings: Outcome[] = [];
  replay(
    trace,
    ({ call, ended }, nth) => {
      const before = last.get(call.key);
      if (before?.failed !== true) return;
      warnings.push({ failed: ended.failed, cross: before.session !== call.session, nth });
    },
    ({ call, ended }) => last.set(call.key, { failed: ended.failed, session: call.session }),
  );
  return warnings;
}

function replay(
  trace: readonly Recorded[],
  judge: (one: Recorded, nth: number) => void,
  learn: (one: Recorded) => void,
): void {
  const underWay: Recorded[] = [];
  for (const [nth, one] of trace.entries()) {
    while (underWay[0] !== undefined && underWay[0].ended.at + leastMs <= one.ended.at)
      learn(underWay.shift() as Recorded);
    judge(one, nth);
    underWay.push(one);
  }
}

/** Wilson's interval of a share, for 95 %. */
export function interval(right: number, all: number): [low: number, high: number] {
  if (all === 0) return [0, 1];
  const z = 1.96;
  const share = right / all;
  const middle = (share + (z * z) / (2 * all)) / (1 + (z * z) / all);
  const half = (z / (1 + (z * z) / all)) * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
