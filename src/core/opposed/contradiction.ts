import type { PreparedDecision, Taken } from './features.ts';
import { lexicon } from './lexicon.ts';
import { compareOrders } from './order.ts';
import { asksFor } from './similarity.ts';

export interface Finding {
  /** 0 to 1. */
  strength: number;
  why: string;
}

const none: Finding = { strength: 0, why: '' };
/** Of two that are as strong, the first by its words: the order of comparing must not show. */
const stronger = (a: Finding, b: Finding): Finding =>
  b.strength > a.strength || (b.strength === a.strength && b.why < a.why) ? b : a;

/** How surely two choices exclude each other, given that they answer the same question this surely; symmetric. */
export function compareChoices(a: PreparedDecision, b: PreparedDecision, sameSubject: number): Finding {
  if (a.choice === b.choice) return none;
  const loose = [compareTaken(a, b), comparePoles(a, b, sameSubject), compareValues(a, b, sameSubject)];
  const outright = [
    compareRefusals(a, b),
    compareQuantities(a, b, sameSubject),
    compareTerms(a, b, sameSubject),
    { strength: compareOrders(a.orders, b.orders), why: 'the other way round' },
    compareStance(a, b, sameSubject),
    compareActors(a, b, sameSubject),
  ];
  const found = loose.reduce(stronger, none);
  const damped = agrees(a, b) ? { ...found, strength: found.strength * WHERE_THEY_AGREE } : found;
  return outright.reduce(stronger, damped);
}

/** Those that also take the same thing more likely complete than exclude each other. */
const WHERE_THEY_AGREE = 0.4;

const meet = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean => [...a].some((item) => b.has(item));

/** The classes that both choose from. The words of a practice mean it only where one of the subjects asks for it. */
function sharedClasses(
  a: PreparedDecision,
  b: PreparedDecision,
): { name: string; one: Taken; other: Taken }[] {
  return [...a.taken].flatMap(([name, one]) => {
    const other = b.taken.get(name);
    const isMeant = lexicon().tools.has(name) || asksFor(a, name) || asksFor(b, name);
    return other !== undefined && isMeant ? [{ name, one, other }] : [];
  });
}

function compareTaken(a: PreparedDecision, b: PreparedDecision): Finding {
  return sharedClasses(a, b)
    .filter(({ one, other }) => one.plus.size > 0 && other.plus.size > 0 && !meet(one.plus, other.plus))
    .map(({ name, one, other }) => ({ strength: 0.9, why: `${name}: ${namesOf(one, other)}` }))
    .reduce(stronger, none);
}

const namesOf = (one: Taken, other: Taken): string =>
  [[...one.plus].sort()[0], [...other.plus].sort()[0]].sort().join(' or ');

/** One takes what the other turns down. */
function compareRefusals(a: PreparedDecision, b: PreparedDecision): Finding {
  return sharedClasses(a, b)
    .filter(
      ({ one, other }) =>
        !meet(one.plus, other.plus) && (meet(one.plus, other.minus) || meet(one.minus, other.plus)),
    )
    .map(({ name }) => ({ strength: 0.95, why: `${name}: one takes what the other turns down` }))
    .reduce(stronger, none);
}

/** Plain yes and no; what it is said to decides, which the stance knows. */
const PLAIN_AXES = new Set(['use', 'always', 'allow', 'activation']);
const STANCE_AXES = new Set(['use', 'always']);

function comparePoles(a: PreparedDecision, b: PreparedDecision, sameSubject: number): Finding {
  let found = none;
  for (const [axis, side] of a.poles) {
    if (side * (b.poles.get(axis) ?? 0) >= 0 || STANCE_AXES.has(axis)) continue;
    const isWeak = lexicon().weakAxes.has(axis);
    found = stronger(found, {
      strength: isWeak ? 0.55 + 0.15 * sameSubject : 0.85,
      why: `${axis}: opposite ends`,
    });
  }
  return found;
}

/** A word that one affirms and the other negates. */
function compareTerms(a: PreparedDecision, b: PreparedDecision, sameSubject: number): Finding {
  let found = none;
  const { vague } = lexicon();
  for (const [id, sign] of a.terms) {
    if (sign * (b.terms.get(id) ?? 0) >= 0 || vague.has(id.slice(2)) || id.startsWith('m:')) continue;
    const isCentral = a.subject.has(id) || b.subject.has(id);
    found = stronger(found, {
      strength: isCentral ? 0.9 : 0.5 + 0.2 * sameSubject,
      why: `one says no to ${id.slice(2)}`,
    });
  }
  return found;
}

function compareQuantities(a: PreparedDecision, b: PreparedDecision, sameSubject: number): Finding {
  let found = none;
  for (const one of a.quantities)
    for (const other of b.quantities) {
      if (!isComparable(one.dimension, other.dimension)) continue;
      if (one.value === other.value) return none;
      if (Math.abs(one.value - other.value) <= 1e-9 * Math.abs(one.value)) return none;
      const isSure = one.dimension === other.dimension || sameSubject > 0.7;
      found = stronger(found, {
        strength: isSure ? 0.8 : 0.5,
        why: 'different numbers',
      });
    }
  return found;
}

const isComparable = (a: string, b: string): boolean =>
  a === b ||
  a === 'endless' ||
  b === 'endless' ||
  (a === 'count' && isCount(b)) ||
  (b === 'count' && isCount(a));
const isCount = (dimension: string): boolean =>
  dimension.startsWith('count') || dimension.startsWith('version');

function compareStance(a: PreparedDecision, b: PreparedDecision, sameSubject: number): Finding {
  const [less, more] = [Math.min(a.stance, b.stance), Math.max(a.stance, b.stance)];
  if (less !== -1 || more < 1 || sharedClasses(a, b).some(({ one, other }) => meet(one.plus, other.plus)))
    return none;
  if (more === 1 && !isSameWording(a, b)) return none;
  return { strength: (more === 2 ? 0.85 : 0.6) * sameSubject, why: 'yes and no to the same' };
}

function compareActors(
  { actor: one }: PreparedDecision,
  { actor: other }: PreparedDecision,
  sameSubject: number,
): Finding {
  if (one === null || other === null || one === other || sameSubject < 0.6) return none;
  return { strength: 0.75, why: `who: ${[one, other].sort().join(' or ')}` };
}

const isSameWording = (a: PreparedDecision, b: PreparedDecision): boolean =>
  a.asks.size > 0 &&
  [...a.asks].filter((stem) => b.asks.has(stem)).length / Math.max(a.asks.size, b.asks.size) > 0.7;

const ONE_VALUED = new Set(
  `where which who when runner manager framework librari format type style target provider languag engin order preced
  broker queue databas size limit scheme strategi polici name host store orm bundler formatter linter kei`.split(
    /\s+/,
  ),
);

/** Short choices with nothing in common, for a subject that takes one value. */
function compareValues(a: PreparedDecision, b: PreparedDecision, sameSubject: number): Finding {
  if (
    sameSubject < 0.95 ||
    a.isAddition ||
    b.isAddition ||
    a.size > 6 ||
    b.size > 6 ||
    a.size === 0 ||
    b.size === 0
  )
    return none;
  if (a.quantities.length > 0 !== b.quantities.length > 0) return none;
  const isAsked = [...a.asks].some((stem) => ONE_VALUED.has(stem) && b.asks.has(stem));
  const shares = [...a.terms.keys()].some(
    (id) => b.terms.has(id) && !(a.subject.has(id) && b.subject.has(id)),
  );
  return isAsked && !shares ? { strength: 0.6, why: 'two values for one' } : none;
}

/** Whether the choices also take the same thing: then they more likely complete than exclude each other. */
function agrees(a: PreparedDecision, b: PreparedDecision): boolean {
  for (const [name, { plus, minus }] of a.taken) {
    const other = b.taken.get(name);
    if (
      other !== undefined &&
      (meet(plus, other.plus) ||
        (meet(minus, other.minus) && !meet(plus, other.minus) && !meet(minus, other.plus)))
    )
      return true;
  }
  for (const [axis, side] of a.poles)
    if (side !== 0 && b.poles.get(axis) === side && !lexicon().weakAxes.has(axis) && !PLAIN_AXES.has(axis))
      return true;
  return a.quantities.some(({ dimension, value }) =>
    b.quantities.some((other) => other.dimension === dimension && other.value === value),
  );
}
