import { bucketLength, createActivity, type Range } from '../../core/activity.ts';
import { seenOf } from '../../core/records/session.ts';
import type { Scope } from '../../core/scope.ts';
import { AppError } from '../../schema/app-error.ts';
import { hash128 } from '../../schema/ids.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import { branchToRead } from '../branching.ts';
import { scopeOf, spansOf } from '../lines.ts';
import { momentOf } from '../moments.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import type { Handler } from './handler.ts';

type Counts = Pick<OutputOf<'stats.activity'>, 'events' | 'agents' | 'tools' | 'files' | 'usage'>;

/** The time ends with a minute, so that whoever looks again within it is given what was counted. */
const minuteMs = 60_000;
const usualBuckets = 48;
/** So many answers are kept for each workspace. */
const mostKept = 8;
/** An answer that took longer than this to count may be as old as ten times what it took. */
const longMs = 300;
/** Of fewer events than these no answer is old, however slow the machine is. */
const manyEvents = 50_000;

type Answer = Range & Counts;

interface Kept {
  answer: Promise<Answer>;
  /** How many events there were. */
  events: number;
  /** Epoch milliseconds until which it stands when no events have come, and until which it stands although some have. */
  fits: number;
  stands: number;
}

const kept = new WeakMap<OpenWorkspace, Map<string, Kept>>();

export const showActivity: Handler<'stats.activity'> = async (input, _context, { workspaces, now }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const { id, name } = await branchToRead(live, input);
  const scope = scopeOf(open, id);
  const answer = await answerOf(open, scope, input, now);
  return { workspace: open.workspace.name, branch: name, ...answer };
};

/** What is asked for, without the time before the first session that is seen. */
function rangeOf(open: OpenWorkspace, scope: Scope, input: ParsedOf<'stats.activity'>, now: number): Range {
  const since = momentOf('since', input.since ?? '1w', now);
  const to = input.until === undefined ? nextMinute(now) : momentOf('until', input.until, now);
  if (to <= since)
    throw new AppError('INVALID_ARGUMENT', 'the time ends before it begins: until is not after since', {
      hint: 'hivemind stats --since 1w',
    });
  const first = firstSeen(open, scope);
  const from = first > since && first < to ? Math.floor(first / minuteMs) * minuteMs : since;
  return { from, to, bucketMs: bucketLength(from, to, input.buckets ?? usualBuckets) };
}

const nextMinute = (at: number): number => (Math.floor(at / minuteMs) + 1) * minuteMs;

/** When the first session began of which something is seen; infinite: there is none. */
function firstSeen(open: OpenWorkspace, scope: Scope): number {
  let first = Number.POSITIVE_INFINITY;
  for (const part of open.sessions.values())
    if (part.startedAt < first && seenOf(part, scope) !== 'none') first = part.startedAt;
  return first;
}

/** What is asked for; an answer that took long is given again for a while, and says itself up to when it is. */
async function answerOf(
  open: OpenWorkspace,
  scope: Scope,
  input: ParsedOf<'stats.activity'>,
  now: () => number,
): Promise<Answer> {
  const answers = kept.get(open) ?? new Map<string, Kept>();
  kept.set(open, answers);
  const { since, until, buckets, top } = input;
  const key = hash128(
    'activity',
    scope.canonical(),
    JSON.stringify([since, until, buckets, top, open.forgettings.size]),
  );
  const events = open.store.count();
  const known = answers.get(key);
  const isGood =
    known !== undefined && (now() < known.stands || (known.events === events && now() < known.fits));
  if (isGood) return known.answer;
  const range = rangeOf(open, scope, input, now());
  const counted = count(open, scope, range, top).then((counts) => ({ ...range, ...counts }));
  // While it is counted whoever asks the same of the same events waits for the same.
  const one: Kept = { answer: counted, events, fits: nextMinute(now()), stands: 0 };
  answers.delete(key);
  answers.set(key, one);
  for (const [oldest] of answers) if (answers.size > mostKept) answers.delete(oldest);
  const startedAt = performance.now();
  try {
    return await counted;
  } catch (error) {
    answers.delete(key);
    throw error;
  } finally {
    const tookMs = performance.now() - startedAt;
    one.stands = tookMs > longMs && events > manyEvents ? now() + 10 * tookMs : 0;
  }
}

async function count(open: OpenWorkspace, scope: Scope, range: Range, top: number): Promise<Counts> {
  let activity = createActivity(range);
  const filter = { spans: spansOf(open, scope), since: range.from, until: range.to };
  await open.store.countEach(filter, () => {
    activity = createActivity(range);
    return activity.add;
  });
  return activity.result(top);
}
