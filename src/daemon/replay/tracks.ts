import { Track } from '../../core/replay/track.ts';
import type { Scope } from '../../core/scope.ts';
import type { Span } from '../../schema/view.ts';
import type { Filter } from '../../store/filter.ts';
import { boardOf, spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** What is replayed, as far as it is read from the store. */
export interface Replayed {
  scope: Scope;
  /** Null: all that the scope sees. */
  sessions: readonly string[] | null;
}

interface Known {
  track: Track;
  /** Writer → how far it had come before the track was read. */
  seen: ReadonlyMap<string, number>;
  /** Events in the store then. */
  count: number;
}

/** Steps that are kept of one workspace, of all tracks together: about 100 MB. */
const mostSteps = 2_500_000;
const mostTracks = 32;
/** Tracks that nobody has asked for so long are given up. */
const keptMs = 5 * 60 * 1000;

const tracks = new WeakMap<OpenWorkspace, Tracks>();

/** The steps of what is replayed, in order. They are read once and then followed, so that a page of a million costs no more than itself. */
export function trackOf(open: OpenWorkspace, replayed: Replayed): Promise<Track> {
  const known = tracks.get(open) ?? new Tracks(open);
  tracks.set(open, known);
  return known.of(replayed);
}

class Tracks {
  readonly #open: OpenWorkspace;
  readonly #known = new Map<string, Promise<Known>>();
  readonly #sizes = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(open: OpenWorkspace) {
    this.#open = open;
  }

  async of(replayed: Replayed): Promise<Track> {
    const key = keyOf(replayed);
    const before = this.#known.get(key);
    // Who asks while it is being read waits for that, and then for what has come since.
    const reading = (before ?? Promise.resolve(null)).then(
      (known) => this.#follow(replayed, known),
      () => this.#follow(replayed, null),
    );
    this.#known.delete(key);
    this.#known.set(key, reading);
    this.#wait();
    try {
      const { track } = await reading;
      this.#sizes.set(key, track.size);
      this.#makeRoom();
      return track;
    } catch (error) {
      if (this.#known.get(key) === reading) this.#known.delete(key);
      throw error;
    }
  }

  async #follow(replayed: Replayed, known: Known | null): Promise<Known> {
    const { store } = this.#open;
    const [count, seen] = [store.count(), seenNow(this.#open)];
    if (known !== null && known.count === count && isSame(known.seen, seen)) return known;
    const spans = spansOf(this.#open, replayed.scope);
    const news = known === null ? null : newsOf(spans, known.seen, seen.keys());
    const filter: Filter = { spans: news ?? spans };
    if (replayed.sessions !== null) filter.sessions = replayed.sessions;
    const board = boardOf(this.#open);
    const read = new Track();
    await store.outline(filter, (event) => {
      // How far writers have seen each other is nobody's work.
      if (event.type !== 'writer.observed') read.add(event, event.branch === board);
    });
    read.arrange();
    const track = news === null || known === null ? read : known.track.with(read);
    return { track, seen, count };
  }

  #makeRoom(): void {
    for (const key of this.#known.keys()) {
      const steps = [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
      if (this.#known.size === 1 || (steps <= mostSteps && this.#known.size <= mostTracks)) break;
      this.#known.delete(key);
      this.#sizes.delete(key);
    }
  }

  #wait(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#known.clear();
      this.#sizes.clear();
    }, keptMs).unref();
  }
}

/** Equal for replays of the same events. */
const keyOf = ({ scope, sessions }: Replayed): string =>
  `${scope.canonical()}\n${sessions?.join(' ') ?? '*'}`;

const seenNow = ({ store }: OpenWorkspace): Map<string, number> =>
  new Map(store.writers().map((writer) => [writer, store.seenUpTo(writer)]));

const isSame = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  a.size === b.size && [...a].every(([writer, seq]) => b.get(writer) === seq);

/** More runs than these are not quicker to read than everything. */
const mostRuns = 2_000;

/** The spans behind what was seen; what came early, before a gap was filled, is in them once more. Null: too many. */
function newsOf(
  spans: readonly Span[],
  seen: ReadonlyMap<string, number>,
  writers: Iterable<string>,
): Span[] | null {
  const all = [...writers];
  const news: Span[] = [];
  for (const span of spans)
    for (const writer of span.writer === null ? all : [span.writer]) {
      const after = Math.max(span.after ?? 0, seen.get(writer) ?? 0);
      if (span.upTo === null || span.upTo > after) news.push({ ...span, writer, after });
      if (news.length > mostRuns) return null;
    }
  return news;
}
