import { MemoryReplaced } from '../../schema/bodies/record.ts';
import { compareEvents, type FoldedEvent } from '../../schema/event.ts';
import type { Place, Scope } from '../scope.ts';

/** That a fact or an attempt does not stand any more, and who said so. */
export interface Replacing extends Place {
  id: string;
  hlc: string;
  /** Epoch milliseconds. */
  at: number;
  who: string;
  /** What does not stand any more. */
  event: string;
  /** What took its place; null: it was withdrawn. */
  by: string | null;
  why: string;
}

/** Facts and attempts that do not stand any more, on any branch. They have no name, so their event stands for them. */
export class ReplacedNotes {
  static readonly reads: readonly string[] = ['memory.replaced'];

  readonly #byEvent = new Map<string, Replacing[]>();
  readonly #byReplacement = new Map<string, Replacing[]>();

  static of(saved: readonly Replacing[]): ReplacedNotes {
    const notes = new ReplacedNotes();
    for (const one of saved) notes.#add(one);
    return notes;
  }

  fold({ id, hlc, at, branch, writer, seq, actor, type, body }: FoldedEvent): void {
    if (!ReplacedNotes.reads.includes(type)) return;
    const said = MemoryReplaced.safeParse(body);
    if (!said.success) return;
    const { event, by, why = '' } = said.data;
    this.#add({ id, hlc, at, branch, writer, seq, who: actor.name, event, by, why });
  }

  #add(one: Replacing): void {
    push(this.#byEvent, one.event, one);
    if (one.by !== null) push(this.#byReplacement, one.by, one);
  }

  /** What was said last of an event, as far as it is seen from `scope`; null: it stands. */
  seenFrom(scope: Scope, event: string): Replacing | null {
    const all = this.#byEvent.get(event);
    if (all === undefined) return null;
    const seen = all.filter((one) => scope.sees(one));
    return seen.reduce<Replacing | null>(
      (last, one) => (last === null || compareEvents(last, one) < 0 ? one : last),
      null,
    );
  }

  /** What it took the place of, as far as that is seen from `scope`, the latest first. */
  before(scope: Scope, event: string): Replacing[] {
    const found: Replacing[] = [];
    let wanted = event;
    for (;;) {
      const one = this.#byReplacement
        .get(wanted)
        ?.find((other) => scope.sees(other) && !found.includes(other));
      if (one === undefined) return found;
      found.push(one);
      wanted = one.event;
    }
  }

  toJSON(): Replacing[] {
    return [...this.#byEvent.values()].flat();
  }
}

function push(lists: Map<string, Replacing[]>, key: string, one: Replacing): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [one]);
  else list.push(one);
}
