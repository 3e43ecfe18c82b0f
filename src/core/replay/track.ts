import type { OutlinedEvent } from '../../schema/event.ts';
import { hlcMs } from '../hlc.ts';
import { Names } from './names.ts';
import { kindsOf } from './step-kinds.ts';

/**
 * Recorded so much later than it happened, an event was brought in afterwards (an import, a spool): it then stands
 * where its own clock says. Twice the difference that clocks of several machines may have (`maxSkewMs`).
 */
const lateMs = 10 * 60 * 1000;

/** Not before any reading of a clock. */
const latestHlc = 'f'.repeat(16);

/** The steps of a replay in columns, in their order: 41 bytes for each of what may be a million. */
export class Track {
  size = 0;
  readonly writers = new Names();
  readonly sessions = new Names();
  readonly agents = new Names();
  /** Epoch milliseconds at which it happened, and not after it was recorded. */
  at = new Float64Array(0);
  seq = new Float64Array(0);
  writer = new Uint32Array(0);
  session = new Uint32Array(0);
  agent = new Uint32Array(0);
  kinds = new Uint8Array(0);
  /** 1: it stands on the board, which everybody sees. */
  shared = new Uint8Array(0);
  #ms = new Float64Array(0);
  #counter = new Uint16Array(0);
  /** The least and the greatest clock reading. */
  #hlcs: [least: string, greatest: string] = [latestHlc, ''];
  /** Where in time the first and the last step stand. */
  #times: [first: number, last: number] = [0, 0];

  add(event: OutlinedEvent, isShared: boolean): void {
    const place = this.size;
    this.#makeRoom(place + 1);
    this.#widen(event.hlc, event.hlc);
    const ms = hlcMs(event.hlc);
    this.at[place] = Math.min(event.at, ms);
    this.seq[place] = event.seq;
    this.writer[place] = this.writers.numberOf(event.writer);
    this.session[place] = this.sessions.numberOf(event.session);
    this.agent[place] = this.agents.numberOf(event.agent);
    this.kinds[place] = kindsOf(event);
    this.shared[place] = isShared ? 1 : 0;
    this.#ms[place] = ms;
    this.#counter[place] = Number.parseInt(event.hlc.slice(12), 16);
    this.size += 1;
  }

  /** Puts the steps in their order. */
  arrange(): void {
    this.#take(this.#inRecordedOrder());
    const times = this.#timesInOrder();
    if (!isAscending(times)) {
      // Each session keeps its own order, in which its times ascend.
      const order = Array.from(times.keys()).sort((a, b) => numberIn(times, a) - numberIn(times, b) || a - b);
      this.#take(order);
      times.sort();
    }
    this.#times = [times[0] ?? 0, times.at(-1) ?? 0];
    this.#fill(this, (column) => (column.length === this.size ? column : cut(column, this.size)));
  }

  /** This and `news`, both arranged: itself where all of these come behind its last step, else another track. */
  with(news: Track): Track {
    if (news.size === 0) return this;
    const isBehind = news.#hlcs[0] > this.#hlcs[1] && news.#times[0] >= this.#times[1];
    const track = isBehind ? this : this.#copy();
    track.#append(news);
    if (isBehind) track.#times = [this.size === news.size ? news.#times[0] : this.#times[0], news.#times[1]];
    else track.arrange();
    return track;
  }

  #append(news: Track): void {
    const [from, to] = [this.size, this.size + news.size];
    this.#makeRoom(to);
    const numbers = (['writers', 'sessions', 'agents'] as const).map((names) =>
      news[names].list.map((name) => this[names].numberOf(name)),
    );
    for (let place = 0; place < news.size; place += 1) {
      this.writer[from + place] = numberIn(numbers[0] ?? [], numberIn(news.writer, place));
      this.session[from + place] = numberIn(numbers[1] ?? [], numberIn(news.session, place));
      this.agent[from + place] = numberIn(numbers[2] ?? [], numberIn(news.agent, place));
    }
    for (const column of ['at', 'seq', 'kinds', 'shared'] as const)
      this[column].set(news[column].subarray(0, news.size), from);
    this.#ms.set(news.#ms.subarray(0, news.size), from);
    this.#counter.set(news.#counter.subarray(0, news.size), from);
    this.#widen(...news.#hlcs);
    this.size = to;
  }

  #copy(): Track {
    const track = new Track();
    for (const names of ['writers', 'sessions', 'agents'] as const)
      for (const name of this[names].list) track[names].numberOf(name);
    track.#fill(this, (column) => cut(column, this.size));
    track.#hlcs = this.#hlcs;
    track.size = this.size;
    return track;
  }

  #widen(least: string, greatest: string): void {
    this.#hlcs = [
      least < this.#hlcs[0] ? least : this.#hlcs[0],
      greatest > this.#hlcs[1] ? greatest : this.#hlcs[1],
    ];
  }

  /** Fold order, each event once. */
  #inRecordedOrder(): number[] {
    const order = Array.from({ length: this.size }, (_, place) => place);
    // The sort is quick where most is sorted, as what comes from tables is.
    order.sort((a, b) => this.#compare(a, b));
    return order.filter((place, at) => at === 0 || this.#compare(order[at - 1] ?? 0, place) !== 0);
  }

  #compare(a: number, b: number): number {
    const writers = this.writers.list;
    return (
      numberIn(this.#ms, a) - numberIn(this.#ms, b) ||
      numberIn(this.#counter, a) - numberIn(this.#counter, b) ||
      compareNames(writers[numberIn(this.writer, a)], writers[numberIn(this.writer, b)]) ||
      numberIn(this.seq, a) - numberIn(this.seq, b)
    );
  }

  /**
   * Where in time each step stands, no step of a session before the ones that it comes after: when it was recorded, by
   * a clock that knows what had been seen before; of what was brought in late, when it happened.
   */
  #timesInOrder(): Float64Array {
    const times = new Float64Array(this.size);
    const reached = new Map<number, number>();
    for (let place = 0; place < this.size; place += 1) {
      const at = numberIn(this.at, place);
      const ms = numberIn(this.#ms, place);
      const session = numberIn(this.session, place);
      const time = Math.max(ms - at > lateMs ? at : ms, reached.get(session) ?? Number.NEGATIVE_INFINITY);
      reached.set(session, time);
      times[place] = time;
    }
    return times;
  }

  #take(order: readonly number[]): void {
    this.#fill(this, (column) => {
      const taken = cut(column, order.length);
      for (let at = 0; at < order.length; at += 1) taken[at] = column[order[at] ?? 0] ?? 0;
      return taken;
    });
    this.size = order.length;
  }

  #makeRoom(size: number): void {
    if (size <= this.at.length) return;
    const room = Math.max(256, size, Math.ceil(this.at.length * 1.5));
    this.#fill(this, (column) => {
      const wider = new (column.constructor as new (length: number) => typeof column)(room);
      wider.set(column.subarray(0, this.size));
      return wider;
    });
  }

  #fill(from: Track, make: <C extends Column>(column: C) => C): void {
    this.at = make(from.at);
    this.seq = make(from.seq);
    this.writer = make(from.writer);
    this.session = make(from.session);
    this.agent = make(from.agent);
    this.kinds = make(from.kinds);
    this.shared = make(from.shared);
    this.#ms = make(from.#ms);
    this.#counter = make(from.#counter);
  }
}

type Column =
  | Float64Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

function isAscending(numbers: Float64Array): boolean {
  for (let at = 1; at < numbers.length; at += 1)
    if (numberIn(numbers, at) < numberIn(numbers, at - 1)) return false;
  return true;
}

const cut = <C extends Column>(column: C, size: number): C => column.slice(0, size) as C;

/** What stands at a place that is there. */
export const numberIn = (column: ArrayLike<number>, place: number): number => column[place] ?? 0;

const compareNames = (a = '', b = ''): number => (a === b ? 0 : a < b ? -1 : 1);
