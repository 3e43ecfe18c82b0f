import type { BranchRecord } from './branch.ts';

/** Finds branches by their name without looking at all of them. Several may have one: two machines, or one that was deleted. */
export class BranchNames {
  #byLook = new Map<string, Set<string>>();
  #looks = new Map<string, string>();

  static of(records: Iterable<BranchRecord>): BranchNames {
    const names = new BranchNames();
    for (const record of records) names.note(record);
    return names;
  }

  /** Takes in what a branch is called now. */
  note({ id, name }: BranchRecord): void {
    const look = lookOf(name);
    const before = this.#looks.get(id);
    if (before === look) return;
    if (before !== undefined) this.#byLook.get(before)?.delete(id);
    this.#looks.set(id, look);
    const ids = this.#byLook.get(look) ?? new Set();
    this.#byLook.set(look, ids.add(id));
  }

  /** Ids of the branches whose names look like this one. */
  alike(name: string): string[] {
    return [...(this.#byLook.get(lookOf(name)) ?? [])];
  }
}

const ascii = /^[\x20-\x7e]*$/;

/** Names that look alike are one name. */
export const lookOf = (name: string): string =>
  (ascii.test(name) ? name : name.normalize('NFC').replace(/\p{Default_Ignorable_Code_Point}/gu, ''))
    .trim()
    .toLowerCase();
