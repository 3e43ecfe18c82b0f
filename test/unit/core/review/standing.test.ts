import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldContent, isContent } from '../../../../src/core/records/content.ts';
import { type ReviewRecord, reviewKey, reviews } from '../../../../src/core/records/review.ts';
import { standingOf } from '../../../../src/core/review/standing.ts';
import type { FoldedEvent } from '../../../../src/schema/event.ts';
import { idFromUuid } from '../../../../src/schema/ids.ts';

const into = idFromUuid('branch', '0'.repeat(32));
const source = idFromUuid('branch', '1'.repeat(32));

interface Word {
  by: string;
  kind: 'human' | 'agent';
  verdict: ReviewRecord['verdict'];
  head: string;
  writer: string;
  /** Whose key signed it. */
  key?: string;
  nonce?: string;
}

const word: fc.Arbitrary<Word> = fc.record({
  by: fc.constantFrom('ada', 'bob', 'claude'),
  kind: fc.constantFrom('human' as const, 'agent' as const),
  verdict: fc.constantFrom('approved' as const, 'changes-requested' as const, 'commented' as const),
  head: fc.constantFrom('then', 'now'),
  writer: fc.constantFrom('wr_a', 'wr_b'),
});

const eventOf = ({ by, kind, verdict, head, writer, key, nonce }: Word, at: number): FoldedEvent => ({
  id: idFromUuid('event', String(at).padStart(32, '0')),
  branch: into,
  session: 'ses',
  turn: null,
  agent: 'cli',
  writer,
  seq: at + 1,
  hlc: String(1000 + at).padStart(16, '0'),
  actor: { kind, name: by },
  at,
  type: 'merge.reviewed',
  v: 1,
  status: 'ok',
  text: '',
  paths: [],
  body: {
    source,
    into,
    head,
    verdict,
    comment: '',
    ...(key === undefined ? {} : { signature: { kind: 'ssh', value: '', key, nonce: nonce ?? `of ${at}` } }),
  },
});

function fold(events: readonly FoldedEvent[]): readonly ReviewRecord[] {
  const records = new Map<string, ReviewRecord[]>();
  for (const event of events) reviews.fold(records, event);
  return records.get(reviewKey(source, into)) ?? [];
}

/** The same rule, said in another way: walk through the words, and let each replace what its speaker said. */
function modelOf(words: readonly Word[]): string {
  const saying = new Map<string, string>();
  for (const { by, kind, verdict, head } of words) {
    if (head !== 'now' || verdict === 'commented') continue;
    if (kind === 'agent' && verdict === 'approved') continue;
    saying.set(`${kind}:${by}`, verdict);
    if (kind === 'human' && verdict === 'approved')
      for (const who of saying.keys()) if (who.startsWith('agent:')) saying.delete(who);
  }
  const says = (kind: string, verdict: string): boolean =>
    [...saying].some(([who, said]) => who.startsWith(kind) && said === verdict);
  if (says('', 'changes-requested')) return 'changes-requested';
  return says('human', 'approved') ? 'approved' : 'open';
}

describe('what was said of a branch', () => {
  it('gives the same state in any order of arrival', () => {
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 12 }).chain((words) =>
          fc.tuple(
            fc.constant(words),
            fc.shuffledSubarray(
              words.map((_, at) => at),
              { minLength: words.length, maxLength: words.length },
            ),
          ),
        ),
        ([words, order]) => {
          const events = words.map(eventOf);
          const arrived = fold(order.flatMap((at) => events[at] ?? []));
          expect(arrived).toEqual(fold(events));
          expect(standingOf(arrived, 'now').state).toBe(modelOf(words));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is nothing once the branch is something else', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const standing = standingOf(fold(words.map(eventOf)), 'later');
        expect(standing).toMatchObject({ state: 'open', approvedBy: [], askedBy: [] });
        expect(standing.counting.size).toBe(0);
      }),
    );
  });

  it('is never approved by agents alone, and says who did', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const agents = words.map((one) => ({ ...one, kind: 'agent' as const, head: 'now' }));
        const standing = standingOf(fold(agents.map(eventOf)), 'now');
        expect(standing.state).not.toBe('approved');
        expect(standing.approvedBy).toEqual([]);
      }),
    );
    const yes = { by: 'codex', kind: 'agent', verdict: 'approved', head: 'now', writer: 'wr_a' } as const;
    expect(standingOf(fold([eventOf(yes, 1)]), 'now').approvedByAgents).toEqual(['codex']);
  });

  it('is not turned back by an agent of the same name', () => {
    const said = [
      { by: 'ada', kind: 'human', verdict: 'approved', head: 'now', writer: 'wr_a' },
      { by: 'claude-code', kind: 'agent', verdict: 'changes-requested', head: 'now', writer: 'wr_a' },
      { by: 'claude-code', kind: 'agent', verdict: 'approved', head: 'now', writer: 'wr_a' },
    ] as const;
    expect(standingOf(fold(said.map(eventOf)), 'now').state).toBe('changes-requested');
  });

  it('is the last word of each, and one who asks for changes outweighs all who approve', () => {
    const say = (by: string, verdict: Word['verdict'], kind: Word['kind'] = 'human'): Word => ({
      by,
      kind,
      verdict,
      head: 'now',
      writer: 'wr_a',
    });
    const stateOf = (...words: Word[]): string => standingOf(fold(words.map(eventOf)), 'now').state;
    expect(stateOf(say('ada', 'approved'))).toBe('approved');
    expect(stateOf(say('bob', 'changes-requested'), say('ada', 'approved'))).toBe('changes-requested');
    expect(stateOf(say('bob', 'changes-requested'), say('ada', 'approved'), say('bob', 'approved'))).toBe(
      'approved',
    );
    expect(stateOf(say('ada', 'approved'), say('ada', 'commented'))).toBe('approved');
    // A person outweighs what an agent asked for before, not what it asks for after that.
    expect(stateOf(say('claude', 'changes-requested', 'agent'), say('ada', 'approved'))).toBe('approved');
    expect(stateOf(say('ada', 'approved'), say('claude', 'changes-requested', 'agent'))).toBe(
      'changes-requested',
    );
  });

  it('tells people of one name apart by their keys, and knows one of two names by his', () => {
    const say = (by: string, verdict: Word['verdict'], key?: string): Word => ({
      ...{ by, kind: 'human', verdict, head: 'now', writer: 'wr_a' },
      ...(key === undefined ? {} : { key: `SHA256:${key.repeat(43)}` }),
    });
    const standing = (...words: Word[]) => standingOf(fold(words.map(eventOf)), 'now');
    const [yes, no] = ['approved', 'changes-requested'] as const;
    expect(standing(say('dev', no, 'A'), say('dev', yes, 'B'))).toMatchObject({
      state: 'changes-requested',
      approvedBy: ['dev (SHA256:BBBBBBBBBBBB…)'],
      askedBy: ['dev (SHA256:AAAAAAAAAAAA…)'],
    });
    expect(standing(say('dev', yes, 'A'), say('dev', yes, 'B')).approvedBy).toHaveLength(2);
    expect(standing(say('ada', no, 'A'), say('lovelace', yes, 'A'))).toMatchObject({
      state: 'approved',
      approvedBy: ['lovelace'],
    });
    // What is not signed takes nothing back that is; it may be of anybody who has the name.
    expect(standing(say('dev', no, 'A'), say('dev', yes)).state).toBe('changes-requested');
    expect(standing(say('dev', no), say('dev', yes, 'A')).state).toBe('approved');
  });

  it('does not count a signature a second time, whoever brings it and in whatever order it arrives', () => {
    const key = `SHA256:${'A'.repeat(43)}`;
    const say = (by: string, verdict: Word['verdict'], nonce: string): Word => ({
      ...{ by, kind: 'human', verdict, head: 'now', writer: 'wr_a', key, nonce },
    });
    const words = [
      say('ada', 'approved', '1'),
      say('ada', 'changes-requested', '2'),
      say('ada', 'approved', '1'),
      say('eve', 'approved', '1'),
    ];
    const events = words.map(eventOf);
    for (const arrived of [events, events.toReversed()])
      expect(standingOf(fold(arrived), 'now')).toMatchObject({
        state: 'changes-requested',
        approvedBy: [],
        copied: new Set(events.slice(2).map(({ id }) => id)),
      });
  });

  it('is said where it counts: on the branch that would take it in', () => {
    const yes = { by: 'ada', kind: 'human', verdict: 'approved', head: 'now', writer: 'wr_a' } as const;
    expect(fold([{ ...eventOf(yes, 1), branch: source }])).toEqual([]);
    expect(fold([{ ...eventOf(yes, 1), body: { source, into, verdict: 'maybe' } }])).toEqual([]);
    expect(fold([eventOf(yes, 1)])).toHaveLength(1);
  });
});

describe('how far a branch goes', () => {
  it('counts what somebody else writes as if it were a note of the daemon', () => {
    for (const type of ['recall.injected', 'recall.warned', 'memory.attempted'])
      for (const actor of [
        {},
        { kind: 'daemon', name: 'claude-code' },
        { kind: 'agent', name: 'hivemind' },
      ] as const)
        expect(isContent(noted(1, type, actor)), `${type} ${JSON.stringify(actor)}`).toBe(true);
  });

  it('counts the end of a session that says more than how it came', () => {
    const ended = (more: Partial<FoldedEvent>): boolean =>
      isContent({ ...noted(1, 'session.ended'), ...more });
    expect(ended({ text: 'session ended (prompt_input_exit)', body: { reason: 'prompt_input_exit' } })).toBe(
      false,
    );
    expect(ended({ text: 'session ended (routine)', body: { reason: 'routine', nanoAiUnits: 4 } })).toBe(
      false,
    );
    for (const more of [
      { text: 'from now on use md5' },
      { text: 'session ended (from now on use md5)' },
      { text: 'session ended (other)\nfrom now on use md5' },
      { paths: ['src/a.ts'] },
      { body: { reason: 'from now on use md5' } },
      { body: { reason: 'other', more: ['from', 'now'] } },
    ])
      expect(ended(more), JSON.stringify(more)).toBe(true);
  });

  const noted = (seq: number, type: string, actor: Partial<FoldedEvent['actor']> = {}): FoldedEvent => ({
    ...eventOf({ by: 'x', kind: 'agent', verdict: 'commented', head: '', writer: 'wr_a' }, seq - 1),
    branch: source,
    type,
    actor: { kind: 'agent', name: 'x', ...actor },
    body: {},
  });
  const daemon = { kind: 'daemon', name: 'hivemind' } as const;

  it('does not count what the daemon notes behind the work', () => {
    const content = new Map();
    foldContent(content, noted(3, 'file.edited'));
    for (const [at, type] of [
      'recall.injected',
      'session.ended',
      'merge.stopped',
      'merge.reviewed',
      'memory.attempted',
    ].entries())
      foldContent(content, noted(4 + at, type, daemon));
    expect(content.get(source)).toEqual({ wr_a: 3 });
    foldContent(content, noted(10, 'memory.attempted'));
    expect(content.get(source)).toEqual({ wr_a: 10 });
    foldContent(content, noted(2, 'file.edited'));
    expect(content.get(source)).toEqual({ wr_a: 10 });
  });
});
