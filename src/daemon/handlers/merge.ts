import { findOpposed } from '../../core/opposed.ts';
import { shellWord } from '../../core/shell-word.ts';
import { AppError } from '../../schema/app-error.ts';
import { Draft } from '../../schema/event.ts';
import { hash128 } from '../../schema/ids.ts';
import type { CallContext, OutputOf, ParsedOf } from '../../schema/operation.ts';
import { lineEvent } from '../branching.ts';
import { liveLines, mergeSides, namedLine } from '../lines.ts';
import { showConflict } from '../merge-view.ts';
import { conflictId, type MergeWish, type PreparedMerge, prepareMerge } from '../merging.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { changed, checkUnchanged } from '../review/change.ts';
import { reviewHead } from '../review/standing.ts';
import { stepsOf } from '../steps.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

type Result = OutputOf<'merge.run'>;

export const runMerge: Handler<'merge.run'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const wish = wishOf(live, input);
  await checkUnchanged(live.open, wish, input.head);
  if (input['dry-run']) return describe(live, wish, prepareMerge(live.open, wish), { isDry: true });
  return mergeNow(live, wish, context, input);
};

export const resolveMerge: Handler<'merge.resolve'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  // What is settled by hand is settled by hand: a strategy would take what was left out.
  const wish = wishOf(live, { ...input, strategy: 'manual' });
  await checkUnchanged(live.open, wish, input.head);
  const { conflicts } = describe(live, wish, prepareMerge(live.open, { ...wish, resolutions: {} }), {});
  const known = new Set(conflicts.map(({ id }) => id));
  const strange = Object.keys(input.resolutions).find((id) => !known.has(id));
  if (strange !== undefined)
    throw new AppError('INVALID_ARGUMENT', `resolutions: there is no conflict "${strange.slice(0, 200)}"`, {
      hint: `hivemind merge ${shellWord(wish.source.name)} --into ${shellWord(wish.target.name)} --dry-run shows those that there are`,
    });
  return mergeNow(live, wish, context, input);
};

function wishOf(
  { open }: LiveWorkspace,
  {
    name,
    into,
    strategy,
    resolutions = {},
  }: Pick<ParsedOf<'merge.run'>, 'name' | 'into' | 'strategy' | 'resolutions'>,
): MergeWish {
  const { source, target } = mergeSides(open, { name, into });
  const { strategy: usual, rules } = open.settings.current;
  return { source, target, strategy: strategy ?? usual, resolutions, rules, findOpposed };
}

/** What is merged is worked out at the moment when it is written: nothing comes in between. */
async function mergeNow(
  live: LiveWorkspace,
  wish: MergeWish,
  context: CallContext,
  { message, head }: Pick<ParsedOf<'merge.run'>, 'message' | 'head'>,
): Promise<Result> {
  const { open, appender } = live;
  const { actor } = context;
  const step = stepsOf(context, { what: 'the merge', total: 3 });
  step('waiting for what is being written');
  let prepared: PreparedMerge | null = null;
  const { ids } = await appender.appendMade(() => {
    if (head !== undefined && head !== reviewHead(open, wish.source.id)) throw changed(wish, 'just now');
    step('working out what it brings');
    const merge = prepareMerge(open, wish);
    prepared = merge;
    if (merge.brings === 0) return null;
    if (merge.verdicts.some(({ passed }) => !passed)) return stopped(live, wish, merge, actor);
    step('writing it');
    const { source, target, base, brings, decided, settled } = merge;
    const body = {
      source,
      target,
      base,
      strategy: wish.strategy,
      events: brings,
      decided,
      ...(settled.length === 0 ? {} : { settled }),
      ...(message === undefined ? {} : { message }),
    };
    const text = `merged ${wish.source.name}${message === undefined ? '' : `: ${message}`}`;
    return {
      draft: Draft.parse(lineEvent(open, 'merge.committed', { text, actor, body })),
      branch: wish.target.id,
    };
  });
  if (prepared === null) throw new AppError('INTERNAL', 'a merge that nobody worked out');
  return describe(live, wish, prepared, { event: ids.at(-1) ?? null });
}

/** Nothing is changed, and that it stopped is kept, so that it can be listed and taken up again. */
function stopped(
  { open }: LiveWorkspace,
  { source, target }: MergeWish,
  { unresolved }: PreparedMerge,
  actor: CallContext['actor'],
): { draft: Draft; branch: string } | null {
  if (unresolved.length === 0 || source.stopped[target.id]?.conflicts === unresolved.length) return null;
  // Everybody sees that it stopped; of what it is about only those on the two branches know.
  const conflicts = unresolved.map((conflict) => ({ id: hash128('stopped', conflictId(conflict)) }));
  const body = { source: source.id, into: target.id, conflicts };
  const text = `merge into ${target.name} stopped at ${conflicts.length} conflicts`;
  return {
    draft: Draft.parse(lineEvent(open, 'merge.stopped', { text, actor, body })),
    branch: source.id,
  };
}

function describe(
  { open }: LiveWorkspace,
  { source, target }: MergeWish,
  merge: PreparedMerge,
  { isDry = false, event = null }: { isDry?: boolean; event?: string | null },
): Result {
  const outcome = outcomeOf(merge, isDry);
  return {
    workspace: open.workspace.name,
    source: source.name,
    into: target.name,
    outcome,
    event: outcome === 'merged' ? event : null,
    events: merge.brings,
    changes: merge.changes,
    conflicts: merge.unresolved.map((conflict) => showConflict(open, conflict)),
    settled: merge.settled,
    verdicts: merge.verdicts,
  };
}

function outcomeOf({ brings, unresolved, verdicts }: PreparedMerge, isDry: boolean): Result['outcome'] {
  if (brings === 0) return 'up-to-date';
  if (unresolved.length > 0) return 'conflicts';
  if (verdicts.some(({ passed }) => !passed)) return 'refused';
  return isDry ? 'would-merge' : 'merged';
}

export const showMergeStatus: Handler<'merge.status'> = async (input, _context, { workspaces }) => {
  const { open } = await workspaces.resolve(input);
  const names = new Map(liveLines(open).map(({ id, name }) => [id, name]));
  return {
    workspace: open.workspace.name,
    stopped: liveLines(open).flatMap((line) =>
      Object.entries(line.stopped).flatMap(([target, { at, by, conflicts }]) => {
        const into = names.get(target);
        const isOver = conflicts === 0 || isMergedSince(open, target, { source: line.id, at });
        return into === undefined || isOver ? [] : [{ source: line.name, into, at, by, conflicts }];
      }),
    ),
  };
};

const isMergedSince = (
  { branches }: OpenWorkspace,
  target: string,
  { source, at }: { source: string; at: number },
): boolean =>
  branches.get(target)?.merges.some((merge) => merge.source.branch === source && merge.at >= at) ?? false;

export const abortMerge: Handler<'merge.abort'> = async (input, { actor }, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open, appender } = live;
  const [source, target] = [namedLine(open, input.name), namedLine(open, input.into)];
  const isStopped = (source.stopped[target.id]?.conflicts ?? 0) > 0;
  if (isStopped) {
    const body = { source: source.id, into: target.id };
    const text = `merge into ${target.name} given up`;
    await appender.append([Draft.parse(lineEvent(open, 'merge.aborted', { text, actor, body }))], {
      branch: source.id,
    });
  }
  return { workspace: open.workspace.name, source: source.name, into: target.name, aborted: isStopped };
};
