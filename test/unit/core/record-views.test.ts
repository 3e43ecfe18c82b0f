import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type RecordWrite, Registers } from '../../../src/core/records/registers.ts';
import { decisionsIn } from '../../../src/core/records/rows.ts';
import { Scope } from '../../../src/core/scope.ts';
import type { FoldedEvent } from '../../../src/schema/event.ts';

const branches = ['main', 'trial'];
const scopes = (): Scope[] => {
  const all = new Scope();
  for (const branch of branches) all.add(branch, null);
  const cut = new Scope();
  cut.add('main', { w: 10 });
  cut.add('trial', null);
  return [all, cut];
};

const decided = (seq: number, key: string, branch: string, over: readonly string[] = []): FoldedEvent =>
  ({
    id: `evt_${seq}`,
    branch,
    writer: 'w',
    seq,
    hlc: seq.toString(16).padStart(16, '0'),
    at: seq,
    session: 's',
    turn: null,
    agent: 'a',
    actor: { kind: 'agent', name: 'a' },
    type: 'memory.decided',
    v: 1,
    status: 'ok',
    text: '',
    paths: [],
    body: { key, set: { subject: key, choice: `${key} ${seq}` }, over: { choice: over } },
  }) as FoldedEvent;

const steps = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    branch: fc.constantFrom(...branches),
    reads: fc.boolean(),
  }),
  { maxLength: 30 },
);

it('a reader who has folded before sees what one who folds everything sees', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const kept = new Registers();
      const readers = scopes();
      for (const [at, { key, branch, reads }] of list.entries()) {
        kept.fold(decided(at + 1, key, branch, at % 2 === 0 ? [`evt_${at}`] : []));
        if (!reads) continue;
        const fresh = Registers.of(kept.toJSON() as RecordWrite[]);
        for (const scope of readers)
          expect(kept.all('decision', scope)).toEqual(fresh.all('decision', scope));
      }
    }),
  );
});

it('rows are the same list, and those of other records the same rows, until something is written', () => {
  const registers = new Registers();
  const [scope = new Scope(), cut = new Scope()] = scopes();
  registers.fold(decided(1, 'a', 'main'));
  registers.fold(decided(2, 'b', 'main'));
  const before = decisionsIn(registers, scope);
  const beforeCut = decisionsIn(registers, cut);
  expect(decisionsIn(registers, scope)).toBe(before);
  registers.fold(decided(11, 'b', 'main', ['evt_2']));
  const after = decisionsIn(registers, scope);
  expect(after.map(({ choice }) => choice)).toEqual(['a 1', 'b 11']);
  expect(after[0]).toBe(before[0]);
  // Beyond what it sees nothing has changed for it.
  expect(decisionsIn(registers, cut)).toBe(beforeCut);
});
