import { describe, expect, test } from 'vitest';
import { factsFrom } from '../../../../src/daemon/git/links.ts';
import { patchOf } from '../../../../src/daemon/git/patches.ts';

const sha = (digit: string): string => digit.repeat(40);
const ses = (digit: string): string => `ses_${digit.repeat(32)}`;
const event = (body: Record<string, unknown>) => ({ body });
const commit = (digit: string, more: { trailers?: string[]; notes?: string[] } = {}) => ({
  sha: sha(digit),
  parents: [],
  author: 'Dev',
  committedAt: 0,
  subject: '',
  trailers: [],
  notes: [],
  ...more,
});
const sessionsOf = (links: readonly { session: string }[]): string[] =>
  links.map(({ session }) => session).sort();

describe('what events say of commits', () => {
  test('a squash of squashes unites the sessions of all, each once', () => {
    const facts = factsFrom([
      event({ sha: sha('c'), from: [sha('b'), sha('d')], sessions: [] }),
      event({ sha: sha('b'), from: [sha('a')], sessions: [{ session: ses('2'), by: 'edits' }] }),
      event({ sha: sha('a'), sessions: [{ session: ses('1'), by: 'command' }] }),
      event({ sha: sha('d'), picked: sha('a'), sessions: [{ session: ses('1'), by: 'edits' }] }),
    ]);
    expect(sessionsOf(facts.of(commit('c')))).toEqual([ses('1'), ses('2')]);
    expect(facts.of(commit('a'))).toEqual([{ session: ses('1'), by: 'command' }]);
    expect(facts.of(commit('e'))).toEqual([]);
  });

  test('a ring, a note, a trailer, and bodies of any form', () => {
    const facts = factsFrom([
      event({ sha: sha('a'), from: [sha('b')] }),
      event({ sha: sha('b'), from: [sha('a'), sha('b')], sessions: [{ session: ses('1'), by: 'edits' }] }),
      event({ sha: 7 }),
      event({ sha: sha('a'), sessions: [{ session: 'ses_x', by: 'edits' }] }),
      event({ sha: sha('a'), sessions: [{ session: ses('9'), by: 'guess' }] }),
    ]);
    const found = facts.of(commit('a', { notes: [ses('2')], trailers: [ses('1'), ses('3')] }));
    expect(found).toEqual([
      { session: ses('1'), by: 'edits' },
      { session: ses('3'), by: 'trailer' },
      { session: ses('2'), by: 'note' },
    ]);
  });

  test('a commit that nobody told of is known by what it changes', () => {
    const sessions = [{ session: ses('1'), by: 'edits' }];
    const facts = factsFrom([
      event({ sha: sha('a'), patch: 'p', sessions }),
      event({ sha: sha('b'), patch: null }),
    ]);
    expect(facts.ofPatch('p')).toEqual(sessions);
    expect(facts.ofPatch('q')).toEqual([]);
    expect([facts.patchOf(sha('a')), facts.patchOf(sha('b'))]).toEqual(['p', null]);
  });
});

test('a patch is the same elsewhere in the file and in another repository, and another for another file', () => {
  const diff = (file: string, at: number, line: string): string =>
    `diff --git a/${file} b/${file}\nindex ${at}..2 100644\n--- a/${file}\n+++ b/${file}\n@@ -${at} +${at} @@ f\n-old\n+${line}\n`;
  expect(patchOf(diff('x', 1, 'new'))).toBe(patchOf(diff('x', 99, 'new')));
  expect(patchOf(diff('x', 1, 'new'))).not.toBe(patchOf(diff('y', 1, 'new')));
  expect(patchOf(diff('x', 1, 'new'))).not.toBe(patchOf(diff('x', 1, 'other')));
  expect(patchOf('')).toBeNull();
});
