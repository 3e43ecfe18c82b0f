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
    if (!hasFailed && this.#similar(call, this.#failedByWord).length === 0) return [];
    return [...(same === undefined ? [] : [same]), ...this.#similar(call, this.#byWord)];
  }

  #similar(call: Call, index: ReadonlyMap<number, ReadonlySet<string>>): KnownCall[] {
    const common = new Map<string, number>();
    for (const word of this.#rarest(call.words))
      for (const key of index.get(word) ?? []) common.set(key, (common.get(key) ?? 0) + 1);
    common.delete(call.key);
    if (common.size === 0) return [];
    const weight = this.#weigh(call.words);
    return [...common]
      .sort(([, a], [, b]) => b - a)
      .slice(0, mostCompared)
      .flatMap(([key]) => this.#byKey.get(key) ?? [])
      .filter((known) => this.#isLike(call, weight, known));
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

  #isLike(call: Call, weight: number, known: KnownCall): boolean {
    if (known.tool !== call.tool) return false;
    const theirs = new Set(known.words);
    const both = this.#weigh(call.words.filter((word) => theirs.has(word)));
    return both >= likeness * (weight + this.#weigh(known.words) - both);
  }

  #count = (word: number): number => this.#byWord.get(word)?.size ?? 0;

  #weigh(words: readonly number[]): number {
    const all = this.#byKey.size;
    return words.reduce((sum, word) => sum + Math.log(1 + all / (1 + this.#count(word))) + 0.1, 0);
  }

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
