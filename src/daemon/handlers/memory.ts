import { v7 as uuidv7 } from 'uuid';
import { subjectKey } from '../../core/records/kinds.ts';
import { holding, knowledgeIn } from '../../core/records/rows.ts';
import { vectorFault } from '../../core/vectors.ts';
import { AppError } from '../../schema/app-error.ts';
import { Draft } from '../../schema/event.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import { authorOf } from '../author.ts';
import { branchToWrite } from '../branching.ts';
import { readingPoint } from '../reading-point.ts';
import type { Handler } from './handler.ts';

type Remembered = Pick<OutputOf<'memory.remember'>, 'kind' | 'key'> & {
  type: string;
  status: 'ok' | 'failed';
  text: string;
  body: Record<string, unknown>;
};

export const remember: Handler<'memory.remember'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open, appender } = live;
  const line = await branchToWrite(live, input);
  const { kind, key, type, ...what } = memoryOf(input);
  const { ids } = await appender.append(
    [
      Draft.parse({
        type,
        ...authorOf(open, context, input.caller),
        identity: { nativeId: uuidv7(), phase: type },
        paths: input.paths ?? [],
        ...what,
      }),
    ],
    { branch: line.id },
  );
  return { workspace: open.workspace.name, branch: line.name, event: ids[0] ?? '', kind, key };
};

function memoryOf(input: ParsedOf<'memory.remember'>): Remembered {
  const { text, subject, convention, outcome, reason, withdraw, embedding, metadata } = input;
  const given = [subject, convention, outcome].filter((one) => one !== undefined);
  if (given.length > 1)
    throw new AppError('INVALID_ARGUMENT', 'one of --subject, --convention and --outcome: it is one thing', {
      hint: 'hivemind remember --help',
    });
  const state = withdraw ? 'withdrawn' : 'standing';
  const why = reason === undefined ? '' : `\nbecause ${reason}`;
  const isFact = given.length === 0 && !withdraw;
  if (!isFact && (embedding !== undefined || metadata !== undefined))
    throw new AppError('INVALID_ARGUMENT', 'embedding and metadata are of facts', {
      hint: 'remember it without subject, convention and outcome',
    });
  const fault = embedding === undefined ? null : vectorFault(embedding);
  if (fault !== null) throw new AppError('INVALID_ARGUMENT', `embedding: ${fault.message}`);
  // An earlier reason is none for another choice.
  const because = { reason: reason ?? '' };
  if (subject !== undefined)
    return {
      kind: 'decision',
      key: subjectKey(subject),
      type: 'memory.decided',
      status: 'ok',
      text: `${subject}: ${text}${why}`,
      body: { key: subjectKey(subject), set: { subject, choice: text, ...because, state } },
    };
  if (convention !== undefined)
    return {
      kind: 'convention',
      key: subjectKey(convention),
      type: 'memory.agreed',
      status: 'ok',
      text: `${convention}: ${text}${why}`,
      body: { key: subjectKey(convention), set: { name: convention, rule: text, ...because, state } },
    };
  if (withdraw)
    throw new AppError('INVALID_ARGUMENT', '--withdraw is about a decision or a convention', {
      hint: 'name it: --subject SUBJECT, or --convention NAME',
    });
  if (outcome !== undefined)
    return {
      kind: 'attempt',
      key: null,
      type: 'memory.attempted',
      status: outcome === 'worked' ? 'ok' : 'failed',
      text: `${text}\n${outcome}${why}`,
      body: { approach: text, outcome, ...(reason === undefined ? {} : { reason }) },
    };
  return {
    kind: 'fact',
    key: null,
    type: 'memory.noted',
    status: 'ok',
    text: `${text}${why}`,
    body: factBody(text, { reason, embedding, metadata }),
  };
}

function factBody(
  content: string,
  {
    reason,
    embedding,
    metadata = {},
  }: Pick<ParsedOf<'memory.remember'>, 'reason' | 'embedding' | 'metadata'>,
): Record<string, unknown> {
  const fields = { ...metadata, ...(reason === undefined ? {} : { reason }) };
  return {
    content,
    ...(Object.keys(fields).length === 0 ? {} : { metadata: fields }),
    ...(embedding === undefined ? {} : { embedding }),
  };
}

export const listMemory: Handler<'memory.list'> = async (input, _context, { workspaces, now }) => {
  const live = await workspaces.resolve(input);
  const { line, scope, moment } = await readingPoint(live, input);
  const all = knowledgeIn(live.open.registers, scope);
  const { decisions, conventions, claims } = holding(all, moment ?? now());
  return {
    workspace: live.open.workspace.name,
    branch: line.name,
    decisions: input.withdrawn ? all.decisions : decisions,
    conventions: input.withdrawn ? all.conventions : conventions,
    claims,
  };
};
