import type { Place } from '../scope.ts';
import type { Call } from './call.ts';
import type { ErrorClass } from './failure.ts';

/** One failure of a call, as evidence. */
export interface Failure extends Place {
  event: string;
  session: string;
  at: number;
  class: ErrorClass;
  signature: string;
  /** Edits that its session had made by then. */
  edits: number;
}

export interface Success extends Place {
  event: string;
  at: number;
}

/** Calls that are the same, with the last failures of them (oldest first) and the last success. */
export interface KnownCall {
  key: string;
  tool: string;
  words: readonly number[];
  failures: readonly Failure[];
  worked: Success | null;
}

/** A call with what each of its words is worth: the rarer, the more. */
interface WeighedCall extends Call {
  weights: ReadonlyMap<number, number>;
  /** Of all of them together. */
  weight: number;
}

const keptFailures = 4;
/** Words of a call by which it is found: the rarest, when it came. */
const indexedWords = 12;
/** What so many calls have in common tells none of them from the others. */
const mostPostings = 200;
const likeness = 0.6;
/** Of those that share rare words, so many are compared whole: a call must not wait for more. */
const mostCompared = 100;

/** Calls by key and by words; those that came least recently go first. */
export class KnownCalls {
  #byKey = new Map<string, KnownCall>();
  #byWord = new Map<number, Set<string>>();
  #failedByWord = new Map<number, Set<string>>();
  #indexed = new Map<string, readonly number[]>();
  #most: number;

  constructor(most: number, known: Iterable<KnownCall> = []) {
    this.#most = most;
    for (const call of known) this.#put(call);
  }

  get size(): number {
    return this.#byKey.size;
  }

  /**
   * The same call and those like it (of the same tool, with much the same words, rare ones counting more), if any of
   * them has failed; most calls are like none that did, and that is soon known.
   */
  alike(call: Call): KnownCall[] {
    const same = this.#byKey.get(call.key);
    const hasFailed = same !== undefined && same.failures.length > 0;
    const weights = new Map(call.words.map((word) => [word, this.#weigh(word)]));
    const weighed = { ...call, weights, weight: sum(weights.values()) };
    if (!hasFailed && this.#similar(weighed, this.#failedByWord).length === 0) return [];
    return [...(same === undefined ? [] : [same]), ...this.#similar(weighed, this.#byWord)];
  }

  #similar(call: WeighedCall, index: ReadonlyMap<number, ReadonlySet<string>>): KnownCall[] {
    const common = new Map<string, number>();
    for (const word of this.#rarest(call.words))
      for (const key of index.get(word) ?? []) common.set(key, (common.get(key) ?? 0) + 1);
    common.delete(call.key);
    return [...common]
      .sort(([, a], [, b]) => b - a)
      .slice(0, mostCompared)
      .flatMap(([key]) => this.#byKey.get(key) ?? [])
      .filter((known) => this.#isLike(call, known));
  }

  add(call: Call, ended: { failure: Failure } | { success: Success }): void {
    const known = this.#byKey.get(call.key);
    if (known !== undefined) this.#drop(known);
    const { key, tool, words } = call;
    const before = known?.failures ?? [];
    if ('failure' in ended) {
      const failures = [...before, ended.failure].slice(-keptFailures);
      this.#put({ key, tool, words, failures, worked: known?.worked ?? null });
    } else this.#put({ key, tool, words, failures: before, worked: ended.success });
    for (const oldest of this.#byKey.values()) {
      if (this.#byKey.size <= this.#most) break;
      this.#drop(oldest);
    }
  }

  /** The newest calls, at most so many. */
  newest(most: number): KnownCall[] {
    return [...this.#byKey.values()].slice(-most);
  }

  #isLike({ tool, weights, weight }: WeighedCall, known: KnownCall): boolean {
    if (known.tool !== tool) return false;
    const both = sum(known.words.map((word) => weights.get(word) ?? 0));
    // Most have too little in common whatever else they say: what theirs weighs is not asked.
    if (both < likeness * weight) return false;
    const theirs = sum(known.words.map((word) => weights.get(word) ?? this.#weigh(word)));
    return both >= likeness * (weight + theirs - both);
  }

  #count = (word: number): number => this.#byWord.get(word)?.size ?? 0;

  #weigh = (word: number): number => Math.log(1 + this.#byKey.size / (1 + this.#count(word))) + 0.1;

  #rarest(words: readonly number[]): readonly number[] {
    if (words.length <= indexedWords) return words;
    return words.toSorted((a, b) => this.#count(a) - this.#count(b)).slice(0, indexedWords);
  }

  #put(call: KnownCall): void {
    const indexed = this.#rarest(call.words).filter((word) => this.#count(word) < mostPostings);
    this.#byKey.set(call.key, call);
    this.#indexed.set(call.key, indexed);
    for (const word of indexed) {
      addTo(this.#byWord, word, call.key);
      if (call.failures.length > 0) addTo(this.#failedByWord, word, call.key);
    }
  }

  #drop({ key }: KnownCall): void {
    for (const word of this.#indexed.get(key) ?? []) {
      removeFrom(this.#byWord, word, key);
      removeFrom(this.#failedByWord, word, key);
    }
    this.#indexed.delete(key);
    this.#byKey.delete(key);
  }
}

const sum = (weights: Iterable<number>): number => {
  let all = 0;
  for (const weight of weights) all += weight;
  return all;
};

function addTo(index: Map<number, Set<string>>, word: number, key: string): void {
  const keys = index.get(word);
  if (keys === undefined) index.set(word, new Set([key]));
  else keys.add(key);
}

function removeFrom(index: Map<number, Set<string>>, word: number, key: string): void {
  const keys = index.get(word);
  keys?.delete(key);
  if (keys?.size === 0) index.delete(word);
}
