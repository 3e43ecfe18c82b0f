import { liveScope, scopeAt } from '../core/lineage.ts';
import { type BranchRecord, unbornBranch } from '../core/records/branch.ts';
import { Scope } from '../core/scope.ts';
import { shellWord } from '../core/shell-word.ts';
import { AppError } from '../schema/app-error.ts';
import { boardBranchId, mainBranchId } from '../schema/ids.ts';
import { nearest } from '../schema/nearest.ts';
import type { Cut, Span, Standpoint } from '../schema/view.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/** The branch that everybody is on when nothing else is said. */
export const mainLine = (open: OpenWorkspace): BranchRecord => lineOf(open, mainBranchId(open.workspace.id));

/** The record of a branch; of one whose birth has not come yet what is known without it. */
export const lineOf = ({ branches, workspace }: OpenWorkspace, id: string): BranchRecord =>
  branches.get(id) ?? {
    ...unbornBranch(id, workspace.createdAt, 'hivemind'),
    // What stands on the board is seen from everywhere; it is never listed with the branches.
    name: id === mainBranchId(workspace.id) ? 'main' : id === boardBranchId(workspace.id) ? 'board' : id,
  };

export const boardOf = ({ workspace }: OpenWorkspace): string => boardBranchId(workspace.id);

export const branchName = (open: OpenWorkspace, id: string): string => lineOf(open, id).name;

/** Every branch that has not been deleted, in the order of their creation. */
export const liveLines = (open: OpenWorkspace): BranchRecord[] => linesWhere(open, false);

export const deletedLines = (open: OpenWorkspace): BranchRecord[] => linesWhere(open, true);

function linesWhere(open: OpenWorkspace, isDeleted: boolean): BranchRecord[] {
  const main = mainLine(open);
  const all = open.branches.has(main.id) ? [...open.branches.values()] : [main, ...open.branches.values()];
  return all
    .filter(({ id, deletedAt }) => id !== boardOf(open) && (deletedAt !== null) === isDeleted)
    .sort(byCreation);
}

const byCreation = (a: BranchRecord, b: BranchRecord): number =>
  (a.order.created ?? '') < (b.order.created ?? '') ? -1 : 1;

/** The branch that somebody names. NOT_FOUND tells the nearest, FAILED_PRECONDITION that it has been deleted. */
export function namedLine(open: OpenWorkspace, nameOrId: string): BranchRecord {
  const found = findLine(open, nameOrId);
  if (found !== undefined) return found;
  const gone = findLine(open, nameOrId, { isDeleted: true });
  if (gone !== undefined)
    throw new AppError('FAILED_PRECONDITION', `the branch "${gone.name}" was deleted`, {
      hint: `hivemind branch restore ${shellWord(gone.name)}, or hivemind branch list`,
    });
  const near = nearest(
    nameOrId,
    liveLines(open).map(({ name }) => name),
  );
  throw new AppError('NOT_FOUND', `there is no branch "${nameOrId.slice(0, 200)}"`, {
    hint:
      near === undefined ? 'hivemind branch list' : `did you mean "${near}"? hivemind branch list shows all`,
  });
}

/** The two branches of a merge. INVALID_ARGUMENT where they are one. */
export function mergeSides(
  open: OpenWorkspace,
  { name, into }: { name: string; into: string },
): Record<'source' | 'target', BranchRecord> {
  const [source, target] = [namedLine(open, name), namedLine(open, into)];
  if (source.id !== target.id) return { source, target };
  throw new AppError('INVALID_ARGUMENT', `"${source.name}" cannot be merged into itself`, {
    hint: 'hivemind branch list',
  });
}

/**
 * The branch of this name, else of this id. Two machines may each have made one of a name: then the first stands for it;
 * of deleted ones the last that was.
 */
export function findLine(
  open: OpenWorkspace,
  nameOrId: string,
  { isDeleted = false }: { isDeleted?: boolean } = {},
): BranchRecord | undefined {
  const wanted = nameOrId.normalize('NFC').trim();
  const main = mainLine(open);
  const ids = open.branches.has(main.id) ? open.names.alike(wanted) : [main.id, ...open.names.alike(wanted)];
  const named = [...ids, nameOrId]
    .map((id) => (id === main.id ? main : open.branches.get(id)))
    .filter((line) => line !== undefined)
    .filter((line) => (line.deletedAt !== null) === isDeleted && line.id !== boardOf(open));
  const exact = named.filter(({ name }) => name === wanted).sort(isDeleted ? byDeletion : byCreation);
  return exact[0] ?? named.find(({ id }) => id === nameOrId);
}

const byDeletion = (a: BranchRecord, b: BranchRecord): number => (b.deletedAt ?? 0) - (a.deletedAt ?? 0);

/** What is seen from a branch, now and as it goes on. */
export function scopeOf(open: OpenWorkspace, branch: string): Scope {
  const known = open.scopes.get(branch);
  if (known !== undefined) return known;
  const scope = liveScope(open.branches, branch, boardOf(open));
  if (open.scopes.size * scope.size >= mostEntries) open.scopes.clear();
  open.scopes.set(branch, scope);
  return scope;
}

/** So many branches stand in the scopes that are kept, all together; each takes about a hundred bytes. */
const mostEntries = 200_000;

/** The same as runs of events, for the store. */
export function spansOf(open: OpenWorkspace, scope: Scope): readonly Span[] {
  const known = spansKnown.get(scope);
  if (known !== undefined) return known;
  const spans = widened(open, scope.spans());
  spansKnown.set(scope, spans);
  return spans;
}

const spansKnown = new WeakMap<Scope, readonly Span[]>();
/** From so many runs on a filter of them all takes its time. */
const manySpans = 8;

/**
 * Runs that end where their branch ends may as well end at the last event of the writer, which is the same for all of
 * them: so they become one term of a filter. Nothing can come to lie in between, for a writer's seqs only grow.
 */
function widened({ reach, store }: OpenWorkspace, spans: readonly Span[]): Span[] {
  if (spans.length <= manySpans) return [...spans];
  const ends = new Map(store.writers().map((writer) => [writer, store.seenUpTo(writer)]));
  return spans.map((span) => {
    if (span.writer === null || span.upTo === null) return span;
    const last = reach.get(span.branch)?.get(span.writer)?.last ?? 0;
    const end = ends.get(span.writer) ?? 0;
    return last <= span.upTo && end > span.upTo ? { ...span, upTo: end } : span;
  });
}

/** How far a branch goes at the moment: of other writers only what has come without a gap. */
export function headCut({ reach, store }: OpenWorkspace, branch: string): Cut {
  const cut: Cut = {};
  for (const [writer, runs] of reach.get(branch) ?? [])
    cut[writer] = Math.min(runs.last, store.seenUpTo(writer));
  return cut;
}

export const standpointOf = (open: OpenWorkspace, branch: string): Standpoint => ({
  branch,
  cut: headCut(open, branch),
});

/** What is seen from a branch as it was; without the board. */
export const scopeFrom = (open: OpenWorkspace, standpoint: Standpoint): Scope =>
  scopeAt(open.branches, standpoint);

/** What is seen from a branch now, and nothing that is still to come; without the board. */
export const fixedScope = (open: OpenWorkspace, branch: string): Scope =>
  scopeFrom(open, standpointOf(open, branch));

/** How many events `scope` sees, and `other` does not. */
export function countWithout({ reach }: OpenWorkspace, scope: Scope, other: Scope = new Scope()): number {
  let count = 0;
  for (const branch of scope.branches())
    for (const [writer, runs] of reach.get(branch) ?? []) {
      const [upTo, after] = [scope.reach(branch, writer), other.reach(branch, writer)];
      if (after === null) continue;
      const seen = upTo === null ? runs.size : runs.upTo(upTo);
      count += Math.max(0, seen - runs.upTo(after));
    }
  return count;
}

/** Spans of all branches, for what is counted or walled off later: nothing that is read by them may be shown as it is. */
export const everywhere = ({ branches }: OpenWorkspace): Span[] =>
  [...branches.keys()].map((branch) => ({ branch, writer: null, upTo: null }));
