import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Act, actsIn } from '../../../../src/core/compliance/acts.ts';
import { judge, type SessionFacts } from '../../../../src/core/compliance/habits.ts';
import { callsOf } from '../../../../src/core/compliance/shell-calls.ts';

describe('the command hivemind in a shell', () => {
  test.each([
    ['hivemind recall "why did it fail"', [['recall', 'why did it fail']]],
    [
      'cd /x && hivemind recall a; hivemind remember b',
      [
        ['recall', 'a'],
        ['remember', 'b'],
      ],
    ],
    ['HIVEMIND_HOME=/x env A=1 ~/.hivemind/bin/hivemind plan next --take', [['plan', 'next', '--take']]],
    [`bash -lc 'hivemind recall "x y"'`, [['recall', 'x y']]],
    ['npm test | tee log || hivemind recall log', [['recall', 'log']]],
    [
      '(hivemind recall a)\nhivemind \\\n recall b',
      [
        ['recall', 'a'],
        ['recall', 'b'],
      ],
    ],
    ['echo "hivemind recall x"', []],
    ["grep -r 'hivemind recall' docs", []],
    ['git commit -m "hivemind; hivemind recall"', []],
    ['cat hivemind recall', []],
    ['hivemindx recall', []],
    ['', []],
  ])('%s', (command, calls) => {
    expect(callsOf('hivemind', command)).toEqual(calls);
  });

  test('any text is read, in time that grows with its length alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(Array.isArray(callsOf('hivemind', text))).toBe(true);
      }),
    );
    expect(callsOf('hivemind', 'bash -c '.repeat(100_000))).toEqual([]);
    expect(callsOf('hivemind', `${'('.repeat(1_000_000)}hivemind recall`)).toEqual([]);
  });
});

const id = `itm_${'0a'.repeat(13)}4b8f7e`;
const item = '4b8f7e';
const agent = { kind: 'agent' as const, name: 'codex' };
const called = (tool: string, input: object, more: object = {}) => ({
  type: 'tool.called',
  status: 'ok' as const,
  at: 5,
  actor: agent,
  body: { tool, input, ...more },
});
const kinds = (event: Parameters<typeof actsIn>[0]): object[] =>
  actsIn(event).map(({ at: _, ...act }) => act);

describe('what an event says that the agent did', () => {
  test.each([
    [called('mcp__hivemind__recall', { query: 'x' }), [{ kind: 'recalled' }]],
    [called('mcp__plugin_x_hivemind__recall', {}), [{ kind: 'recalled' }]],
    [called('mcp__other__recall', {}), []],
    [called('mcp__hivemind__remember', { text: 'x' }), [{ kind: 'recorded' }]],
    [called('mcp__hivemind__plan', { action: 'show' }), []],
    [called('mcp__hivemind__plan', { action: 'next' }), []],
    [
      called('mcp__hivemind__plan', { action: 'next', take: true }, { output: `took ${id}` }),
      [{ kind: 'planned', item, state: 'doing' }],
    ],
    [
      called('mcp__hivemind__plan', { action: 'set', item: 'Parser', state: 'done' }),
      [{ kind: 'planned', item: 'Parser', state: 'done' }],
    ],
    [called('mcp__hivemind__handoff', { action: 'offer' }), [{ kind: 'offered' }]],
    [called('mcp__hivemind__handoff', { action: 'list' }), []],
    [called('Bash', { command: 'hivemind remember decision x' }), [{ kind: 'recorded' }]],
    [called('Bash', { command: 'hivemind remember --help' }), []],
    [
      called(
        'Bash',
        { command: 'hivemind plan set "Mend it" --state=done' },
        { output: `[x] Mend it  @me  ${item}\non main` },
      ),
      [{ kind: 'planned', item, state: 'done' }],
    ],
    [
      called('Bash', { command: 'hivemind plan add "A part" --state doing' }),
      [{ kind: 'planned', item: 'A part', state: 'doing' }],
    ],
    [called('Read', { command: 'hivemind recall x' }), []],
    [{ ...called('Bash', { command: 'hivemind remember x' }), status: 'failed' as const }, []],
    [
      { ...called('Bash', { command: 'hivemind recall x' }), status: 'failed' as const },
      [{ kind: 'recalled' }],
    ],
    [
      { ...called('', {}), type: 'memory.attempted', status: 'failed' as const, body: {} },
      [{ kind: 'recorded' }],
    ],
    [
      { ...called('', {}), type: 'memory.attempted', actor: { kind: 'daemon' as const, name: 'hivemind' } },
      [],
    ],
    [
      { ...called('', {}), type: 'plan.changed', body: { key: id, set: { state: 'doing' } } },
      [{ kind: 'planned', item, state: 'doing' }],
    ],
  ])('%#', (event, acts) => {
    expect(kinds(event)).toEqual(acts);
  });

  test('nothing that stands in a body makes it fail', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('tool.called', 'plan.changed', 'handoff.offered'),
        fc.dictionary(fc.constantFrom('tool', 'input', 'output', 'key', 'set'), fc.jsonValue()),
        (type, body) => {
          const event = { ...called('', {}), type, body: body as Record<string, unknown> };
          expect(Array.isArray(actsIn(event))).toBe(true);
        },
      ),
    );
  });
});

const facts = (more: Partial<SessionFacts>, ...acts: object[]): SessionFacts => ({
  id: 'ses_1',
  agent: 'codex',
  model: null,
  isLive: true,
  isBriefed: false,
  isOver: true,
  edits: 0,
  failedAt: null,
  editedAfterAt: null,
  acts: acts as Act[],
  ...more,
});
const recalled = (at: number) => ({ kind: 'recalled', at });
const planned = (at: number, which: string, state: string) => ({ kind: 'planned', at, item: which, state });
const kept = (...given: Parameters<typeof facts>) => judge(facts(...given)).kept;

describe('the rules', () => {
  test('a session without failure, edit or plan is asked for nothing but the brief', () => {
    expect(kept({})).toEqual({
      briefed: false,
      recalled: null,
      recalledFirst: null,
      recorded: null,
      planned: false,
      handedOff: null,
    });
    expect(kept({ isLive: false })).toMatchObject({ briefed: null });
    expect(kept({ isBriefed: true })).toMatchObject({ briefed: true });
  });

  test('recall is first when it comes before the edit that follows the failure', () => {
    const failing = { failedAt: 10, editedAfterAt: 20 };
    expect(kept(failing)).toMatchObject({ recalled: false, recalledFirst: false });
    expect(kept(failing, recalled(15))).toMatchObject({ recalled: true, recalledFirst: true });
    expect(kept(failing, recalled(5))).toMatchObject({ recalled: true, recalledFirst: true });
    expect(kept(failing, recalled(25))).toMatchObject({ recalled: true, recalledFirst: false });
    expect(kept({ failedAt: 10 }, recalled(25))).toMatchObject({ recalledFirst: true });
  });

  test('edits ask for a record', () => {
    expect(kept({ edits: 1 })).toMatchObject({ recorded: false });
    expect(kept({ edits: 1 }, { kind: 'recorded', at: 1 })).toMatchObject({ recorded: true });
  });

  test('an item left in doing at the end asks for a handoff', () => {
    const open = planned(1, 'a', 'doing');
    expect(kept({}, open)).toMatchObject({ planned: true, handedOff: false });
    expect(kept({}, open, { kind: 'offered', at: 2 })).toMatchObject({ handedOff: true });
    expect(kept({ isOver: false }, open)).toMatchObject({ handedOff: null });
    expect(kept({}, open, planned(2, 'a', 'done'))).toMatchObject({ handedOff: null });
    expect(kept({}, planned(2, 'a', 'blocked'), open)).toMatchObject({ handedOff: null });
    expect(kept({}, planned(0, 'a', 'done'), open)).toMatchObject({ handedOff: false });
    expect(kept({}, planned(1, 'b', 'done'), open)).toMatchObject({ handedOff: false });
  });

  test('the same change told twice, by the call and by what it wrote, is one', () => {
    const { taken, done } = judge(
      facts(
        {},
        planned(1, 'a', 'doing'),
        planned(1, 'a', 'doing'),
        planned(2, 'a', 'done'),
        planned(3, 'b', 'done'),
      ),
    );
    expect([taken, done]).toEqual([1, 2]);
  });
});
