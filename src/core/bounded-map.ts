/** Counts by names that come from outside: when there are twice as many as `most`, those with the least weight are let go. */
export class BoundedMap<T> {
  #counts = new Map<string, T>();
  readonly #most: number;
  readonly #weigh: (count: T) => number;

  constructor(most: number, weigh: (count: T) => number) {
    this.#most = most;
    this.#weigh = weigh;
  }

  /** The count of a name; a new one where there is none. */
  at(name: string, make: () => T): T {
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    if (this.#counts.size >= 2 * this.#most) this.#drop();
    const made = make();
    this.#counts.set(name, made);
    return made;
  }

  values(): T[] {
    return [...this.#counts.values()];
  }

  #drop(): void {
    const weights = [...this.#counts].map(([name, count]) => ({ name, weight: this.#weigh(count) }));
    weights.sort((a, b) => b.weight - a.weight);
    for (const { name } of weights.slice(this.#most)) this.#counts.delete(name);
  }
}
