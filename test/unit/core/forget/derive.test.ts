import { expect, test } from 'vitest';
import { Derivation } from '../../../../src/core/forget/derive.ts';
import { isPrunable } from '../../../../src/core/forget/prune.ts';
import { createSelector } from '../../../../src/core/forget/select.ts';
import { writesOf } from '../../../../src/core/records/registers.ts';
import type { Event } from '../../../../src/schema/event.ts';
import { makeEvent } from '../../../world/events.ts';

const ses = (digit: string): string => `ses_${digit.repeat(32)}`;

/** Shows everything to a derivation, again and again, until nothing follows any more; the seqs of what goes. */
function closed(seeds: readonly Event[], all: readonly Event[]): { gone: number[]; derivation: Derivation } {
  const derivation = new Derivation();
  for (const event of seeds) derivation.take(event);
  for (const event of all) derivation.note(event);
  for (let grew = true; grew; ) {
    grew = false;
    for (const event of all) if (derivation.follows(event)) grew = derivation.take(event) || grew;
  }
  return {
    gone: derivation
      .places()
      .map(({ seq }) => seq)
      .sort((a, b) => a - b),
    derivation,
  };
}

const call = makeEvent({ seq: 1, body: { tool: 'Bash', callId: 'c1', output: 'x' } });

test('what names an event goes with it, and what names that', () => {
  const attempt = makeEvent({
    seq: 2,
    type: 'memory.attempted',
    body: { approach: 'a', outcome: 'failed', evidence: [call.id] },
  });
  const warned = makeEvent({ seq: 3, type: 'recall.warned', body: { evidence: [attempt.id] } });
  const told = makeEvent({ seq: 4, type: 'recall.injected', body: { cards: [{ event: warned.id }] } });
  const other = makeEvent({
    seq: 5,
    type: 'memory.attempted',
    body: { evidence: [`evt_${'9'.repeat(32)}`] },
  });
  expect(closed([call], [call, attempt, warned, told, other]).gone).toEqual([1, 2, 3, 4]);
});

test('a comment goes with the step or the record that it is about, and its answers with it', () => {
  const review = (seq: number, body: object) =>
    makeEvent({ seq, session: ses('d'), type: 'merge.reviewed', body: { comment: 'hm', ...body } });
  const decided = makeEvent({
    seq: 2,
    type: 'memory.decided',
    body: { set: { subject: 'Session Store', choice: 'a Redis of our own' }, over: {} },
  });
  const planned = makeEvent({ seq: 3, type: 'plan.added', body: { key: 'itm_1', set: { title: 'x' } } });
  const key = writesOf(decided)[0]?.key;
  const all = [
    decided,
    planned,
    review(4, { place: { event: call.id } }),
    review(5, { replyTo: makeEvent({ seq: 4 }).id }),
    review(6, { place: { record: `decision:${key}` } }),
    review(7, { place: { record: 'decision:the session store' } }),
    review(8, { place: { record: 'plan:itm_1' } }),
    review(9, { comment: 'you say:\n> a Redis of our own\nwhy?' }),
    review(10, { comment: 'a Redis would do', place: { record: 'decision:other' } }),
  ];
  expect(closed([call], all).gone).toEqual([1, 4, 5]);
  expect(closed([decided], all).gone).toEqual([2, 6, 7, 9]);
  expect(closed([planned], all).gone).toEqual([3, 8]);
});

test('what quotes a review that goes, or a prompt, goes with it', () => {
  const said = 'the token is kept in the drawer';
  const first = makeEvent({ seq: 1, type: 'merge.reviewed', body: { comment: `look:\n${said}` } });
  const prompt = makeEvent({ seq: 2, type: 'turn.prompted', text: said, body: { prompt: said } });
  const quoting = makeEvent({
    seq: 3,
    session: ses('d'),
    type: 'merge.reviewed',
    body: { comment: `> ${said}\nno` },
  });
  const other = makeEvent({ seq: 4, type: 'merge.reviewed', body: { comment: 'look: the drawer' } });
  expect(closed([first], [first, quoting, other]).gone).toEqual([1, 3]);
  expect(closed([prompt], [prompt, quoting, other]).gone).toEqual([2, 3]);
});

test('what else was told of the same call goes, and calls of others stay', () => {
  const addition = makeEvent({ seq: 2, type: 'file.edited', body: { callId: 'c1' } });
  const another = makeEvent({ seq: 3, body: { tool: 'Bash', callId: 'c2' } });
  const elsewhere = makeEvent({ seq: 4, session: ses('c'), body: { tool: 'Bash', callId: 'c1' } });
  expect(closed([call], [addition, another, elsewhere]).gone).toEqual([1, 2]);
});

test('a subagent is quoted by the call that started it, both ways', () => {
  const prompt = makeEvent({
    seq: 2,
    session: ses('c'),
    type: 'turn.prompted',
    text: 'look for the parser',
    body: { prompt: 'look for the parser' },
  });
  const reply = makeEvent({
    seq: 3,
    session: ses('c'),
    type: 'turn.replied',
    text: 'it stands in parser.ts',
    body: {},
  });
  const inner = makeEvent({
    seq: 4,
    session: ses('c'),
    type: 'turn.replied',
    text: 'I am reading files now',
    body: {},
  });
  const agent = makeEvent({
    seq: 5,
    body: {
      tool: 'Agent',
      callId: 'c9',
      childSession: ses('c'),
      input: { prompt: 'look for the parser' },
      output: 'it stands in parser.ts',
    },
  });
  const all = [prompt, reply, inner, agent];
  expect(closed([agent], all).gone).toEqual([2, 3, 5]);
  expect(closed([reply], all).gone).toEqual([2, 3, 5]);
  expect(closed([inner], all).gone).toEqual([4]);
});

test('a title goes with a prompt of its session, a summary with what came before it', () => {
  const prompt = makeEvent({ seq: 2, type: 'turn.prompted' });
  const title = makeEvent({ seq: 3, type: 'session.titled', body: { title: 't' } });
  const summary = makeEvent({ seq: 4, type: 'session.compacted', body: { trigger: 'auto', summary: 's' } });
  const before = makeEvent({ seq: 1, type: 'session.compacted', body: { trigger: 'auto', summary: 's' } });
  expect(closed([prompt], [before, title, summary]).gone).toEqual([2, 3, 4]);
});

test('a claim of its paths goes, by the session that took it', () => {
  const edit = makeEvent({ seq: 1, type: 'file.edited', paths: ['/repo/src/a.ts'] });
  const claim = (seq: number, session: string, path: string): Event =>
    makeEvent({
      seq,
      type: 'claim.taken',
      session: ses('d'),
      body: { key: 'c', set: { session, paths: [path] } },
    });
  const all = [
    claim(2, edit.session, 'src/a.ts'),
    claim(3, edit.session, 'src/b.ts'),
    claim(4, ses('c'), 'src/a.ts'),
  ];
  expect(closed([edit], all).gone).toEqual([1, 2]);
});

const decided = (seq: number, set: object, more: Partial<Event> = {}): Event =>
  makeEvent({ seq, type: 'memory.decided', body: { key: 'use redis', set }, ...more });

test('a record whose every naming event goes gets another key, in merges as well', () => {
  const made = decided(2, { subject: 'use redis', choice: 'yes' });
  const withdrawn = decided(3, { state: 'withdrawn' });
  const merge = makeEvent({
    seq: 4,
    type: 'merge.committed',
    body: {
      decided: [
        { kind: 'decision', key: 'use redis', field: 'choice', value: 'yes', from: made.id },
        { kind: 'decision', key: 'other', field: 'choice', value: 'no', from: `evt_${'8'.repeat(32)}` },
        {
          kind: 'decision',
          key: 'use redis',
          field: 'state',
          value: 'withdrawn',
          from: `evt_${'7'.repeat(32)}`,
        },
      ],
    },
  });
  const { gone, derivation } = closed([made], [made, withdrawn, merge]);
  const key = `forgotten-${made.id.slice(-12)}`;
  expect(gone).toEqual([2, 3]);
  expect(derivation.keys().map((one) => [one.key, one.places.map(({ seq }) => seq)])).toEqual([
    [key, [2, 3]],
  ]);
  expect(derivation.decidedRows(merge)).toEqual([
    { at: 0, value: true, key },
    { at: 2, value: false, key },
  ]);
});

test('a record that somebody else has named as well keeps its key', () => {
  const mine = decided(2, { subject: 'use redis', choice: 'yes' });
  const theirs = decided(3, { subject: 'use redis', choice: 'no' });
  const { gone, derivation } = closed([mine], [mine, theirs]);
  expect(gone).toEqual([2]);
  expect(derivation.keys()).toEqual([]);
});

test('words are looked for as they are, everywhere in an event', () => {
  const isWanted = createSelector({ matching: 'A.+b (c', isNamed: false });
  expect(isWanted(makeEvent({ seq: 1, text: 'xx a.+B (c yy' }))).toBe(true);
  expect(isWanted(makeEvent({ seq: 1, text: 'aaab (c' }))).toBe(false);
  expect(isWanted(makeEvent({ seq: 1, body: { deep: [{ 'a.+b (c': 1 }] } }))).toBe(true);
  expect(isWanted(makeEvent({ seq: 1, paths: ['a.+b (c/x'] }))).toBe(true);
  expect(isWanted(makeEvent({ seq: 1, type: 'writer.observed', text: 'a.+b (c' }))).toBe(false);
});

test('branches and merges go only when they are named, or have the words', () => {
  const merge = makeEvent({ seq: 1, type: 'merge.committed', text: 'the words', body: {} });
  expect(createSelector({ isNamed: false })(merge)).toBe(false);
  expect(createSelector({ isNamed: true })(merge)).toBe(true);
  expect(createSelector({ matching: 'words', isNamed: false })(merge)).toBe(true);
});

test('pruning leaves what is folded, and what is not known', () => {
  const kept = [
    'memory.decided',
    'plan.added',
    'branch.created',
    'session.started',
    'git.committed',
    'future.thing',
  ];
  for (const type of kept) expect(isPrunable(makeEvent({ seq: 1, type }))).toBe(false);
  expect(isPrunable(makeEvent({ seq: 1, type: 'tool.called' }))).toBe(true);
  expect(
    isPrunable(makeEvent({ seq: 1, type: 'tool.called', body: { stub: true, forgotten: 'evt_1' } })),
  ).toBe(false);
});
