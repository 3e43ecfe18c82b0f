import { type Deed, deedOf, deedTypes } from '../core/brief/deed.ts';
import type { Scope } from '../core/scope.ts';
import type { Event, FoldedEvent } from '../schema/event.ts';
import type { Filter } from '../store/filter.ts';
import { everywhere } from './lines.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/** How much is kept of each kind of deed, the latest by when it happened. */
const kept: Readonly<Record<Deed['what'], number>> = {
  edit: 1_500,
  failure: 400,
  note: 300,
  attempt: 500,
  decision: 200,
};
/** So far back, in events of each writer, is looked for what was done before the workspace was opened. */
const eventsBack = 20_000;
/** Kinds of which there are few, and which count for longer. */
const lasting = ['memory.attempted', 'memory.decided', 'memory.agreed'];
const passing: string[] = deedTypes.filter((type) => !lasting.includes(type));
const spoken = new Set<string>(deedTypes);

/**
 * What was done lately in a workspace, on whatever branch, as briefs tell it: kept in memory, because a brief has no time to
 * look for it. What was done before the workspace was opened is read once.
 */
export class RecentWork {
  readonly #deeds = new Map<Deed['what'], Deed[]>();
  readonly #known = new Set<string>();
  #loading: Promise<void> | null = null;

  /** Takes in an event as it is folded; one of which no more than the envelope is there will be read. */
  note(event: FoldedEvent): void {
    if (event.type === 'event.forgotten') this.#forget();
    if (event.text === undefined || event.body === undefined || event.paths === undefined) return;
    if (event.status === 'ok' && !spoken.has(event.type)) return;
    this.#add(event as Event);
  }

  #add(event: Event): void {
    const deed = this.#known.has(event.id) ? null : deedOf(event);
    if (deed === null) return;
    const list = this.#deeds.get(deed.what) ?? [];
    this.#deeds.set(deed.what, list);
    const [oldest] = list;
    if (list.length >= kept[deed.what] && oldest !== undefined && oldest.at > deed.at) return;
    this.#known.add(deed.id);
    list.splice(placeOf(list, deed.at), 0, deed);
    if (list.length <= kept[deed.what]) return;
    const gone = list.shift();
    if (gone !== undefined) this.#known.delete(gone.id);
  }

  /** What has been forgotten may be among them: all of it is read anew. */
  #forget(): void {
    this.#deeds.clear();
    this.#known.clear();
    this.#loading = null;
  }

  /** What is seen from `scope`, once everything is read. */
  async seenFrom(open: OpenWorkspace, scope: Scope): Promise<Deed[]> {
    await this.load(open);
    return [...this.#deeds.values()]
      .flat()
      .filter((deed) => scope.sees(deed) && open.replaced.seenFrom(scope, deed.id) === null);
  }

  /** Reads what was done before; once, however often it is asked. */
  load(open: OpenWorkspace): Promise<void> {
    if (this.#loading !== null) return this.#loading;
    const loading = this.#read(open).catch((error: unknown) => {
      this.#loading = null;
      throw error;
    });
    this.#loading = loading;
    return loading;
  }

  /** Resolves when nothing is being read any more. */
  async settle(): Promise<void> {
    await this.#loading?.catch(() => undefined);
  }

  async #read(open: OpenWorkspace): Promise<void> {
    const late = { spans: lateSpans(open) };
    for (const [filter, most] of [
      [{ ...late, types: passing }, kept.edit + kept.note],
      [{ ...late, statuses: ['failed', 'rejected'] }, kept.failure + kept.attempt],
      [{ spans: everywhere(open), types: lasting }, kept.attempt + kept.decision],
    ] as [Filter, number][]) {
      const positions = await open.store.positions(filter);
      for (const event of await open.store.at(filter, positions.slice(-most))) this.#add(event);
    }
  }
}

/** The last events of each writer, on every branch. */
const lateSpans = (open: OpenWorkspace): Filter['spans'] =>
  open.store.writers().flatMap((writer) => {
    const after = Math.max(0, open.store.seenUpTo(writer) - eventsBack);
    return [...open.branches.keys()].map((branch) => ({ branch, writer, upTo: null, after }));
  });

/** Where something that happened then belongs in a list that is sorted by it. */
function placeOf(list: readonly Deed[], at: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
