import type { BranchRecord } from '../../core/records/branch.ts';
import { AppError } from '../../schema/app-error.ts';
import { Draft } from '../../schema/event.ts';
import type { CallContext } from '../../schema/operation.ts';
import { lastAt, summarize } from '../branch-summary.ts';
import { branchToCapture, branchToRead, createLine, lineEvent } from '../branching.ts';
import { forkPoint } from '../fork-point.ts';
import { incomingOf, sorted } from '../incoming.ts';
import {
  branchName,
  countWithout,
  deletedLines,
  findLine,
  fixedScope,
  liveLines,
  mainLine,
  namedLine,
  scopeOf,
} from '../lines.ts';
import { checkFreeName, holdName } from '../name-hold.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

export const createBranch: Handler<'branch.create'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const line = await holdName(open, input.name, async () => {
    checkFreeName(open, input.name);
    const parent = await forkPoint(live, input);
    return createLine(live, {
      name: input.name,
      parent,
      actor: context.actor,
      ...(input.agent === undefined ? {} : { agent: input.agent }),
    });
  });
  return { workspace: open.workspace.name, branch: summarize(open, line) };
};

export const listBranches: Handler<'branch.list'> = async (input, _context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const lines = input.deleted ? deletedLines(open) : liveLines(open);
  const against = fixedScope(open, namedLine(open, input.into).id);
  // Also of one that was deleted: whoever is on it looks here for another.
  const here = { cwd: input.cwd, caller: input.caller };
  const current = await branchToCapture(live, here, { agent: 'hivemind', isPast: true });
  const latestFirst = lines.map((line) => ({ line, at: lastAt(open, line) })).sort((a, b) => b.at - a.at);
  return {
    workspace: open.workspace.name,
    current: current.id,
    branches: latestFirst.slice(0, input.limit).map(({ line }) => summarize(open, line, against)),
    total: lines.length,
  };
};

export const showBranch: Handler<'branch.show'> = async (input, _context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const { name, cwd, caller } = input;
  const line = await branchToRead(live, { branch: name, cwd, caller });
  const forebears = new Set<string>();
  // What parents say comes from outside as well: a ring of them ends where it began.
  for (let at = line.parent; at !== null && !forebears.has(at.branch); ) {
    forebears.add(at.branch);
    at = open.branches.get(at.branch)?.parent ?? null;
  }
  const kinds = await open.store.countTypes({ spans: [{ branch: line.id, writer: null, upTo: null }] });
  return {
    workspace: open.workspace.name,
    branch: summarize(open, line),
    lineage: [...forebears].map((id) => branchName(open, id)),
    merges: line.merges
      .map(({ event, source, at, by }) => ({ event, source: branchName(open, source.branch), at, by }))
      .sort((a, b) => a.at - b.at),
    visible: countWithout(open, scopeOf(open, line.id)),
    kinds: sorted(kinds),
  };
};

export const diffBranch: Handler<'branch.diff'> = async (input, _context, { workspaces }) => {
  const { open } = await workspaces.resolve(input);
  const [source, target] = [namedLine(open, input.name), namedLine(open, input.into)];
  const { shown } = await incomingOf(open, { source, target });
  return { workspace: open.workspace.name, source: source.name, into: target.name, ...shown };
};

export const renameBranch: Handler<'branch.rename'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const line = namedLine(live.open, input.name);
  if (line.name !== input.to) {
    checkChangeable(live, line, 'renamed');
    await holdName(live.open, input.to, async () => {
      checkFreeName(live.open, input.to, line.id);
      await tell(live, line, context, 'branch.renamed', { branch: line.id, name: input.to });
    });
  }
  return { workspace: live.open.workspace.name, branch: summarize(live.open, line) };
};

export const deleteBranch: Handler<'branch.delete'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const line = namedLine(live.open, input.name);
  checkChangeable(live, line, 'deleted');
  await tell(live, line, context, 'branch.deleted', { branch: line.id });
  return { workspace: live.open.workspace.name, branch: summarize(live.open, line) };
};

export const restoreBranch: Handler<'branch.restore'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const line = findLine(open, input.name, { isDeleted: true });
  if (line === undefined)
    throw new AppError('NOT_FOUND', `no branch "${input.name.slice(0, 200)}" was deleted`, {
      hint: 'hivemind branch list --deleted',
    });
  await holdName(open, line.name, async () => {
    checkFreeName(open, line.name);
    await tell(live, line, context, 'branch.restored', { branch: line.id });
  });
  return { workspace: open.workspace.name, branch: summarize(open, line) };
};

export const pruneBranches: Handler<'branch.prune'> = async (input, context, { workspaces, now }) => {
  const olderThan = input['older-than'];
  if (!input.merged && olderThan === undefined)
    throw new AppError('INVALID_ARGUMENT', 'which branches: --merged, --older-than 30d, or both', {
      hint: 'hivemind branch prune --merged --dry-run',
    });
  const live = await workspaces.resolve(input);
  const { open } = live;
  const main = fixedScope(open, mainLine(open).id);
  const before = olderThan === undefined ? null : now() - durationMs(olderThan);
  const wanted = liveLines(open)
    .filter(({ id }) => id !== mainLine(open).id)
    .map((line) => ({ line, summary: summarize(open, line, main) }))
    .filter(({ summary }) => !input.merged || isMerged(summary.ahead, summary.events))
    .filter(({ summary }) => before === null || summary.lastAt < before);
  if (!input['dry-run'])
    await Promise.all(
      wanted.map(({ line }) => tell(live, line, context, 'branch.deleted', { branch: line.id })),
    );
  return {
    workspace: open.workspace.name,
    dryRun: input['dry-run'],
    pruned: wanted.map(({ summary }) => summary),
  };
};

/** Something was on it, beside its own birth, and main sees all of it. */
const isMerged = (ahead: number, events: number): boolean => ahead === 0 && events > 0;

const unitMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

const durationMs = (text: string): number =>
  Number.parseInt(text, 10) * (unitMs[text.at(-1) ?? 'd'] ?? Number.NaN);

function checkChangeable({ open }: LiveWorkspace, { id }: BranchRecord, what: string): void {
  if (id !== mainLine(open).id) return;
  throw new AppError('FAILED_PRECONDITION', `main cannot be ${what}`, { hint: 'hivemind branch list' });
}

const tell = (
  { open, appender }: LiveWorkspace,
  { id, name }: BranchRecord,
  { actor }: CallContext,
  type: string,
  body: Record<string, unknown>,
) => appender.append([Draft.parse(lineEvent(open, type, { text: name, actor, body }))], { branch: id });
