import type { Event } from '../schema/event.ts';
import type { Cut, Span } from '../schema/view.ts';

export type Place = Pick<Event, 'branch' | 'writer' | 'seq'>;

/** Everything of a branch, also what is still to come. */
const live = null;

/** What a reader sees: of each branch all of it, or each writer's events up to a seq. */
export class Scope {
  #branches = new Map<string, Map<string, number> | typeof live>();

  /** Adds the events of a branch up to `cut`, or (null) all of them; what was seen before stays. */
  add(branch: string, cut: Cut | null): void {
    const known = this.#branches.get(branch);
    if (known === live) return;
    if (cut === null) {
      this.#branches.set(branch, live);
      return;
    }
    const writers = known ?? new Map<string, number>();
    this.#branches.set(branch, writers);
    for (const [writer, seq] of Object.entries(cut))
      if (seq > (writers.get(writer) ?? 0)) writers.set(writer, seq);
  }

  covers(branch: string, cut: Cut | null): boolean {
    const known = this.#branches.get(branch);
    if (known === live) return true;
    if (known === undefined || cut === null) return false;
    return Object.entries(cut).every(([writer, seq]) => (known.get(writer) ?? 0) >= seq);
  }

  sees({ branch, writer, seq }: Place): boolean {
    const known = this.#branches.get(branch);
    if (known === undefined) return false;
    return known === live || (known.get(writer) ?? 0) >= seq;
  }

  /** Last visible seq of a writer on a branch; null: all of them. */
  reach(branch: string, writer: string): number | null {
    const known = this.#branches.get(branch);
    return known === live ? null : (known?.get(writer) ?? 0);
  }

  /** Branches of which something is seen. */
  get size(): number {
    return this.#branches.size;
  }

  has(branch: string): boolean {
    return this.#branches.has(branch);
  }

  branches(): IterableIterator<string> {
    return this.#branches.keys();
  }

  spans(): Span[] {
    const spans: Span[] = [];
    for (const [branch, writers] of this.#branches) {
      if (writers === live) spans.push({ branch, writer: null, upTo: null });
      else for (const [writer, upTo] of writers) spans.push({ branch, writer, upTo });
    }
    return spans;
  }

  /** Pointwise minimum: what both see. */
  meet(other: Scope): Scope {
    const both = new Scope();
    for (const [branch, writers] of this.#branches) {
      const others = other.#branches.get(branch);
      if (others === undefined) continue;
      if (writers === live || others === live) {
        both.#branches.set(branch, writers === live ? copyOf(others) : copyOf(writers));
        continue;
      }
      const least = new Map<string, number>();
      for (const [writer, seq] of writers) {
        const seen = Math.min(seq, others.get(writer) ?? 0);
        if (seen > 0) least.set(writer, seen);
      }
      if (least.size > 0) both.#branches.set(branch, least);
    }
    return both;
  }

  /** The runs of events that this sees and `other` does not. Neither may have a live branch that the other has a part of. */
  without(other: Scope): Span[] {
    const spans: Span[] = [];
    for (const span of this.spans()) {
      const { branch, writer, upTo } = span;
      const after = writer === null ? (other.has(branch) ? null : 0) : other.reach(branch, writer);
      if (after === null || (upTo !== null && after >= upTo)) continue;
      spans.push(after === 0 ? span : { ...span, after });
    }
    return spans;
  }

  /** The same as text, equal for equal scopes. */
  canonical(): string {
    const lines = this.spans().map(({ branch, writer, upTo }) => `${branch} ${writer ?? '*'} ${upTo ?? '*'}`);
    return lines.sort().join('\n');
  }
}

const copyOf = (writers: Map<string, number> | typeof live): Map<string, number> | typeof live =>
  writers === live ? live : new Map(writers);
