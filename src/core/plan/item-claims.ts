/** Which claims were ever taken of which item, whatever became of them. */
export class ItemClaims {
  #byItem = new Map<string, Set<string>>();

  /** Takes in a write of a claim; in any order. */
  note(claim: string, { item }: Readonly<Record<string, unknown>>): void {
    if (typeof item !== 'string') return;
    const known = this.#byItem.get(item);
    if (known === undefined) this.#byItem.set(item, new Set([claim]));
    else known.add(claim);
  }

  of(item: string): ReadonlySet<string> {
    return this.#byItem.get(item) ?? none;
  }

  static from(
    writes: readonly { kind: string; key: string; set: Readonly<Record<string, unknown>> }[],
  ): ItemClaims {
    const claims = new ItemClaims();
    for (const { kind, key, set } of writes) if (kind === 'claim') claims.note(key, set);
    return claims;
  }
}

const none: ReadonlySet<string> = new Set();
