import { expect, test } from 'vitest';
import { type BranchNode, laneRows } from '../../../src/core/branch-lanes.ts';

const nodeOf = (id: string, parent: string | null, forkedAt: number | null, lastAt: number): BranchNode => ({
  id,
  name: id,
  parent,
  agent: null,
  forkedAt,
  lastAt,
  deletedAt: null,
  events: 1,
});

const said = (rows: ReturnType<typeof laneRows>): string[] =>
  rows.map(
    ({ what, branch, other, cells }) =>
      `${what} ${branch.id}${other === null ? '' : ` ${other.id}`} ${cells.join(',')}`,
  );

test('a branch is a lane from its tip to its fork, a merge leads into it', () => {
  const rows = laneRows({
    branches: [nodeOf('main', null, null, 50), nodeOf('a', 'main', 10, 30), nodeOf('b', 'main', 20, 60)],
    merges: [{ event: 'e', source: 'a', into: 'main', at: 40, by: 'ann' }],
  });
  expect(said(rows)).toEqual([
    'tip b none,tip',
    'tip main tip,through',
    'merge main a merge,cross,from',
    'tip a through,through,tip',
    'fork b main parent,forked,through',
    'fork a main parent,pass,forked',
  ]);
});

test('a line to the side crosses the lanes between its ends', () => {
  const rows = laneRows({
    branches: [nodeOf('main', null, null, 90), nodeOf('a', 'main', 10, 80), nodeOf('b', 'main', 20, 70)],
    merges: [{ event: 'e', source: 'b', into: 'main', at: 75, by: 'ann' }],
  });
  expect(rows.find(({ what }) => what === 'merge')?.cells).toEqual(['merge', 'cross', 'from']);
});

test('a parent on which nothing was done since goes on in the lane of its child; main has its own', () => {
  const rows = laneRows({
    branches: [nodeOf('main', null, null, 5), nodeOf('a', 'main', 10, 12), nodeOf('b', 'a', 20, 30)],
    merges: [],
  });
  expect(said(rows)).toEqual([
    'tip b none,tip',
    'fork b a none,through',
    'tip a none,tip',
    'fork a main from,forked',
    'tip main tip',
  ]);
});

test('clocks that differ and rings of parents end: every branch has its tip once', () => {
  const branches = [
    nodeOf('a', 'b', 50, 10),
    nodeOf('b', 'a', 40, 20),
    nodeOf('c', 'missing', 5, 1),
    nodeOf('d', 'c', 1, 99),
  ];
  const merges = [
    { event: 'e', source: 'd', into: 'c', at: 3, by: 'x' },
    { event: 'f', source: 'gone', into: 'c', at: 4, by: 'x' },
  ];
  const tips = laneRows({ branches, merges }).filter(({ what }) => what === 'tip');
  expect(tips.map(({ branch }) => branch.id).sort()).toEqual(['a', 'b', 'c', 'd']);
});
