import type { Token } from './words.ts';

/** Who comes before, or acts upon, whom: `X overrides Y`. */
export interface Order {
  verb: string;
  left: ReadonlySet<string>;
  /** Empty where it is not said: `X wins`. */
  right: ReadonlySet<string>;
}

/** Verbs (stems) that are not the same when their two sides change places. */
const VERBS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    precedence: 'overrid overwrit overrul win beat trump precedenc prioriti prefer shadow supersed outrank',
    use: 'call import depend use know refer request ask invok query queri requir',
    tell: 'push send notifi tell emit publish report post',
    contain: 'contain own hold includ embed wrap extend inherit',
    sequence: 'befor preced first then',
    after: 'after follow',
    into: 'into onto',
  }).flatMap(([name, stems]) => stems.split(' ').map((stem): [string, string] => [stem, name])),
);

/** The orders in a text; `idsAt` gives what the word at a place stands for. */
export function readOrders(
  tokens: readonly Token[],
  signs: Int8Array,
  idsAt: (at: number) => readonly string[],
): Order[] {
  const orders: Order[] = [];
  tokens.forEach(({ stem, clause }, at) => {
    const verb = VERBS.get(stem);
    if (verb === undefined || signs[at] === 0 || orders.length >= 4) return;
    const side = (step: 1 | -1): Set<string> => {
      const ids = new Set<string>();
      for (let next = at + step; tokens[next]?.clause === clause && ids.size < 24; next += step)
        for (const id of idsAt(next)) ids.add(id);
      return ids;
    };
    const [before, behind] = [side(-1), side(1)];
    const isPassive = tokens[at + 1]?.word === 'by';
    const isNegated = (signs[at] ?? 1) < 0;
    if (isNegated && verb !== 'precedence') return;
    const swap = (isPassive ? 1 : 0) + (isNegated ? 1 : 0) + (verb === 'after' ? 1 : 0) === 1;
    orders.push({
      verb: verb === 'after' ? 'sequence' : verb,
      left: swap ? behind : before,
      right: swap ? before : behind,
    });
  });
  return orders;
}

/** How surely two lists of orders contradict each other, 0 to 1. */
export function compareOrders(a: readonly Order[], b: readonly Order[]): number {
  let most = 0;
  for (const one of a)
    for (const other of b) if (one.verb === other.verb) most = Math.max(most, compareOrder(one, other));
  return most;
}

function compareOrder(one: Order, other: Order): number {
  const agrees = meet(one.left, other.left) || meet(one.right, other.right);
  if (agrees) return 0;
  const isSwapped = meet(one.left, other.right) && meet(one.right, other.left);
  if (isSwapped) return 0.95;
  if (one.verb !== 'precedence' || one.left.size === 0 || other.left.size === 0) return 0;
  if (meet(one.left, other.right) || meet(one.right, other.left)) return 0.9;
  return one.right.size === 0 || other.right.size === 0 ? 0.7 : 0;
}

function meet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const id of a) if (b.has(id)) return true;
  return false;
}
