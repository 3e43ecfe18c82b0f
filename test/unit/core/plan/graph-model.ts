/** A plan as lists of pairs, and what follows of it, by trying everything: for the real walks to be held against. */

export interface ModelPlan {
  /** Items that are not over. */
  open: readonly string[];
  /** [what waits, what it waits for]: dependencies. */
  needs: readonly (readonly [string, string])[];
  /** [part, whole]. */
  parts: readonly (readonly [string, string])[];
}

/** The item, and all that it is a part of. */
function withWholes({ parts }: ModelPlan, id: string): Set<string> {
  const all = new Set([id]);
  for (let before = -1; before !== all.size; ) {
    before = all.size;
    for (const [part, whole] of parts) if (all.has(part)) all.add(whole);
  }
  return all;
}

/** What an item and its wholes need; a whole that needs one of its parts lets that part, and what is in it, go first. */
const needsOf = (plan: ModelPlan, id: string): string[] => {
  const wholes = withWholes(plan, id);
  return plan.needs
    .filter(([who, what]) => who === id || (wholes.has(who) && !wholes.has(what)))
    .map(([, what]) => what);
};

/** What an item waits for at once: what it and its wholes need, and its parts. */
export const waits = (plan: ModelPlan, id: string): Set<string> =>
  new Set([...needsOf(plan, id), ...plan.parts.filter(([, whole]) => whole === id).map(([part]) => part)]);

/** Whether an item waits for itself, by whatever way. */
export function isInRing(plan: ModelPlan, id: string): boolean {
  const reached = new Set(waits(plan, id));
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const one of [...reached]) for (const next of waits(plan, one)) reached.add(next);
  }
  return reached.has(id);
}

/** How many open items the longest chain has of which each waits for the one before; only of plans without rings. */
export function longest(plan: ModelPlan): number {
  const from = (id: string): number =>
    1 + Math.max(0, ...[...waits(plan, id)].filter((one) => plan.open.includes(one)).map(from));
  return Math.max(0, ...plan.open.map(from));
}

/** Whether nothing is in the way of an open item: all that it and its wholes need is over, and every whole is open. */
export function isFree(plan: ModelPlan, id: string): boolean {
  const wholes = [...withWholes(plan, id)];
  const isHindered = needsOf(plan, id).some((need) => plan.open.includes(need));
  return plan.open.includes(id) && wholes.every((whole) => plan.open.includes(whole)) && !isHindered;
}
