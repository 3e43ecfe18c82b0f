import { describe, expect, it } from 'vitest';
import { lineOf, valueText } from '../../../src/web/page/parts/said.tsx';
import {
  columnsOf,
  type Item,
  neighbourOf,
  stateBeside,
  wantedItems,
} from '../../../src/web/page/screens/plan/in-plan.ts';
import { rowsOf } from '../../../src/web/page/screens/review/diff-rows.ts';
import type { FieldChange, ReviewEntry } from '../../../src/web/page/screens/review/in-review.ts';
import { recordsOf, spanText, workedMs, writesOf } from '../../../src/web/page/screens/review/numbers.ts';
import { standingVerdicts, threadsOf } from '../../../src/web/page/screens/review/threads.ts';

const entry = (event: string, more: Partial<ReviewEntry> = {}): ReviewEntry => ({
  event,
  by: 'ann',
  actor: 'human',
  at: Number(event),
  verdict: 'commented',
  comment: '',
  place: null,
  replyTo: null,
  head: 'h',
  isStale: false,
  counts: false,
  standing: 'unverified',
  signer: null,
  ...more,
});

describe('what was said of a branch', () => {
  it('is threads, whatever is answered in them; an answer to something unknown stands alone', () => {
    const all = [
      entry('1'),
      entry('2', { replyTo: '1' }),
      entry('3', { replyTo: '2' }),
      entry('4', { replyTo: 'gone' }),
    ];
    expect(
      threadsOf(all).map(({ root, replies }) => [root.event, replies.map(({ event }) => event)]),
    ).toEqual([
      ['1', ['2', '3']],
      ['4', []],
    ]);
  });

  it('has the last verdict of each, and no comment', () => {
    const all = [
      entry('1', { verdict: 'changes-requested' }),
      entry('2', { verdict: 'approved', by: 'bob' }),
      entry('3', { verdict: 'approved' }),
      entry('4'),
    ];
    expect(standingVerdicts(all).map(({ event }) => event)).toEqual(['3', '2']);
  });
});

describe('numbers of a review', () => {
  it('time in which two worked at once counts once', () => {
    const at = (startedAt: number, lastAt: number) => ({ startedAt, lastAt });
    expect(workedMs([at(50, 60), at(0, 10), at(5, 20), at(6, 7)])).toBe(30);
    expect([spanText(40_000), spanText(8_040_000), spanText(180_000_000)]).toEqual([
      '40 s',
      '2 h 14 min',
      '2 d 2 h',
    ]);
  });

  it('a new record says what it decides, and not its own name or what is empty', () => {
    const change = (field: string, after: unknown): FieldChange => ({
      kind: 'decision',
      key: 'store',
      title: 'store',
      field,
      before: null,
      after,
      event: 'e1',
      by: 'ann',
      agent: 'cli',
      at: 1,
    });
    const changes = [
      change('alternatives', []),
      change('basis', { head: 'a'.repeat(40) }),
      change('reason', 'it is there'),
      change('choice', 'Redis'),
      change('state', 'standing'),
      change('subject', 'store'),
    ];
    const [record] = recordsOf(changes);
    expect(record?.isNew).toBe(true);
    expect(record && writesOf(record).map((fields) => fields.map(({ field }) => field))).toEqual([
      ['choice', 'reason'],
    ]);
  });
});

it('lines of a diff have their numbers of before and after, and are cut and safe', () => {
  const lines = [' a', '-b', '+c\u001b[31m\u202e', `+${'x'.repeat(5000)}`, '\\ No newline at end of file'];
  const rows = rowsOf([{ oldStart: 3, oldLines: 2, newStart: 7, newLines: 3, lines }]);
  expect(rows.map(({ kind, before, after }) => [kind, before, after])).toEqual([
    ['hunk', null, null],
    ['context', 3, 7],
    ['remove', 4, null],
    ['add', null, 8],
    ['add', null, 9],
    ['note', null, null],
  ]);
  expect([rows[3]?.text, rows[4]?.text.length, rows[4]?.cutChars]).toEqual(['c', 1000, 4000]);
});

it('text is cut before it is made safe, and values are what people read', () => {
  expect(lineOf(`a\u202eb\n${'c'.repeat(10_000_000)}`, 10)).toBe('ab ccccccc…');
  expect([null, '', [], ['a', 'b'], { text: 'why?', answer: 'so' }].map((value) => valueText(value))).toEqual(
    ['(nothing)', '(nothing)', '(nothing)', 'a\nb', 'why?\n→ so'],
  );
  expect(valueText(true, 'dependsOn/4b8f7e')).toBe('4b8f7e');
});

describe('the board', () => {
  const item = (id: string, state: Item['state'], more: Partial<Item> = {}): Item => ({
    id,
    title: `item ${id}`,
    state,
    owner: null,
    note: '',
    parent: null,
    rank: null,
    priority: null,
    paths: [],
    dependsOn: [],
    links: [],
    blockers: [],
    questions: [],
    createdAt: Number(id),
    updatedAt: Number(id),
    by: 'ann',
    event: 'e',
    contested: [],
    ...more,
  });
  const items = [
    item('1', 'todo'),
    item('2', 'todo', { priority: 0 }),
    item('3', 'done', { owner: 'bob' }),
    item('4', 'done'),
  ];
  const all = { text: '', owner: null, only: 'all' } as const;

  it('has the most urgent first, and what was done last', () => {
    const columns = columnsOf(wantedItems(items, all, new Map()));
    expect(columns.todo.map(({ id }) => id)).toEqual(['2', '1']);
    expect(columns.done.map(({ id }) => id)).toEqual(['4', '3']);
  });

  it('is walked by arrows over empty columns, and not beyond its edges', () => {
    const columns = columnsOf(wantedItems(items, all, new Map()));
    expect(neighbourOf(columns, null, 'down')).toBe('2');
    expect(neighbourOf(columns, '2', 'down')).toBe('1');
    expect(neighbourOf(columns, '1', 'down')).toBe('1');
    expect(neighbourOf(columns, '1', 'right')).toBe('3');
    expect(neighbourOf(columns, '4', 'left')).toBe('2');
    expect(neighbourOf(columns, '2', 'left')).toBe('2');
    expect([stateBeside('todo', -1), stateBeside('todo', 1), stateBeside('dropped', 1)]).toEqual([
      null,
      'doing',
      null,
    ]);
  });

  it('is narrowed by words, by owner, and by nobody', () => {
    const found = (wanted: object) =>
      wantedItems(items, { ...all, ...wanted }, new Map()).map(({ id }) => id);
    expect(found({ text: 'ITEM 3' })).toEqual(['3']);
    expect(found({ owner: 'bob' })).toEqual(['3']);
    expect(found({ owner: '', text: '4' })).toEqual(['4']);
    expect(found({ only: 'ready' })).toEqual([]);
  });
});
