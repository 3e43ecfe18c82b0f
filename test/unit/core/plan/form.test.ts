import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesOfForm } from '../../../../src/core/plan/form-changes.ts';
import { parseForm } from '../../../../src/core/plan/form-parse.ts';
import { formText, headOfForm } from '../../../../src/core/plan/form-text.ts';
import { blankItem } from '../../../../src/core/plan/plan-set.ts';
import type { PlanItem } from '../../../../src/schema/records.ts';

const standpoint = { branch: `br_${'1'.repeat(32)}`, cut: { [`wr_${'2'.repeat(32)}`]: 7 } };
const head = headOfForm(standpoint, null, 'main --> <!-- x');

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '- [ ] x ^abcdef',
    '-->',
    '<!-- hivemind plan at',
    '```',
    '> a\n\n b',
    '\u001b[2J\u202e',
    '^',
    ' ^x',
    'a: b',
    '\ud800',
  ),
);
const id = fc.oneof(
  fc.integer({ min: 0, max: 5 }).map((at) => `itm_${String(at).padStart(32, '0')}`),
  fc.constantFrom('x', 'a b^c', '%', '__proto__', `itm_${'f'.repeat(31)}1`),
);
const byId = { selector: ({ id: key }: { id: string }) => key, maxLength: 2 };
const item: fc.Arbitrary<PlanItem> = fc
  .record({
    id,
    title: hostile,
    state: fc.constantFrom(
      'todo' as const,
      'doing' as const,
      'blocked' as const,
      'done' as const,
      'dropped' as const,
    ),
    owner: fc.option(hostile),
    note: hostile,
    parent: fc.option(id),
    priority: fc.option(fc.integer({ min: 0, max: 4 })),
    paths: fc.array(hostile, { maxLength: 2 }),
    dependsOn: fc.uniqueArray(id, { maxLength: 3 }),
    links: fc.array(hostile, { maxLength: 2 }),
    blockers: fc.uniqueArray(fc.record({ id: hostile, text: hostile }), byId),
    questions: fc.uniqueArray(fc.record({ id: hostile, text: hostile, answer: fc.option(hostile) }), byId),
  })
  .map((fields) => ({ ...blankItem(fields.id), ...fields }));
const items = fc.uniqueArray(item, { selector: ({ id: key }) => key, maxLength: 6 });

const changes = (text: string, base: PlanItem[] | null, current: PlanItem[]) => {
  let made = 0;
  const another = (name: string): string => {
    made += 1;
    return `${name}${made}`;
  };
  return changesOfForm({
    form: parseForm(text),
    base,
    current,
    newId: () => another('itm_new'),
    newMember: () => another('member'),
    links: new Map(),
  });
};

describe('a plan as a text', () => {
  test('says where it was made, and given back as it is writes nothing, whatever its items say', () => {
    const property = fc.property(items, (plan) => {
      const text = formText(plan, plan, head);
      const form = parseForm(text);
      expect(form.base).toEqual(standpoint);
      const outcome = changes(text, plan, plan);
      expect(outcome).toEqual({ writes: [], conflicts: [], faults: [] });
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test('that somebody else has written is read, whatever it is', () => {
    const line = fc.oneof(
      hostile,
      fc.constantFrom(
        '- [ ] a',
        '  - [x] b',
        '\t* [ ] c',
        '1. [ ] d',
        '  - needs: a',
        '> n',
        '- question: q',
        '  - answer: a',
        '# h',
      ),
    );
    const property = fc.property(fc.array(line, { maxLength: 30 }), fc.boolean(), (lines, isOurs) => {
      const form = parseForm([...(isOurs ? [head] : []), ...lines].join('\n'));
      for (const [index, { parent }] of form.items.entries()) expect(parent ?? -1).toBeLessThan(index);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test.each([
    ['brackets', '- ['.repeat(200_000)],
    ['spaces', `- [ ]${' '.repeat(500_000)}x`],
    ['carets', `- [ ] ${' ^a'.repeat(200_000)}`],
    ['heads', '<!-- hivemind plan at br_'.repeat(30_000)],
    ['writers', `<!-- hivemind plan at br_${'1'.repeat(32)}${` wr_${'2'.repeat(32)}:1`.repeat(20_000)}`],
    ['depth', Array.from({ length: 3_000 }, (_, at) => `${' '.repeat(at)}- [ ] x`).join('\n')],
  ])('of nothing but %s is read once', (_, text) => {
    expect(parseForm(text).items.length).toBeLessThanOrEqual(3_000);
  });
});
