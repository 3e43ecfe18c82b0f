/**
 * What may be seen from where, told as simply as it can be: a list of events and sets that are copied and united.
 * Nothing in here is imported: it shall not be wrong in the way in which the code is wrong.
 */
export interface Fact {
  id: string;
  type: string;
  /** Name of the branch in the model; null: the board, which everybody sees. */
  branch: string | null;
  session: string;
  agent: string;
  /** What occurs in this event first, and is a secret of whoever sees it. */
  words: readonly string[];
  /** What it writes of a record: the kind and the key, and for each field a value. */
  record?: { kind: string; key: string; set: Readonly<Record<string, unknown>> };
  /** Records of which a merge has decided something. */
  decided: readonly string[];
}

interface Line {
  /** Events that are seen from it, without the board's. */
  seen: Set<Fact>;
  parent: string | null;
  isDeleted: boolean;
}

export class BranchModel {
  /** In the order in which they happened. */
  readonly facts: Fact[] = [];
  readonly lines = new Map<string, Line>([['main', { seen: new Set(), parent: null, isDeleted: false }]]);
  /** Event → what was seen from its branch right after it, the board as it was. */
  readonly after = new Map<Fact, ReadonlySet<Fact>>();
  /** Record field's event → the events whose value it replaced, for it saw them. */
  readonly #over = new Map<string, string[]>();

  add(fact: Fact): void {
    const { record, branch } = fact;
    for (const field of Object.keys(record?.set ?? {}))
      this.#over.set(`${fact.id} ${field}`, record === undefined ? [] : this.alive(branch, record, field));
    this.facts.push(fact);
    if (branch === null) return;
    this.line(branch).seen.add(fact);
    this.after.set(fact, this.seen(branch));
  }

  /** `at`: as it was when that event was recorded. */
  fork(name: string, from: string, at?: Fact): void {
    const seen = new Set(at === undefined ? this.line(from).seen : this.after.get(at));
    for (const fact of seen) if (fact.branch === null) seen.delete(fact);
    this.lines.set(name, { seen, parent: at?.branch ?? from, isDeleted: false });
  }

  merge(source: string, target: string): void {
    for (const fact of this.line(source).seen) this.line(target).seen.add(fact);
  }

  rename(from: string, to: string): void {
    this.lines.set(to, this.line(from));
    this.lines.delete(from);
    for (const line of this.lines.values()) if (line.parent === from) line.parent = to;
    for (const fact of this.facts) if (fact.branch === from) fact.branch = to;
  }

  line(name: string): Line {
    const line = this.lines.get(name);
    if (line === undefined) throw new Error(`the model has no branch ${name}`);
    return line;
  }

  live(): string[] {
    return [...this.lines.keys()].filter((name) => !this.line(name).isDeleted);
  }

  /** With the board. */
  seen(branch: string): Set<Fact> {
    return new Set([...this.facts.filter((fact) => fact.branch === null), ...this.line(branch).seen]);
  }

  /** What a merge would make visible. */
  brings(source: string, target: string): Fact[] {
    return [...this.line(source).seen].filter((fact) => !this.line(target).seen.has(fact));
  }

  /** Events whose value of a record's field stands, as far as one sees: those that no other has replaced. */
  alive(
    branch: string | null,
    record: { kind: string; key: string },
    field: string,
    seen?: ReadonlySet<Fact>,
  ) {
    const all = seen ?? (branch === null ? new Set(this.facts) : this.seen(branch));
    const writes = [...all].filter(
      ({ record: written }) =>
        written?.kind === record.kind && written.key === record.key && field in written.set,
    );
    const replaced = new Set(writes.flatMap(({ id }) => this.#over.get(`${id} ${field}`) ?? []));
    return writes.map(({ id }) => id).filter((id) => !replaced.has(id));
  }
}
