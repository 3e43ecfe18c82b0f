import { conventionsIn, decisionsIn, holding as holdingAt, knowledgeIn } from '../../core/records/rows.ts';
import type { Scope } from '../../core/scope.ts';
import { AppError } from '../../schema/app-error.ts';
import type { CallContext } from '../../schema/operation.ts';
import type { Remembered } from '../../schema/operations/memory.ts';
import { createHolding } from '../basis.ts';
import { checkoutOf, directoryOf } from '../checkout.ts';
import { spansOf } from '../lines.ts';
import { historyOf, noteHistory } from '../memory/history.ts';
import { memoryNamed, nothingNamed, type Recorded, recordNamed, rowOfRecord } from '../memory/named.ts';
import { eventRow, held, verdictOf } from '../memory/rows.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { readingPoint } from '../reading-point.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Engine, Handler } from './handler.ts';

/** Looks at the checkout that a call is about, if it is one of the workspace. */
export async function holdingFor(
  { workspaces }: Engine,
  context: CallContext,
  { open }: LiveWorkspace,
  cwd: string | undefined,
) {
  const from = await directoryOf(context, open.workspace, cwd);
  return createHolding(await checkoutOf(workspaces, open.workspace.id, from), { isQuick: true });
}

export const listMemory: Handler<'memory.list'> = async (input, context, engine) => {
  const live = await engine.workspaces.resolve(input);
  const { open } = live;
  const { line, scope, moment } = await readingPoint(live, input);
  const holding = await holdingFor(engine, context, live, input.cwd);
  const all = knowledgeIn(open.registers, scope);
  const { decisions, conventions, claims } = holdingAt(all, moment ?? engine.now());
  const { kind, withdrawn, limit } = input;
  const withHolds = async <T extends Recorded['one']>(of: typeof kind, rows: readonly T[]) =>
    Promise.all(
      (kind === undefined || kind === of ? rows : []).map(async (one) => ({
        ...one,
        holds: await holding(one.basis),
      })),
    );
  const latest = async (of: 'attempt' | 'fact', type: string): Promise<Remembered[]> =>
    kind === of ? held(holding, await latestOf(open, scope, type, { limit, withdrawn })) : [];
  return {
    workspace: open.workspace.name,
    branch: line.name,
    decisions: await withHolds('decision', withdrawn ? all.decisions : decisions),
    conventions: await withHolds('convention', withdrawn ? all.conventions : conventions),
    claims: kind === undefined ? claims : [],
    attempts: await latest('attempt', 'memory.attempted'),
    facts: await latest('fact', 'memory.noted'),
  };
};

async function latestOf(
  open: OpenWorkspace,
  scope: Scope,
  type: string,
  { limit, withdrawn }: { limit: number; withdrawn: boolean },
) {
  const filter = { spans: spansOf(open, scope), types: [type] };
  const positions = await open.store.positions(filter);
  const wanted = positions.filter(({ id }) => withdrawn || open.replaced.seenFrom(scope, id) === null);
  const events = await open.store.at(filter, wanted.slice(-limit));
  return events.flatMap((event) => eventRow(open, scope, event) ?? []).reverse();
}

export const showMemory: Handler<'memory.show'> = async (input, context, engine) => {
  const live = await engine.workspaces.resolve(input);
  const { open } = live;
  const { line, scope } = await readingPoint(live, input);
  const [memory] = await held(await holdingFor(engine, context, live, input.cwd), [
    await memoryNamed(open, scope, input),
  ]);
  if (memory === undefined) throw nothingNamed(input.name);
  const { kind, key } = memory;
  const isRecord = key !== null && (kind === 'decision' || kind === 'convention');
  return {
    workspace: open.workspace.name,
    branch: line.name,
    memory,
    history: isRecord ? historyOf(open, scope, kind, key) : await noteHistory(open, scope, memory),
  };
};

export const showHistory: Handler<'memory.history'> = async (input, _context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const { line, scope } = await readingPoint(live, input);
  const { kind, key, title } = namedRecord(open, scope, input);
  const choices = historyOf(open, scope, kind, key);
  return { workspace: open.workspace.name, branch: line.name, kind, key, title, choices };
};

export const checkMemory: Handler<'memory.check'> = async (input, context, engine) => {
  const live = await engine.workspaces.resolve(input);
  const { open } = live;
  const { line, scope } = await readingPoint(live, input);
  const { name } = input;
  const rows =
    name === undefined
      ? await Promise.all(standingIn(open, scope).map((one) => rowOfRecord(open, scope, one)))
      : [await memoryNamed(open, scope, { name })];
  const { probes } = open.settings.current;
  const checked = await held(await holdingFor(engine, context, live, input.cwd), rows);
  return {
    workspace: open.workspace.name,
    branch: line.name,
    checked: checked.map((row) => ({
      ...row,
      verdict: verdictOf(row.holds),
      probe: (row.key === null ? undefined : probes[`${row.kind}:${row.key}`]) ?? null,
      ran: null,
    })),
  };
};

const standingIn = ({ registers }: OpenWorkspace, scope: Scope): Recorded[] =>
  [
    ...decisionsIn(registers, scope).map((one): Recorded => ({ kind: 'decision', one })),
    ...conventionsIn(registers, scope).map((one): Recorded => ({ kind: 'convention', one })),
  ].filter(({ one }) => one.state === 'standing');

export const probeMemory: Handler<'memory.probe'> = async (input, { door }, { workspaces }) => {
  // What is run later is typed by a person, or by somebody who may run it anyway.
  if (door === 'mcp') throw new AppError('PERMISSION_DENIED', 'a command is set on the command line alone');
  const live = await workspaces.resolve(input);
  const { open } = live;
  const { scope } = await readingPoint(live, input);
  const { kind, key } = namedRecord(open, scope, input);
  const command = input.command.trim();
  const { [`${kind}:${key}`]: _before, ...others } = open.settings.current.probes;
  await open.settings.change({
    probes: command === '' ? others : { ...others, [`${kind}:${key}`]: command },
  });
  return { workspace: open.workspace.name, kind, key, command: command === '' ? null : command };
};

function namedRecord(
  open: OpenWorkspace,
  scope: Scope,
  { name, kind }: { name: string; kind?: 'decision' | 'convention' | undefined },
): { kind: 'decision' | 'convention'; key: string; title: string } {
  const found = recordNamed(open, scope, name, kind);
  if (found === null) throw nothingNamed(name);
  const { one } = found;
  return { kind: found.kind, key: one.key, title: 'subject' in one ? one.subject : one.name };
}
