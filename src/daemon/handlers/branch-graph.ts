import type { BranchRecord } from '../../core/records/branch.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { lastAt } from '../branch-summary.ts';
import { branchToCapture } from '../branching.ts';
import { deletedLines, liveLines, mainLine, namedLine } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import type { Handler } from './handler.ts';

type Graph = OutputOf<'branch.graph'>;

/** So many merges are told, the latest. */
const mostMerges = 10_000;

export const showBranchGraph: Handler<'branch.graph'> = async (input, _context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const lines = input.deleted ? [...liveLines(open), ...deletedLines(open)] : liveLines(open);
  const main = mainLine(open).id;
  const latestFirst = lines
    .map((line) => ({ line, at: lastAt(open, line) }))
    // Everything hangs on main: it is never left out.
    .sort((a, b) => Number(b.line.id === main) - Number(a.line.id === main) || b.at - a.at)
    .slice(0, input.limit)
    .map(({ line }) => line);
  const shown = new Set(latestFirst.map(({ id }) => id));
  const { branch, cwd, caller } = input;
  const here = { cwd, caller };
  const current =
    branch === undefined
      ? await branchToCapture(live, here, { agent: 'hivemind', isPast: true })
      : namedLine(open, branch);
  return {
    workspace: open.workspace.name,
    current: current.id,
    branches: latestFirst.map((line) => nodeOf(open, line, line.id === main)),
    merges: mergesInto(latestFirst, shown),
    total: lines.length,
  };
};

function nodeOf(open: OpenWorkspace, line: BranchRecord, isMain: boolean): Graph['branches'][number] {
  const runs = open.reach.get(line.id)?.values() ?? [];
  return {
    id: line.id,
    name: line.name,
    parent: line.parent?.branch ?? null,
    agent: line.agent,
    forkedAt: isMain ? null : line.createdAt,
    lastAt: lastAt(open, line),
    deletedAt: line.deletedAt,
    events: [...runs].reduce((sum, { size }) => sum + size, 0),
  };
}

function mergesInto(lines: readonly BranchRecord[], shown: ReadonlySet<string>): Graph['merges'] {
  return lines
    .flatMap(({ id: into, merges }) =>
      merges
        .filter(({ source }) => shown.has(source.branch))
        .map(({ event, source, at, by }) => ({ event, source: source.branch, into, at, by })),
    )
    .sort((a, b) => a.at - b.at)
    .slice(-mostMerges);
}
