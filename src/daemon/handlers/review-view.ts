import { lastAt, summarize } from '../branch-summary.ts';
import { checkoutIfAny } from '../git/of-workspace.ts';
import { incomingOf } from '../incoming.ts';
import { fixedScope, liveLines, mergeSides, namedLine } from '../lines.ts';
import { commitsOf } from '../review/commits.ts';
import { reviewRows } from '../review/rows.ts';
import { sessionsWithin } from '../review/sessions.ts';
import { bringsContent, reviewHead, reviewState, reviewsOf, standingNow } from '../review/standing.ts';
import { inTurn } from '../turns.ts';
import type { Handler } from './handler.ts';

export const listReviews: Handler<'review.list'> = async (input, _context, { workspaces }) => {
  const { open } = await workspaces.resolve(input);
  const target = namedLine(open, input.into);
  const against = fixedScope(open, target.id);
  const waiting = liveLines(open)
    .filter(({ id }) => id !== target.id && bringsContent(open, id, against))
    .map((line) => ({ line, at: lastAt(open, line) }))
    .sort((a, b) => b.at - a.at);
  return {
    workspace: open.workspace.name,
    into: target.name,
    rows: waiting.slice(0, input.limit).map(({ line }) => ({
      branch: summarize(open, line, against),
      into: target.name,
      state: standingNow(open, line.id, target.id).state,
      reviews: reviewsOf(open, line.id, target.id).length,
      conflicts: null,
    })),
    total: waiting.length,
  };
};

export const showReview: Handler<'review.show'> = async (input, _context, { workspaces, now }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const sides = mergeSides(open, input);
  const { source, target } = sides;
  return inTurn(async () => {
    const head = reviewHead(open, source.id);
    const standing = standingNow(open, source.id, target.id);
    const brings = bringsContent(open, source.id, fixedScope(open, target.id));
    const { merge, spans, shown } = await incomingOf(open, sides);
    const sessions = await sessionsWithin(open, spans, merge.sides.theirs);
    const root = await checkoutIfAny(live, input.cwd);
    const scopes = merge.sides;
    const commits = root === null ? [] : await commitsOf({ open, root, spans, scopes, sessions, now: now() });
    const records = reviewsOf(open, source.id, target.id);
    return {
      workspace: open.workspace.name,
      source: source.name,
      into: target.name,
      ids: { workspace: open.workspace.id, source: source.id, into: target.id },
      head,
      state: reviewState(sides, { brings, standing }),
      ...shown,
      sessions,
      commits,
      reviews: await reviewRows(open, records, { into: target.id, head, standing }),
    };
  });
};
