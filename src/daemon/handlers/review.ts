import { v7 as uuidv7 } from 'uuid';
import { shellWord } from '../../core/shell-word.ts';
import { AppError } from '../../schema/app-error.ts';
import type { MergeReviewed, ReviewPlace, ReviewVerdict } from '../../schema/bodies/review.ts';
import { Draft } from '../../schema/event.ts';
import type { CallContext, OutputOf, ParsedOf } from '../../schema/operation.ts';
import { eventNamed } from '../as-of.ts';
import { fixedScope, mergeSides, scopeOf, spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { reviewerOf } from '../review/author.ts';
import { changed, checkUnchanged } from '../review/change.ts';
import { reviewRows } from '../review/rows.ts';
import { checkUnused, type Seal, sealOf } from '../review/seal.ts';
import { bringsContent, reviewHead, reviewState, reviewsOf, standingNow } from '../review/standing.ts';
import type { Engine, Handler } from './handler.ts';

type Sides = ReturnType<typeof mergeSides>;
type Said = Omit<ParsedOf<'review.approve'>, 'signature' | 'nonce'>;
interface More {
  place?: ReviewPlace;
  replyTo?: string;
  signature?: Seal;
}

export const approveBranch: Handler<'review.approve'> = (input, context, engine) =>
  say('approved', input, context, engine, (...about) => signatureOf('approved', input, ...about));

export const askForChanges: Handler<'review.ask'> = (input, context, engine) =>
  say('changes-requested', input, context, engine, (...about) =>
    signatureOf('changes-requested', input, ...about),
  );

export const commentOnBranch: Handler<'review.comment'> = (input, context, engine) =>
  say('commented', input, context, engine, async (open, sides) => {
    const place = await placeIn(open, sides, input);
    const answered = input['reply-to'];
    return {
      ...(place === null ? {} : { place }),
      ...(answered === undefined ? {} : { replyTo: reviewNamed(open, sides, answered) }),
    };
  });

async function signatureOf(
  verdict: ReviewVerdict,
  input: ParsedOf<'review.approve'>,
  open: OpenWorkspace,
  { source, target }: Sides,
): Promise<More> {
  const about = { workspace: open.workspace.id, source: source.id, into: target.id, verdict };
  const signature = await sealOf(about, input);
  return signature === null ? {} : { signature };
}

/** Writes a review of what the branch is at the moment of writing. */
async function say(
  verdict: ReviewVerdict,
  input: Said,
  context: CallContext,
  { workspaces }: Engine,
  more: (open: OpenWorkspace, sides: Sides) => Promise<More> = async () => ({}),
): Promise<OutputOf<'review.approve'>> {
  const { open, appender } = await workspaces.resolve(input);
  const sides = mergeSides(open, input);
  const { source, target } = sides;
  await checkUnchanged(open, sides, input.head);
  const extra = await more(open, sides);
  const author = reviewerOf(open, context, input.caller);
  const { ids } = await appender.appendMade(() => {
    const head = reviewHead(open, source.id);
    if (input.head !== undefined && input.head !== head) throw changed(sides, 'just now');
    if (verdict !== 'commented') checkBrings(open, sides);
    checkUnused(reviewsOf(open, source.id, target.id), extra.signature);
    const body: MergeReviewed = {
      source: source.id,
      into: target.id,
      head,
      verdict,
      comment: input.comment,
      ...extra,
    };
    const draft = Draft.parse({
      type: 'merge.reviewed',
      ...author,
      identity: { nativeId: uuidv7(), phase: verdict },
      paths: extra.place?.path === undefined ? [] : [extra.place.path],
      text: `${verdicts[verdict]} ${source.name}${input.comment === '' ? '' : `: ${input.comment}`}`,
      body,
    });
    return { draft, branch: target.id };
  });
  return written(open, sides, ids.at(-1));
}

const verdicts: Record<ReviewVerdict, string> = {
  approved: 'approved',
  'changes-requested': 'asked for changes in',
  commented: 'commented on',
};

/** As it is in the record: what was secret has been taken out. */
async function written(
  open: OpenWorkspace,
  sides: Sides,
  id: string | undefined,
): Promise<OutputOf<'review.approve'>> {
  const { source, target } = sides;
  const records = reviewsOf(open, source.id, target.id).filter(({ event }) => event === id);
  const head = reviewHead(open, source.id);
  const standing = standingNow(open, source.id, target.id);
  const [review] = await reviewRows(open, records, { into: target.id, head, standing });
  if (review === undefined) throw new AppError('INTERNAL', 'a review was not stored');
  const brings = bringsContent(open, source.id, fixedScope(open, target.id));
  return {
    workspace: open.workspace.name,
    review,
    state: reviewState(sides, { brings, standing }),
  };
}

function checkBrings(open: OpenWorkspace, { source, target }: Sides): void {
  if (bringsContent(open, source.id, fixedScope(open, target.id))) return;
  throw new AppError(
    'FAILED_PRECONDITION',
    `${target.name} sees everything on ${source.name} already: there is nothing to decide`,
    { hint: `hivemind review comment ${shellWord(source.name)} "…"` },
  );
}

async function placeIn(
  open: OpenWorkspace,
  { source }: Sides,
  { commit, path, line, event, record }: ParsedOf<'review.comment'>,
): Promise<ReviewPlace | null> {
  if (line !== undefined && path === undefined)
    throw new AppError('INVALID_ARGUMENT', 'line: of which file?', { hint: '--path FILE --line 12' });
  const step =
    event === undefined ? undefined : await eventNamed(open, spansOf(open, scopeOf(open, source.id)), event);
  const given = { commit, path, line, event: step?.id, record };
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return Object.keys(said).length === 0 ? null : said;
}

/** The review that an id, or the end of one, means. */
function reviewNamed(open: OpenWorkspace, { source, target }: Sides, id: string): string {
  const tail = id.replace(/^evt_/, '');
  const found = reviewsOf(open, source.id, target.id).filter(
    ({ event }) => tail.length >= 6 && event.endsWith(tail),
  );
  const [review] = found;
  if (review !== undefined && found.length === 1) return review.event;
  throw new AppError(
    review === undefined ? 'NOT_FOUND' : 'FAILED_PRECONDITION',
    review === undefined
      ? `${source.name} has no review ${id.slice(0, 100)}`
      : `more than one review ends with ${id.slice(0, 100)}`,
    { hint: `hivemind review show ${shellWord(source.name)}` },
  );
}
