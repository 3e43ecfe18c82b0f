import { describe, expect, it } from 'vitest';
import { renderCommitShown } from '../../../src/cli/render/git-show.ts';
import { plainPaint } from '../../../src/cli/render/paint.ts';
import { renderReview, renderReviewed, renderReviewList } from '../../../src/cli/render/review.ts';
import { displayWidth } from '../../../src/core/display-width.ts';
import type { OutputOf } from '../../../src/schema/operation.ts';
import type { Review } from '../../../src/schema/operations/review.ts';
import { at0, sessionOf } from './records.ts';

const view = { paint: plainPaint, now: at0, width: 60 };
const evil = '\u001b[2J\u202e\u0007<script>';
const inert = (text: string): void => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is looked for what a terminal would obey
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
};

const review = (more: Partial<Review> = {}): Review => ({
  event: 'evt_0123456789abcdef0123456789abcdef',
  by: 'ada',
  actor: 'human',
  at: at0,
  verdict: 'approved',
  comment: '',
  place: null,
  replyTo: null,
  head: 'now',
  isStale: false,
  counts: true,
  standing: 'unverified',
  signer: null,
  ...more,
});

const shown = (more: Partial<OutputOf<'review.show'>> = {}): OutputOf<'review.show'> => ({
  workspace: 'shop',
  source: 'run 42',
  into: 'main',
  ids: { workspace: 'ws', source: 'br_1', into: 'br_0' },
  head: 'now',
  state: 'open',
  ahead: 3,
  behind: 0,
  kinds: { 'tool.called': 3 },
  changes: [],
  conflicts: [],
  verdicts: [],
  sessions: [],
  commits: [],
  reviews: [],
  ...more,
});

describe('a review in the terminal', () => {
  it('says of each verdict whether it counts, and why not', () => {
    const text = renderReview(
      shown({
        reviews: [
          review(),
          review({ isStale: true, counts: false }),
          review({ by: 'codex', actor: 'agent', counts: false }),
          review({ standing: 'verified', signer: 'ada@example.test' }),
          review({ verdict: 'commented', place: { path: 'src/a.ts', line: 3 }, comment: 'why?\nreally' }),
        ],
      }),
      { ...view, width: 100 },
    );
    expect(text).toMatch(/ada approved {2}\(unverified\)/);
    expect(text).toMatch(/\(before the branch changed, unverified\)/);
    expect(text).toMatch(/codex approved {2}\(an agent: does not count\)/);
    expect(text).toMatch(/\(signed by ada@example\.test\)/);
    expect(text).toMatch(/ada says .*\n {4}src\/a\.ts:3\n {4}why\?\n {4}really/);
    expect(text).toContain("hivemind review approve 'run 42' --head now");
  });

  it('fits the terminal, and obeys nothing that it shows', () => {
    const text = renderReview(
      shown({
        source: `side${evil}`,
        sessions: [sessionOf({ title: `${evil} ${'word '.repeat(60)}`, agent: evil })],
        reviews: [
          review({ by: evil, comment: `${evil}${'x'.repeat(5_000)}`, place: { path: evil, record: evil } }),
        ],
      }),
      view,
    );
    inert(text);
    const tooWide = text.split('\n').filter((line) => displayWidth(line) > view.width);
    // A command is never broken: it is there to be copied.
    expect(tooWide.filter((line) => !/^(Next:| {3}or:) hivemind/.test(line))).toEqual([]);
    inert(renderReviewed({ workspace: 'shop', state: 'open', review: review({ signer: evil }) }, view));
  });

  it('names what to look at where something waits, and says so where nothing does', () => {
    const branch = { id: 'br_1', name: 'a b', parent: 'main', agent: null, createdAt: at0, createdBy: 'ada' };
    const counts = { deletedAt: null, events: 3, ahead: 3, behind: 1, lastAt: at0 };
    const row = { into: 'main', state: 'open' as const, reviews: 0, conflicts: null };
    const rows = [{ ...row, branch: { ...branch, ...counts } }];
    const text = renderReviewList({ workspace: 'shop', into: 'main', rows, total: 4 }, view);
    expect(text).toMatch(/a b +○ open +3 +1 +0/);
    expect(text).toMatch(/3 more branches not shown: --limit 4\n.*hivemind review show 'a b'$/);
    expect(renderReviewList({ workspace: 'shop', into: 'main', rows: [], total: 0 }, view)).toMatch(
      /^Nothing waits/,
    );
  });
});

describe('a commit in the terminal', () => {
  it('shows its files, and obeys nothing that is in them', () => {
    const file = {
      path: evil,
      from: null,
      change: 'modified',
      added: 1,
      removed: 1,
      isBinary: false,
    } as const;
    const lines = [` ${evil}`, `-${evil}\r`, '+\ttabs'];
    const text = renderCommitShown(
      {
        workspace: 'shop',
        commit: { sha: 'a'.repeat(40), subject: evil, author: evil, at: at0, sessions: [] },
        message: `${evil}\n\nbody ${evil}`,
        parents: [],
        files: [
          { ...file, isCut: true, hunks: [{ oldStart: 1, oldLines: 2, newStart: 1, newLines: 2, lines }] },
        ],
        total: 2,
      },
      view,
    );
    inert(text.replaceAll('\t', ' '));
    expect(text).toContain('@@ -1,2 +1,2 @@');
    expect(text).toContain('1 more file not shown');
  });
});
