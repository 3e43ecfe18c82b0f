import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { criticalPath } from '../../../../src/core/plan/critical.ts';
import { netOf, ringsIn, ringThrough } from '../../../../src/core/plan/net.ts';
import { blankItem, ringMadeBy } from '../../../../src/core/plan/plan-set.ts';
import { nextOf } from '../../../../src/core/plan/readiness.ts';
import type { PlanItem } from '../../../../src/schema/records.ts';
import { isFree, isInRing, longest, type ModelPlan, waits } from './graph-model.ts';

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const anId = fc.constantFrom(...ids);
const plan = fc
  .record({
    open: fc.subarray(ids),
    needs: fc.array(fc.tuple(anId, anId), { maxLength: 8 }),
    parents: fc.array(fc.option(anId, { freq: 2 }), { minLength: ids.length, maxLength: ids.length }),
  })
  .map(
    ({ open, needs, parents }): ModelPlan => ({
      open,
      needs,
      parts: parents.flatMap((whole, index) => (whole === null ? [] : [[ids[index] ?? '', whole] as const])),
    }),
  );

const itemsOf = ({ open, needs, parts }: ModelPlan): PlanItem[] =>
  ids.map((id, index) => ({
    ...blankItem(id),
    title: id,
    state: open.includes(id) ? 'todo' : 'done',
    createdAt: index,
    parent: parts.find(([part]) => part === id)?.[1] ?? null,
    dependsOn: [...new Set(needs.filter(([who]) => who === id).map(([, what]) => what))],
  }));

const around = (items: readonly PlanItem[]) => ({
  net: netOf(items),
  held: new Map(),
  ranOut: new Map(),
  removed: new Set<string>(),
});

describe('whatever somebody has tied', () => {
  test('a ring is found where there is one, and each step of it is a tie', () => {
    const property = fc.property(plan, (given) => {
      const net = netOf(itemsOf(given));
      for (const id of ids) {
        const ring = ringThrough(net, id);
        expect(ring !== null).toBe(isInRing(given, id));
        if (ring === null) continue;
        expect([ring[0], ring.at(-1)]).toEqual([id, id]);
        for (const [index, one] of ring.slice(1).entries())
          expect(waits(given, ring[index] ?? '')).toContain(one);
      }
      const inRings = new Set(ringsIn(net).flat());
      for (const id of ids) if (inRings.has(id)) expect(isInRing(given, id)).toBe(true);
      expect(inRings.size > 0).toBe(ids.some((id) => isInRing(given, id)));
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('what is next is what nothing is in the way of', () => {
    const property = fc.property(plan, (given) => {
      const items = itemsOf(given);
      const offered = nextOf(items, around(items)).map(({ item }) => item.id);
      expect(offered.toSorted()).toEqual(ids.filter((id) => isFree(given, id)));
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('the longest chain is as long as can be, and each of it waits for the one before', () => {
    const property = fc.property(plan, (given) => {
      const path = criticalPath(netOf(itemsOf(given)));
      for (const [index, id] of path.slice(1).entries()) expect(waits(given, id)).toContain(path[index]);
      expect(path.every((id) => given.open.includes(id))).toBe(true);
      if (ids.some((id) => isInRing(given, id))) return;
      const most = longest(given);
      expect(path).toHaveLength(most > 1 ? most : 0);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('a tie is refused when it closes a ring that was not there', () => {
    const property = fc.property(plan, anId, anId, (given, who, what) => {
      const items = itemsOf(given);
      const after = { ...given, needs: [...given.needs, [who, what] as const] };
      const ring = ringMadeBy(items, [
        { type: 'plan.changed', key: who, set: { [`dependsOn/${what}`]: true } },
      ]);
      const made = ids.some((id) => isInRing(after, id) && !isInRing(given, id));
      // What waits for the ring alone is in none.
      if (ring !== null) expect(made).toBe(true);
      if (isInRing(after, who) && !isInRing(given, who)) expect(ring).not.toBe(null);
    });
    fc.assert(property, { numRuns: 500 });
  });
});

test('a plan of thousands, in one chain, is walked in no time to speak of', () => {
  const items = Array.from({ length: 3000 }, (_, at) => ({
    ...blankItem(`i${at}`),
    title: `i${at}`,
    dependsOn: at === 0 ? [] : [`i${at - 1}`],
  }));
  expect(criticalPath(netOf(items))).toHaveLength(3000);
  expect(nextOf(items, around(items)).map(({ item }) => item.id)).toEqual(['i0']);
});
