import { v7 as uuidv7 } from 'uuid';
import { parseAddressee } from '../../core/handoff.ts';
import { composeHandoff, handoffSearchText } from '../../core/handoff-form.ts';
import { addresseeText, handoffTokens } from '../../core/handoff-text.ts';
import { parseDuration } from '../../core/moment.ts';
import type { BranchRecord } from '../../core/records/branch.ts';
import { AppError } from '../../schema/app-error.ts';
import { HandoffOffered } from '../../schema/bodies/handoff.ts';
import { Draft } from '../../schema/event.ts';
import { idFromUuid } from '../../schema/ids.ts';
import type { CallContext, OutputOf, ParsedOf } from '../../schema/operation.ts';
import { offerLength } from '../../schema/operations/handoff.ts';
import type { HandoffPosting } from '../../schema/records.ts';
import { authorOf } from '../author.ts';
import { branchToRead, branchToWrite } from '../branching.ts';
import { answererOf } from '../handoffs/asker.ts';
import { handoffNamed } from '../handoffs/named.ts';
import { offerAgain } from '../handoffs/offer-again.ts';
import { sessionFacts } from '../handoffs/session-facts.ts';
import { workedItem } from '../handoffs/worked-item.ts';
import { type Worked, workedSession } from '../handoffs/worked-session.ts';
import { withContents } from '../handoffs.ts';
import { scopeOf } from '../lines.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

type Input = ParsedOf<'handoff.offer'>;
type Output = OutputOf<'handoff.offer'>;

export const offerHandoff: Handler<'handoff.offer'> = async (input, context, { workspaces, now }) => {
  const live = await workspaces.resolve(input);
  if (input.again !== undefined) return offerAgain(live, input, context, now());
  const isDry = input['dry-run'];
  const line = await (isDry ? branchToRead(live, input) : branchToWrite(live, input));
  const { content, worked } = await compose(live, line, input, context, now());
  const author = authorOf(live.open, context, input.caller);
  const posting = postingFrom(content, { line, worked, input, nowMs: now(), context, open: live.open });
  const { note } = worked;
  const output = { workspace: live.open.workspace.name, branch: line.name, note };
  if (isDry)
    return { ...output, stored: false, handoff: { posting, content, branch: line.name, standing: null } };
  await store(live, line, author, posting, content);
  return { ...output, stored: true, handoff: await stored(live, line, posting.id, now()) };
};

/** What is offered: as it was written, and (where nothing was) as the record says. */
async function compose(
  { open }: LiveWorkspace,
  line: BranchRecord,
  input: Input,
  context: CallContext,
  nowMs: number,
): Promise<{ content: HandoffOffered; worked: Worked }> {
  const scope = scopeOf(open, line.id);
  const { content: written = {}, derive, cwd } = input;
  const answerer = answererOf(open, context, { caller: input.caller });
  const worked = await workedSession(open, scope, { named: input.session, cwd, answerer, nowMs });
  const { session, more } = worked;
  const facts = derive && session !== null ? await sessionFacts(open, scope, session, more) : null;
  const wantedItem = input.item ?? written.item;
  const found = workedItem(open, scope, { wanted: wantedItem, derive, session, nowMs });
  const questions = derive ? (found?.questions ?? []).filter(({ answer }) => answer === null) : [];
  const composed = composeHandoff(input, written, { facts, questions: questions.map(({ text }) => text) });
  const { task, next } = composed;
  if (task === undefined) throw missing('task', 'what is to be done');
  if (next === undefined) throw missing('next', 'the next step');
  const to = parseAddressee(input.to ?? written.to ?? 'anybody') ?? { kind: 'anybody' as const };
  const derived =
    found !== null && wantedItem === undefined ? [...composed.derived, 'item' as const] : composed.derived;
  const item = found?.id ?? null;
  const content = checked({
    ...composed,
    task,
    next,
    key: idFromUuid('handoff', uuidv7()),
    to,
    item,
    derived,
  });
  const transcript = facts?.transcript ?? null;
  return { content: { ...content, tokens: { handoff: handoffTokens(content), transcript } }, worked };
}

const missing = (field: string, what: string): AppError =>
  new AppError('INVALID_ARGUMENT', `${field}: say ${what}`, {
    hint: 'hivemind handoff offer --to agent:codex --task "what is to be done" --next "the next step"',
  });

/** What is put together of several sources may be more than there is room for. */
function checked(content: unknown): HandoffOffered {
  const parsed = HandoffOffered.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('INVALID_ARGUMENT', `${issue?.path.join('.')}: ${issue?.message}`, {
    hint: 'hivemind handoff offer --help',
  });
}

function postingFrom(
  { key, to, item }: HandoffOffered,
  {
    line,
    worked,
    input,
    nowMs,
    context,
    open,
  }: {
    line: BranchRecord;
    worked: Worked;
    input: Input;
    nowMs: number;
    context: CallContext;
    open: LiveWorkspace['open'];
  },
): HandoffPosting {
  const { name } = answererOf(open, context, { caller: input.caller });
  const lengthMs = parseDuration(input.expires ?? input.content?.expires ?? offerLength) ?? 0;
  return {
    id: key,
    to,
    from: name,
    session: worked.session,
    branch: line.id,
    content: null,
    item,
    state: 'offered',
    takenBy: null,
    takenIn: null,
    until: nowMs + lengthMs,
    createdAt: nowMs,
    updatedAt: nowMs,
    by: name,
    event: '',
    contested: [],
  };
}

/** First what it says, then that it is there: nobody is offered what cannot be read. */
async function store(
  { open, appender }: LiveWorkspace,
  line: BranchRecord,
  author: ReturnType<typeof authorOf>,
  posting: HandoffPosting,
  content: HandoffOffered,
): Promise<void> {
  const { id, to, from, session, item, state, until } = posting;
  const offered = Draft.parse({
    type: 'handoff.offered',
    ...author,
    identity: { nativeId: id, phase: 'offered' },
    paths: content.files.slice(0, 1000),
    text: handoffSearchText(content),
    body: content,
  });
  const { ids } = await appender.append([offered], { branch: line.id });
  const [event] = ids;
  if (event === undefined) throw new AppError('INTERNAL', 'a handoff was not stored');
  const posted = Draft.parse({
    type: 'handoff.posted',
    ...author,
    identity: { nativeId: id, phase: 'posted' },
    text: `offered to ${addresseeText(to)}`,
    body: { key: id, set: { to, from, session, branch: line.id, content: event, item, state, until } },
  });
  await appender.append([posted], { branch: line.id });
  if (open.registers.get('handoff', id, scopeOf(open, line.id)) === null)
    throw new AppError('INTERNAL', 'a handoff was not posted');
}

/** As it is in the record: what was secret has been taken out. */
async function stored(
  { open }: LiveWorkspace,
  line: BranchRecord,
  id: string,
  nowMs: number,
): Promise<Output['handoff']> {
  const scope = scopeOf(open, line.id);
  const [seen] = await withContents(open, scope, [handoffNamed(open, scope, id, nowMs)]);
  if (seen === undefined) throw new AppError('INTERNAL', 'a handoff was not stored');
  return seen;
}
