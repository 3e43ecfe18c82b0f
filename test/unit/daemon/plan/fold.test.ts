import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planIn } from '../../../../src/core/records/rows.ts';
import { Scope } from '../../../../src/core/scope.ts';
import {
  foldInto,
  noRecords,
  type Records,
  restoreRecords,
  saveRecords,
} from '../../../../src/daemon/records.ts';
import type { Event } from '../../../../src/schema/event.ts';
import { fold, history, type ModelStep, type ModelWrite } from '../../core/plan/record-model.ts';

const hex = (value: number, digits = 32): string => value.toString(16).padStart(digits, '0');
const branch = `br_${hex(1)}`;
const idOf = ({ machine, seq }: ModelWrite): string => `evt_${hex(machine * 1000 + seq)}`;

/** The event by which a machine writes it. */
const eventOf = (write: ModelWrite): Event => ({
  id: idOf(write),
  delivery: null,
  fact: hex(write.machine * 1000 + write.seq),
  workspace: `ws_${hex(1)}`,
  branch,
  session: `ses_${hex(write.machine + 1)}`,
  turn: null,
  agent: 'planner',
  writer: `wr_${hex(write.machine + 1)}`,
  seq: write.seq,
  hlc: hex(write.clock, 12) + hex(0, 4),
  parent: null,
  trace: hex(1),
  span: hex(1, 16),
  parentSpan: null,
  actor: { kind: 'agent', name: 'planner' },
  at: write.clock,
  type: write.seq === 1 ? 'plan.added' : 'plan.changed',
  v: 1,
  status: 'ok',
  paths: [],
  text: '',
  body: {
    key: write.item,
    set: write.set,
    over: Object.fromEntries(Object.entries(write.over).map(([field, those]) => [field, those.map(idOf)])),
  },
});

const items = ['itm_a', 'itm_b', 'itm_c'];
const anItem = fc.constantFrom(...items);
const member = fc.constantFrom('1', '2');
const field = fc.oneof(
  fc.tuple(fc.constant('title'), fc.constantFrom('one', 'two', 'three')),
  fc.tuple(fc.constant('state'), fc.constantFrom('todo', 'doing', 'done')),
  fc.tuple(fc.constant('priority'), fc.constantFrom(null, 0, 4)),
  fc.tuple(fc.constant('parent'), fc.oneof(fc.constant(null), anItem)),
  fc.tuple(
    anItem.map((id) => `dependsOn/${id}`),
    fc.constantFrom(true, null),
  ),
  fc.tuple(
    member.map((id) => `blocker/${id}`),
    fc.constantFrom('no quota', 'no key', null),
  ),
  fc.tuple(
    member.map((id) => `question/${id}`),
    fc.constantFrom(null, { text: 'which?', answer: null }, { text: 'which?', answer: 'that' }),
  ),
);
const machine = fc.constantFrom(0, 1);
const step: fc.Arbitrary<ModelStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      machine,
      item: anItem,
      set: fc.array(field, { minLength: 1, maxLength: 3 }).map(Object.fromEntries),
    }),
  },
  { weight: 1, arbitrary: fc.record({ machine, sync: fc.constant(true as const) }) },
);

function scopeOfAll(): Scope {
  const scope = new Scope();
  scope.add(branch, null);
  return scope;
}

/** What the registers show, in the model's words. */
function shownBy({ registers }: Records): ReturnType<typeof fold> {
  const all = registers.all('plan', scopeOfAll()).map(({ key, fields }) => {
    const entries = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
    const shown = Object.fromEntries(
      entries.map(
        ([
          name,
          {
            shown: { value },
          },
        ]) => [name, value],
      ),
    );
    const contested = entries.filter(([, { isContested }]) => isContested).map(([name]) => name);
    return [key, { shown, contested }] as const;
  });
  return Object.fromEntries(all);
}

/** Folds events as they come; in between everything is saved and brought back. */
function deliver(events: readonly Event[], savedAfter: number): Records {
  let records = noRecords();
  for (const [index, event] of events.entries()) {
    foldInto(records, event, false);
    if (index !== savedAfter) continue;
    const saved = JSON.parse(JSON.stringify(saveRecords(records)));
    records = noRecords();
    restoreRecords(records, saved);
  }
  return records;
}

test('what two machines write of a plan folds to the same in any order of arrival, also across a snapshot', () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 25 });
  const property = fc.property(
    steps,
    fc.infiniteStream(fc.nat()),
    fc.nat(25),
    (given, random, savedAfter) => {
      const writes = history(given);
      const events = writes.map(eventOf);
      const shuffled = events
        .map((event) => ({ event, key: random.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ event }) => event);
      const [straight, mixed] = [deliver(events, -1), deliver(shuffled, savedAfter)];
      expect(shownBy(mixed)).toEqual(fold(writes));
      expect(shownBy(straight)).toEqual(fold(writes));
      expect(planIn(mixed.registers, scopeOfAll())).toEqual(planIn(straight.registers, scopeOfAll()));
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test('of two members that were added at once both stay, and of two answers one is contested', () => {
  const asked = { text: 'which?', answer: null };
  const writes = history([
    { machine: 0, item: 'itm_a', set: { title: 'one', 'question/1': asked } },
    { machine: 1, sync: true },
    { machine: 0, item: 'itm_a', set: { 'blocker/1': 'no quota', 'question/1': { ...asked, answer: 'EU' } } },
    { machine: 1, item: 'itm_a', set: { 'blocker/2': 'no key', 'question/1': { ...asked, answer: 'US' } } },
  ]);
  const [item] = planIn(deliver(writes.map(eventOf).reverse(), 1).registers, scopeOfAll());
  expect(item?.blockers.map(({ text }) => text)).toEqual(['no quota', 'no key']);
  expect(item?.questions).toHaveLength(1);
  expect(item?.contested.map(({ field: name }) => name)).toEqual(['question/1']);
});
