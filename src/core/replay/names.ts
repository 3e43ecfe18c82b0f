/** Gives names numbers, from 0 in the order in which they come. */
export class Names {
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.list.length);
    this.list.push(name);
    return this.list.length - 1;
  }

  /** Undefined: it has not come. */
  find(name: string): number | undefined {
    return this.#numbers.get(name);
  }
}
