import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { embeddedText } from '../../../../src/core/embed-text.ts';
import { termsOf } from '../../../../src/core/tokenize.ts';
import { foldInto, noRecords, saveRecords } from '../../../../src/daemon/records.ts';
import { bodies, type KnownType } from '../../../../src/schema/bodies/index.ts';
import type { Event } from '../../../../src/schema/event.ts';
import { RunIndex, runsOf } from '../../../../src/schema/runs.ts';
import { createForgetter, type Forgetting } from '../../../../src/store/forget/forgetter.ts';
import { makeEvent } from '../../../world/events.ts';

const word = 'zqsecret';
const writer = `wr_${'1'.repeat(32)}`;
const branch = `br_${'a'.repeat(32)}`;
const standpoint = { branch, cut: { [writer]: 3 } };
const sha = 'a'.repeat(40);
const commit = {
  sha,
  parents: [sha],
  branch: word,
  subject: word,
  author: word,
  patch: null,
  sessions: [],
  worktree: `/${word}`,
};

/** A body of each type with the word wherever there is room for words. */
const samples: Partial<Record<KnownType, Record<string, unknown>>> = {
  'session.started': { source: 'startup', nativeId: 'n', cwd: `/${word}`, gitBranch: word, role: word },
  'session.compacted': { trigger: 'auto', summary: word },
  'session.titled': { title: word },
  'turn.prompted': { prompt: word, source: 'human' },
  'turn.replied': { message: word, final: true },
  'tool.called': {
    tool: `mcp__${word}__x`,
    callId: 'c',
    input: { a: [word] },
    output: word,
    error: word,
    more: word,
  },
  'file.edited': {
    tool: 'Edit',
    path: word,
    change: 'updated',
    content: word,
    hunks: [{ oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: [`+${word}`] }],
  },
  'hook.unreadable': { event: 'Stop', bytes: 9, raw: word },
  'git.committed': commit,
  'git.rewritten': { ...commit, from: [sha], how: 'amend' },
  'git.merged': { ...commit, squash: false },
  'git.switched': { from: null, to: sha, branch: word, worktree: word },
  'plan.added': {
    key: 'itm_1',
    set: {
      title: word,
      state: 'doing',
      note: word,
      owner: word,
      paths: [word],
      [`link/${word}`]: true,
      'blocker/b1': word,
    },
    over: { title: [] },
  },
  'memory.decided': { key: 'plain', set: { subject: word, choice: word, reason: word, state: 'standing' } },
  'memory.agreed': { key: 'plain', set: { name: word, rule: word, reason: word, state: 'standing' } },
  'memory.noted': { content: word, metadata: { [word]: word }, embedding: [1, 2] },
  'memory.attempted': {
    approach: word,
    outcome: 'failed',
    reason: word,
    instead: word,
    failed: [word],
    paths: [word],
  },
  'recall.injected': {
    channel: 'context',
    tokens: 1,
    ms: 1,
    cards: [{ event: 'e', session: 's', turn: null, agent: 'a', paths: [word], score: 1 }],
  },
  'recall.warned': {
    tool: word,
    key: word,
    posterior: 0.7,
    bucket: 'b',
    shown: true,
    evidence: [],
    cross: false,
  },
  'claim.taken': { key: 'c1', set: { paths: [word], why: word, holder: 'h', until: 5, state: 'held' } },
  'handoff.offered': {
    key: 'h1',
    to: { kind: 'anybody' },
    task: word,
    status: word,
    next: word,
    questions: [word],
    files: [word],
    decisions: [{ text: word }],
    rejected: [{ approach: word, reason: word }],
  },
  'handoff.answered': { key: 'h1', answer: 'declined', reason: word },
  'handoff.posted': { key: 'h1', set: { to: { kind: 'anybody' }, from: 'x', state: 'offered' } },
  'branch.created': { branch, name: word, origin: word },
  'branch.renamed': { branch, name: word },
  'merge.committed': {
    source: standpoint,
    target: standpoint,
    base: 'b',
    strategy: 'manual',
    message: word,
    events: 1,
    decided: [{ kind: 'plan', key: 'itm_1', field: 'title', value: word, over: [], from: null }],
    settled: [{ conflict: word, by: 'ours' }],
  },
  'merge.reviewed': {
    ...{ source: branch, into: branch, head: 'h', verdict: 'approved', comment: word },
    place: { commit: word, path: word, line: 1, event: word, record: `decision:${word}` },
    signature: { kind: 'ssh', value: 'PEM', nonce: 'n', key: 'SHA256:k', more: word },
  },
  'merge.stopped': { source: branch, into: branch, conflicts: [{ id: 'c', ours: { value: word } }] },
};

const forgetting = (events: Forgetting['events'], more: Partial<Forgetting> = {}): Forgetting => ({
  event: `evt_${'f'.repeat(32)}`,
  kind: 'forgotten',
  events,
  keys: [],
  decided: [],
  ...more,
});

const sampled = (type: KnownType, seq: number): Event =>
  makeEvent({ seq, type, text: word, paths: [word], body: samples[type] ?? {} });

describe('a stub', () => {
  for (const type of Object.keys(samples) as KnownType[])
    test(`of ${type} says nothing of what it was about, and is still one of its type`, () => {
      const event = sampled(type, 7);
      expect(bodies[type].body.safeParse(event.body).success).toBe(true);
      const stub = createForgetter([forgetting({ [writer]: [[7, 7]] })]).of(event);
      expect(JSON.stringify(stub)).not.toContain(word);
      expect(bodies[type].body.safeParse(stub.body).error).toBeUndefined();
      const { text: _, paths: __, body: ___, ...kept } = event;
      expect(stub).toMatchObject(kept);
      expect(termsOf(stub)).toBe('');
      expect(embeddedText(stub)).toBe(null);
    });

  test('of a type that nobody knows keeps no body', () => {
    const event = makeEvent({ seq: 1, type: 'future.thing', text: word, body: { state: word, key: word } });
    const stub = createForgetter([forgetting({ [writer]: [[1, 1]] })]).of(event);
    expect(stub.body).toEqual({ stub: true, forgotten: `evt_${'f'.repeat(32)}` });
  });

  test('of a state keeps it', () => {
    const stub = createForgetter([forgetting({ [writer]: [[7, 7]] })]).of(sampled('plan.added', 7));
    expect(stub.body.set).toEqual({
      title: '[forgotten]',
      state: 'doing',
      note: '[forgotten]',
      owner: '[forgotten]',
      paths: ['[forgotten]'],
      'blocker/b1': '[forgotten]',
    });
  });
});

const types = Object.keys(samples) as KnownType[];
const runs = fc
  .uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 12 })
  .map((seqs) => runsOf(seqs.map((seq) => ({ writer, seq }))));
const orders = fc.array(
  fc.record({
    events: runs,
    kind: fc.constantFrom('forgotten' as const, 'pruned' as const),
    event: fc.integer({ min: 0, max: 15 }).map((n) => `evt_${n.toString(16).repeat(32)}`),
    keys: fc.array(fc.record({ key: fc.constantFrom('forgotten-a', 'forgotten-b'), events: runs }), {
      maxLength: 2,
    }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** As a store does: each order that comes is applied to all that is there, each event that comes to the orders known by then. */
function arrive(steps: readonly (Event | Forgetting)[]): Event[] {
  const events: Event[] = [];
  const known: Forgetting[] = [];
  for (const step of steps)
    if ('kind' in step) {
      known.push(step);
      const forgetter = createForgetter([step]);
      for (const [at, event] of events.entries()) events[at] = forgetter.of(event);
    } else events.push(createForgetter(known).of(step));
  return events.sort((a, b) => a.seq - b.seq);
}

test('any order of arrival of events and orders gives the same stubs, and the same records', () => {
  const all = Array.from({ length: 40 }, (_, at) =>
    sampled(types[at % types.length] ?? 'turn.replied', at + 1),
  );
  fc.assert(
    fc.property(orders, fc.infiniteStream(fc.nat()), (given, randoms) => {
      const ordered = given.map((one) => forgetting(one.events, one));
      const shuffled = [...all, ...ordered]
        .map((step) => ({ step, at: randoms.next().value ?? 0 }))
        .sort((a, b) => a.at - b.at)
        .map(({ step }) => step);
      const [one, other] = [arrive([...all, ...ordered]), arrive(shuffled)];
      expect(other).toEqual(one);
      const [a, b] = [noRecords(), noRecords()];
      for (const event of one) foldInto(a, event, false);
      for (const event of other.toReversed()) foldInto(b, event, false);
      expect(b.registers.toJSON().sort((x, y) => x.seq - y.seq)).toEqual(
        a.registers.toJSON().sort((x, y) => x.seq - y.seq),
      );
      expect([...b.sessions]).toEqual(saveRecords(a).sessions);
    }),
  );
});

test('runs hold what was put in, and nothing else', () => {
  const places = fc.array(
    fc.record({ writer: fc.constantFrom('a', 'b'), seq: fc.integer({ min: 1, max: 60 }) }),
  );
  fc.assert(
    fc.property(places, places, fc.integer({ min: 1, max: 60 }), fc.nat(20), (some, more, from, length) => {
      const index = RunIndex.of(runsOf(some), runsOf(more));
      const model = new Set([...some, ...more].map(({ writer: owner, seq }) => `${owner} ${seq}`));
      for (const owner of ['a', 'b', 'c'])
        for (let seq = 1; seq <= 60; seq += 1)
          expect(index.has(owner, seq)).toBe(model.has(`${owner} ${seq}`));
      const seqs = Array.from({ length: length + 1 }, (_, at) => from + at);
      expect(index.overlaps('a', from, from + length)).toBe(seqs.some((seq) => model.has(`a ${seq}`)));
    }),
  );
});
