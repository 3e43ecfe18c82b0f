import { v7 as uuidv7 } from 'uuid';
import { shellWord } from '../../core/shell-word.ts';
import { vectorFault } from '../../core/vectors.ts';
import { AppError } from '../../schema/app-error.ts';
import { Draft } from '../../schema/event.ts';
import type { CallContext, OutputOf, ParsedOf } from '../../schema/operation.ts';
import { authorOf } from '../author.ts';
import { basisOf, pathsBelow } from '../basis.ts';
import { branchToWrite } from '../branching.ts';
import { checkoutOf, directoryOf } from '../checkout.ts';
import { scopeOf } from '../lines.ts';
import type { Row } from '../memory/rows.ts';
import { agreed, attempted, decided, noted, type Said } from '../memory/said.ts';
import { checkVersion, holdNote, versionNamed } from '../memory/version.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Engine, Handler } from './handler.ts';

type Input = Pick<ParsedOf<'memory.remember'>, 'workspace' | 'branch' | 'caller' | 'cwd' | 'paths'> & {
  replaces?: string | undefined;
};

/** Keeps what was said, with what its files are at this moment. */
async function keep(
  engine: Engine,
  context: CallContext,
  { paths: given = [], ...input }: Input,
  said: Said,
): Promise<OutputOf<'memory.remember'>> {
  const live = await engine.workspaces.resolve(input);
  const { open } = live;
  const line = await branchToWrite(live, input);
  const old =
    input.replaces === undefined ? null : await replacedVersion(open, line.id, said, input.replaces);
  const from = await directoryOf(context, open.workspace, input.cwd);
  const root = await checkoutOf(engine.workspaces, open.workspace.id, from);
  const paths = root === null || from === undefined ? given : pathsBelow(root, from, given);
  // Without files there is nothing to hold it against: a commit that was amended is no sign of anything.
  const basis = root === null || paths.length === 0 ? null : await basisOf(root, paths);
  const { kind, key, type, status, text } = said;
  const before =
    key === null ? null : textOf(open.registers.get(recordOf(kind), key, scopeOf(open, line.id)));
  const author = authorOf(open, context, input.caller);
  const body = said.bodyWith({ paths, basis });
  const identity = { nativeId: uuidv7(), phase: type };
  const draft = Draft.parse({ type, ...author, identity, paths, status, text, body });
  const event = await write(live, line.id, draft, old);
  const replaced = (key === null ? old?.text : undefined) ?? (before === said.value ? null : before);
  return { workspace: open.workspace.name, branch: line.name, event, kind, key, replaced };
}

/** Writes what is remembered, in the place of `old` as it was read. Returns its event. */
async function write(
  { open, appender }: LiveWorkspace,
  branch: string,
  draft: Draft,
  old: Row | null,
): Promise<string> {
  if (old === null) return (await appender.append([draft], { branch })).ids[0] ?? '';
  const hold = old.key === null ? holdNote(open, old) : null;
  try {
    const { ids } = await appender.appendMade(() => {
      checkVersion(open, scopeOf(open, branch), old);
      return { draft, branch };
    });
    const [event = ''] = ids;
    // A fact has no name: what took its place is told by its event, which is known only now.
    if (old.key === null) await appender.append([replacing(draft, old, event)], { branch });
    return event;
  } finally {
    hold?.end();
  }
}

const replacing = ({ agent, session, actor }: Draft, old: Row, event: string): Draft =>
  Draft.parse({
    type: 'memory.replaced',
    agent,
    session,
    actor,
    identity: { nativeId: uuidv7(), phase: 'memory.replaced' },
    text: 'replaced',
    body: { event: old.event, by: event },
  });

/** The version that is to be replaced, by its event. INVALID_ARGUMENT for what has another name, or should have one. */
async function replacedVersion(open: OpenWorkspace, branch: string, said: Said, name: string): Promise<Row> {
  const row = await versionNamed(open, scopeOf(open, branch), { name });
  if (row.key === said.key && (said.key === null || row.kind === said.kind)) return row;
  throw row.key === null
    ? new AppError('INVALID_ARGUMENT', `replaces: that is a ${row.kind}, which has no name`, {
        hint: `hivemind remember ${row.kind} … --replaces ${name}`,
      })
    : new AppError(
        'INVALID_ARGUMENT',
        `replaces: that is the ${row.kind} "${row.title.slice(0, 100)}", which is replaced under its name`,
        { hint: `hivemind remember ${row.kind} ${shellWord(row.title)} …` },
      );
}

const recordOf = (kind: Said['kind']): 'decision' | 'convention' =>
  kind === 'convention' ? 'convention' : 'decision';

/** What a decision or a convention says at the moment, while it stands. */
function textOf(
  state: { fields: Readonly<Record<string, { shown: { value: unknown } }>> } | null,
): string | null {
  if (state === null || state.fields.state?.shown.value === 'withdrawn') return null;
  const value = (state.fields.choice ?? state.fields.rule)?.shown.value;
  return typeof value === 'string' ? value : null;
}

export const decide: Handler<'memory.decide'> = (input, context, engine) =>
  keep(
    engine,
    context,
    input,
    decided({ ...input, alternatives: (input.alternative ?? []).map(readAlternative) }),
  );

/** `Redis: loses writes on failover`; of several colons the first that a space follows counts. */
function readAlternative(text: string): { choice: string; reason: string } {
  const [, choice = text, reason = ''] = /^(.+?):\s+(.*)$/s.exec(text.trim()) ?? [];
  if (choice.trim() === '')
    throw new AppError('INVALID_ARGUMENT', 'alternative: it does not say what was not chosen', {
      hint: '--alternative "Redis: loses writes on failover"',
    });
  return { choice: choice.trim().slice(0, 1000), reason: reason.trim().slice(0, 2000) };
}

export const agree: Handler<'memory.agree'> = (input, context, engine) =>
  keep(engine, context, input, agreed(input));

export const noteAttempt: Handler<'memory.attempt'> = (input, context, engine) =>
  keep(engine, context, input, attempted(input));

export const noteFact: Handler<'memory.note'> = (input, context, engine) =>
  keep(engine, context, input, noted(input));

/** All of these in one, for whoever has one tool for them. */
export const remember: Handler<'memory.remember'> = (input, context, engine) =>
  keep(engine, context, input, saidIn(input));

function saidIn(input: ParsedOf<'memory.remember'>): Said {
  const { text, subject, convention, outcome, reason: why, withdraw, embedding, metadata } = input;
  const given = [subject, convention, outcome].filter((one) => one !== undefined);
  if (given.length > 1)
    throw new AppError('INVALID_ARGUMENT', 'one of --subject, --convention and --outcome: it is one thing', {
      hint: 'hivemind remember --help',
    });
  const isFact = given.length === 0 && !withdraw;
  if (!isFact && (embedding !== undefined || metadata !== undefined))
    throw new AppError('INVALID_ARGUMENT', 'embedding and metadata are of facts', {
      hint: 'remember it without subject, convention and outcome',
    });
  const fault = embedding === undefined ? null : vectorFault(embedding);
  if (fault !== null) throw new AppError('INVALID_ARGUMENT', `embedding: ${fault.message}`);
  if (subject !== undefined) return decided({ subject, choice: text, why, withdraw });
  if (convention !== undefined) return agreed({ name: convention, rule: text, why, withdraw });
  if (withdraw)
    throw new AppError('INVALID_ARGUMENT', '--withdraw is about a decision or a convention', {
      hint: 'name it: --subject SUBJECT, or --convention NAME',
    });
  if (outcome !== undefined) return attempted({ approach: text, outcome, why });
  return noted({ text, why, embedding, metadata });
}
