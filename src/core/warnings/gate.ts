import type { Place } from '../scope.ts';
import { Calibration, type Tally } from './calibration.ts';
import type { Call } from './call.ts';
import { classOf, signatureOf } from './failure.ts';
import { type Failure, type KnownCall, KnownCalls, type Success } from './known-calls.ts';
import { Runs } from './runs.ts';

/** How a call came to be like one that failed: the same, like it, or of a tool that keeps failing in this session. */
export type Rule = 'exact' | 'fuzzy' | 'run';

export interface Judgement {
  posterior: number;
  /** The kind of call whose posterior it is. */
  bucket: string;
  rule: Rule;
  /** Failures that it rests on, the newest first; never empty. */
  evidence: Failure[];
  /** Event of the last call like it that went well, if any did. */
  worked: string | null;
}

/** A finished call, as evidence for later ones. */
export interface Ended extends Place {
  event: string;
  at: number;
  failed: boolean;
  /** What the tool said of a failure. */
  error: string;
  /** It changed a file. */
  edited: boolean;
}

/** Whether a place is seen from the branch that asks. */
export type Sees = (place: Place) => boolean;

interface Match {
  rule: Rule;
  /** Kinds of calls that it belongs to, from the general to the special. */
  kinds: string[];
  evidence: Failure[];
  worked: string | null;
}

export interface SavedGate {
  tallies: [string, Tally][];
  calls: KnownCall[];
}

const mostCalls = 50_000;
const savedCalls = 5_000;
const mostEvidence = 3;

/**
 * Judges calls before they are made by how calls like them have ended, learning as they end. What a branch cannot see is
 * no evidence there; the tallies of how often a kind of call fails are of the workspace, and tell of no event.
 */
export class Gate {
  #calibration: Calibration;
  #calls: KnownCalls;
  #runs = new Runs();

  constructor(
    priors: Readonly<Record<string, Tally>> = {},
    saved: SavedGate | null = null,
    most: number = mostCalls,
  ) {
    this.#calibration = new Calibration(priors, saved?.tallies);
    this.#calls = new KnownCalls(most, saved?.calls);
  }

  /** The strongest reason to expect that a call fails; null when nothing like it has failed. */
  judge(call: Call, sees: Sees): Judgement | null {
    const [best] = this.#matches(call, sees)
      .map((match) => ({ ...match, posterior: this.#calibration.posterior(match.kinds) }))
      .sort((a, b) => b.posterior - a.posterior);
    if (best === undefined) return null;
    const { posterior, kinds, rule, evidence, worked } = best;
    return {
      posterior,
      bucket: kinds.at(-1) ?? rule,
      rule,
      evidence: evidence.slice(0, mostEvidence),
      worked,
    };
  }

  /** Takes in how a call ended; calls come in the order in which they ended. */
  learn(call: Call, ended: Ended, sees: Sees): void {
    for (const { kinds } of this.#matches(call, sees)) this.#calibration.learn(kinds, ended.failed);
    const { event, at, branch, writer, seq } = ended;
    const place = { event, at, branch, writer, seq };
    const failure = ended.failed ? { ...place, ...this.#failureOf(call, ended) } : null;
    this.#calls.add(call, failure === null ? { success: place } : { failure });
    this.#runs.note(call, failure, ended.edited);
  }

  save(): SavedGate {
    return { tallies: this.#calibration.toJSON(), calls: this.#calls.newest(savedCalls) };
  }

  get size(): number {
    return this.#calls.size;
  }

  #failureOf({ session }: Call, { error }: Ended) {
    return {
      session,
      class: classOf(error),
      signature: signatureOf(error),
      edits: this.#runs.edits(session),
    };
  }

  #matches(call: Call, sees: Sees): Match[] {
    return [this.#alike(call, sees), this.#run(call, sees)].filter((match) => match !== null);
  }

  #alike(call: Call, sees: Sees): Match | null {
    const alike = this.#calls.alike(call);
    const seen = alike
      .flatMap(({ failures }) => failures.filter(sees))
      .sort((a, b) => b.at - a.at || b.seq - a.seq);
    const [last] = seen;
    if (last === undefined) return null;
    const rule = alike[0]?.key === call.key && alike[0].failures.some(sees) ? 'exact' : 'fuzzy';
    const worked = latest(alike.flatMap((known) => known.worked ?? []).filter(sees));
    const outlook = worked === null ? 'never' : worked.at > last.at ? 'since' : 'before';
    const general = `alike ${outlook}`;
    const special = `${general} ${rule} ${Math.min(seen.length, 3)}`;
    const kinds = [general, special, `${special} ${groupOf(call)}`];
    return { rule, kinds, evidence: seen, worked: worked?.event ?? null };
  }

  /** The tool failed in the same way more than once in a row in this session. */
  #run(call: Call, sees: Sees): Match | null {
    const run = this.#runs.failing(call).filter(sees);
    if (run.length < 2) return null;
    const special = `run ${groupOf(call)}`;
    const kinds = ['run', special, `${special} ${Math.min(run.length, 3)}`];
    return { rule: 'run', kinds, evidence: run.toReversed(), worked: null };
  }
}

/** Commands fail because of what they check, edits because of the text they meet; the rest because of how they are called. */
const groupOf = ({ family }: Call): string => (family === 'shell' || family === 'edit' ? family : 'rest');

const latest = (all: readonly Success[]): Success | null =>
  all.reduce<Success | null>((last, one) => (last === null || one.at > last.at ? one : last), null);
