import { expect, test } from 'vitest';
import { renderClaims, renderClaimTaken, renderReleased } from '../../../src/cli/render/claims.ts';
import { renderKnown } from '../../../src/cli/render/memory.ts';
import { paintFor } from '../../../src/cli/render/paint.ts';
import { knowledgeLines } from '../../../src/tui/replay/knowledge-lines.ts';
import { at0, claimOf } from './records.ts';

const minute = 60_000;
const view = { paint: paintFor({ isTTY: false }, {}), now: at0 + 12 * minute, width: 100 };
const shown = (more: Parameters<typeof claimOf>[0] = {}) => ({
  ...claimOf({ id: `clm_${'a'.repeat(32)}`, until: at0 + 30 * minute, ...more }),
  branchName: 'main',
  isOwn: false,
});

test('each claim says what, who, since when, for how long, where, and why', () => {
  const paths = ['src/a.ts', 'b', 'c', 'd', 'e', 'f', 'g'];
  const claims = [
    { ...shown({ paths, why: 'a new\u001b[31m format' }), isOwn: true },
    shown({ item: `itm_${'b'.repeat(32)}`, standing: 'provisional' }),
    shown({ handoff: `hof_${'c'.repeat(32)}`, until: null }),
  ];
  const lost = [shown({ paths: ['docs'], state: 'lost', lostTo: 'bob' })];
  expect(renderClaims({ workspace: 'w', claims, lost }, view).split('\n')).toEqual([
    '* ann: src/a.ts, b, c, d, e and 2 more  aaaaaa',
    expect.stringMatching(/^ {4}taken 12 min ago, for 18 min more, on main, "a new.*format"$/),
    '  ann: plan item bbbbbb  aaaaaa',
    '    taken 12 min ago, for 18 min more, on main, provisional: not confirmed by the bucket',
    '  ann: handoff cccccc  aaaaaa',
    '    taken 12 min ago, on main',
    '',
    'Lost',
    '  ann: docs  aaaaaa',
    '    taken 12 min ago, on main, lost to bob',
  ]);
  expect(renderClaims({ workspace: 'w', claims, lost }, view)).not.toContain('\u001b');
  expect(renderClaims({ workspace: 'w', claims: [], lost: [] }, view)).toContain(
    'Nobody is editing anything',
  );
});

test('what was taken from others, and what was given back', () => {
  const claim = shown({ paths: ['src'] });
  expect(
    renderClaimTaken(
      { workspace: 'w', claim, overruled: [shown({ holder: 'codex', paths: ['src/a.ts'] })] },
      view,
    ),
  ).toContain('taken from codex: src/a.ts');
  expect(renderReleased({ workspace: 'w', released: [claim] }, view)).toBe('Released src');
  expect(renderReleased({ workspace: 'w', released: [] }, view)).toBe('You have claimed nothing.');
});

test('memory and replay name a claim that has no paths', () => {
  const known = { plan: [], decisions: [], conventions: [], claims: [claimOf({ item: 'itm_1234567890' })] };
  expect(renderKnown(known, view).join('\n')).toContain('plan item 567890');
  expect(knowledgeLines(known, 80).map(({ text }) => text)).toContain('plan item 567890 (ann)');
});
