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

/** A call, and the words by which it is found. */
interface Indexed {
  call: KnownCall;
  words: readonly number[];
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
const mostCompared = 40;

/** Calls by key and by words; those that came least recently go first. */
export class KnownCalls {
  /** Where each call stands, by its key; those that came last are the last. */
  #slotOf = new Map<string, number>();
  /** Calls by small numbers: what shares a word is counted thousands of times for one question. */
  #slots: (Indexed | undefined)[] = [];
  #freeSlots: number[] = [];
  /** Of the question at hand: words that it shares with the call of each slot. */
  #shared: Uint8Array;
  #byWord = new Map<number, Set<number>>();
  #failedByWord = new Map<number, Set<number>>();
  #most: number;

  constructor(most: number, known: Iterable<KnownCall> = []) {
    this.#most = most;
    this.#shared = new Uint8Array(most + 1);
    for (const call of known) this.#put(call);
  }

  get size(): number {
    return this.#slotOf.size;
  }

  /**
   * The same call and those like it (of the same tool, with much the same words, rare ones counting more), if any of
   * them has failed; most calls are like none that did, and that is soon known.
   */
  alike(call: Call): KnownCall[] {
    const same = this.#at(call.key);
    const hasFailed = same !== undefined && same.failures.length > 0;
    const weights = new Map(call.words.map((word) => [word, this.#weigh(word)]));
    const weight = [...weights.values()].reduce((sum, one) => sum + one, 0);
    const weighed = { ...call, weights, weight };
    const isLike = (known: KnownCall): boolean => this.#isLike(weighed, known);
    if (!hasFailed && !this.#sharing(call, this.#failedByWord).some(isLike)) return [];
    return [...(same === undefined ? [] : [same]), ...this.#sharing(call, this.#byWord).filter(isLike)];
  }

  /** Other calls that share rare words with this one, those that share most first. */
  #sharing(call: Call, index: ReadonlyMap<number, ReadonlySet<number>>): KnownCall[] {
    const shared = this.#shared;
    const own = this.#slotOf.get(call.key);
    const found: number[] = [];
    for (const word of this.#rarest(call.words))
      for (const slot of index.get(word) ?? []) {
        const before = shared[slot] ?? 0;
        if (before === 0) found.push(slot);
        shared[slot] = before + 1;
      }
    const byCount: number[][] = Array.from({ length: indexedWords + 1 }, () => []);
    for (const slot of found) {
      if (slot !== own) byCount[shared[slot] ?? 0]?.push(slot);
      shared[slot] = 0;
    }
    return byCount
      .reverse()
      .flat()
      .slice(0, mostCompared)
      .flatMap((slot) => this.#slots[slot]?.call ?? []);
  }

  #at(key: string): KnownCall | undefined {
    const slot = this.#slotOf.get(key);
    return slot === undefined ? undefined : this.#slots[slot]?.call;
  }

  add(call: Call, ended: { failure: Failure } | { success: Success }): void {
    const known = this.#at(call.key);
    const { key, tool, words } = call;
    const before = known?.failures ?? [];
    if ('failure' in ended) {
      const failures = [...before, ended.failure].slice(-keptFailures);
      this.#put({ key, tool, words, failures, worked: known?.worked ?? null });
    } else this.#put({ key, tool, words, failures: before, worked: ended.success });
  }

  /** The newest calls, at most so many. */
  newest(most: number): KnownCall[] {
    return [...this.#slotOf.keys()].slice(-most).flatMap((key) => this.#at(key) ?? []);
  }

  #isLike({ tool, weights, weight }: WeighedCall, known: KnownCall): boolean {
    if (known.tool !== tool) return false;
    // Loops of their own: this runs a hundred times and more for each call that is learnt from.
    let both = 0;
    for (const word of known.words) both += weights.get(word) ?? 0;
    // Most have too little in common whatever else they say: what theirs weighs is not asked.
    if (both < likeness * weight) return false;
    let theirs = 0;
    for (const word of known.words) theirs += weights.get(word) ?? this.#weigh(word);
    return both >= likeness * (weight + theirs - both);
  }

  #count = (word: number): number => this.#byWord.get(word)?.size ?? 0;

  #weigh = (word: number): number => Math.log(1 + this.size / (1 + this.#count(word))) + 0.1;

  #rarest(words: readonly number[]): readonly number[] {
    if (words.length <= indexedWords) return words;
    return words.toSorted((a, b) => this.#count(a) - this.#count(b)).slice(0, indexedWords);
  }

  #put(call: KnownCall): void {
    this.#drop(call.key);
    const words = this.#rarest(call.words).filter((word) => this.#count(word) < mostPostings);
    const slot = this.#freeSlots.pop() ?? this.#slots.length;
    this.#slots[slot] = { call, words };
    this.#slotOf.set(call.key, slot);
    for (const word of words) {
      addTo(this.#byWord, word, slot);
      if (call.failures.length > 0) addTo(this.#failedByWord, word, slot);
    }
    for (const oldest of this.#slotOf.keys()) {
      if (this.size <= this.#most) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const slot = this.#slotOf.get(key);
    if (slot === undefined) return;
    for (const word of this.#slots[slot]?.words ?? []) {
      removeFrom(this.#byWord, word, slot);
      removeFrom(this.#failedByWord, word, slot);
    }
    this.#slots[slot] = undefined;
    this.#freeSlots.push(slot);
    this.#slotOf.delete(key);
  }
}

function addTo(index: Map<number, Set<number>>, word: number, slot: number): void {
  const slots = index.get(word);
  if (slots === undefined) index.set(word, new Set([slot]));
  else slots.add(slot);
}

function removeFrom(index: Map<number, Set<number>>, word: number, slot: number): void {
  const slots = index.get(word);
  slots?.delete(slot);
  if (slots?.size === 0) index.delete(word);
}
