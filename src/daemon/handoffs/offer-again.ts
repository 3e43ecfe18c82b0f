import { v7 as uuidv7 } from 'uuid';
import { parseAddressee } from '../../core/handoff.ts';
import { addresseeText } from '../../core/handoff-text.ts';
import { parseDuration } from '../../core/moment.ts';
import { AppError } from '../../schema/app-error.ts';
import { Draft } from '../../schema/event.ts';
import type { CallContext, OutputOf, ParsedOf } from '../../schema/operation.ts';
import { offerLength } from '../../schema/operations/handoff.ts';
import type { HandoffPosting } from '../../schema/records.ts';
import { authorOf } from '../author.ts';
import { branchToWrite } from '../branching.ts';
import { withContents } from '../handoffs.ts';
import { scopeOf } from '../lines.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import { answererOf } from './asker.ts';
import { handoffNamed } from './named.ts';

/** Offers what was declined, withdrawn or has expired anew: the same content, perhaps to somebody else. */
export async function offerAgain(
  live: LiveWorkspace,
  input: ParsedOf<'handoff.offer'>,
  context: CallContext,
  nowMs: number,
): Promise<OutputOf<'handoff.offer'>> {
  const { open, appender } = live;
  const line = await branchToWrite(live, input);
  const scope = scopeOf(open, line.id);
  const posting = handoffNamed(open, scope, input.again ?? '', nowMs);
  const answerer = answererOf(open, context, { caller: input.caller });
  if (!answerer.isPerson && answerer.name !== posting.from)
    throw new AppError(
      'PERMISSION_DENIED',
      `it was offered by ${posting.from}, and you are ${answerer.name}`,
      {
        hint: 'offer your own: hivemind handoff offer --task "…" --next "…"',
      },
    );
  checkFree(posting);
  const to = input.to === undefined ? posting.to : (parseAddressee(input.to) ?? posting.to);
  const until = nowMs + (parseDuration(input.expires ?? offerLength) ?? 0);
  const output = { workspace: open.workspace.name, branch: line.name, note: '' };
  const [before] = await withContents(open, scope, [{ ...posting, state: 'offered', to, until }]);
  if (before === undefined) throw new AppError('INTERNAL', 'a handoff went away');
  if (input['dry-run']) return { ...output, stored: false, handoff: before };
  await appender.appendMade(() => {
    checkFree(handoffNamed(open, scope, posting.id, nowMs));
    const set = { to, state: 'offered', until, by: null, bySession: null, claim: null };
    const draft = Draft.parse({
      type: 'handoff.posted',
      ...authorOf(open, context, input.caller),
      identity: { nativeId: uuidv7(), phase: 'posted' },
      text: `offered again to ${addresseeText(to)}`,
      body: { key: posting.id, set },
    });
    return { draft, branch: line.id };
  });
  const [handoff = before] = await withContents(open, scope, [handoffNamed(open, scope, posting.id, nowMs)]);
  return { ...output, stored: true, handoff };
}

function checkFree({ id, state, takenBy }: HandoffPosting): void {
  if (state !== 'offered' && state !== 'accepted') return;
  const what = state === 'offered' ? 'it is on offer already' : `it was taken by ${takenBy ?? 'somebody'}`;
  throw new AppError('FAILED_PRECONDITION', what, { hint: `hivemind handoff show ${id}` });
}
