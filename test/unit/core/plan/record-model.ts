/** What two machines write of plan items, and what follows of it: as simple as can be, for the real folds to be held against. */

export interface ModelWrite {
  machine: number;
  /** Place in that machine's own order, from 1. */
  seq: number;
  clock: number;
  item: string;
  set: Record<string, unknown>;
  /** Field → the writes of it that this one has seen and replaces. */
  over: Record<string, ModelWrite[]>;
}

export type ModelStep =
  | { machine: number; item: string; set: Record<string, unknown> }
  | { machine: number; sync: true };

/** The later in everybody's order. */
const isLater = (a: ModelWrite, b: ModelWrite): boolean =>
  a.clock === b.clock ? a.machine > b.machine : a.clock > b.clock;

/** Values of a field that no write which is there has replaced, the last one last. */
export function standing(writes: readonly ModelWrite[], item: string, field: string): ModelWrite[] {
  const those = writes.filter((write) => write.item === item && field in write.set);
  const replaced = those.flatMap((write) => write.over[field] ?? []);
  return those.filter((write) => !replaced.includes(write)).sort((a, b) => (isLater(a, b) ? 1 : -1));
}

/** Lets two machines write and hear of each other; returns all writes, machine by machine. */
export function history(steps: readonly ModelStep[]): ModelWrite[] {
  const own: ModelWrite[][] = [[], []];
  const seen: ModelWrite[][] = [[], []];
  for (const step of steps) {
    const [mine, other] = [own[step.machine] ?? [], own[1 - step.machine] ?? []];
    const known = seen[step.machine] ?? [];
    if ('sync' in step) {
      for (const write of other) if (!known.includes(write)) known.push(write);
      continue;
    }
    const over = Object.fromEntries(
      Object.keys(step.set).map((field) => [field, standing(known, step.item, field)]),
    );
    const clock = Math.max(0, ...known.map((write) => write.clock)) + 1;
    const write = { ...step, seq: mine.length + 1, clock, over };
    mine.push(write);
    known.push(write);
  }
  return own.flat();
}

export interface ModelItem {
  shown: Record<string, unknown>;
  /** Fields of which several values stand that say different things. */
  contested: string[];
}

/** Every item by its id. */
export function fold(writes: readonly ModelWrite[]): Record<string, ModelItem> {
  const items: Record<string, ModelItem> = {};
  for (const id of new Set(writes.map(({ item }) => item))) {
    const fields = new Set(writes.filter(({ item }) => item === id).flatMap(({ set }) => Object.keys(set)));
    const item: ModelItem = { shown: {}, contested: [] };
    for (const field of [...fields].sort()) {
      const values = standing(writes, id, field).map(({ set }) => JSON.stringify(set[field]));
      item.shown[field] = JSON.parse(values.at(-1) ?? 'null');
      if (new Set(values).size > 1) item.contested.push(field);
    }
    items[id] = item;
  }
  return items;
}
