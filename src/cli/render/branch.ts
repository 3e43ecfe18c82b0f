import { wrapLines } from '../../core/display-width.ts';
import { safeLine } from '../../core/safe-text.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { BranchSummary } from '../../schema/records.ts';
import { renderEntry } from './entry.ts';
import { renderChanges, renderConflicts, renderVerdicts } from './merge.ts';
import { countText, plural } from './size.ts';
import { type Column, renderFacts, renderTable } from './table.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

/** Events that one side has and the other has not, as git says it. */
const apartText = ({ ahead, behind }: Pick<BranchSummary, 'ahead' | 'behind'>): string =>
  [...(ahead > 0 ? [`+${countText(ahead)}`] : []), ...(behind > 0 ? [`-${countText(behind)}`] : [])].join(
    ' ',
  ) || '=';

/** On fewer cells the names of the branches need the room. */
const ROOM_FOR_PARENTS = 72;

export function renderBranchList(output: OutputOf<'branch.list'>, view: View): string {
  if (output.branches.length === 0) return 'No deleted branches.';
  const parent: Column<BranchSummary> = {
    header: 'FROM',
    cell: (row) => row.parent ?? '-',
    shrinks: true,
    style: view.paint.dim,
  };
  const isCurrent = (row: BranchSummary): boolean => row.id === output.current;
  const table = renderTable(
    output.branches,
    [
      { header: '', cell: (row) => (isCurrent(row) ? '*' : ' '), style: view.paint.green },
      { header: 'BRANCH', cell: (row) => row.name, shrinks: true, style: view.paint.bold },
      { header: 'APART', cell: apartText },
      { header: 'EVENTS', cell: (row) => countText(row.events), align: 'right' },
      { header: 'AGENT', cell: (row) => row.agent ?? '-', shrinks: true },
      { header: 'LAST', cell: (row) => agoText(row.lastAt, view.now) },
      ...(view.width < ROOM_FOR_PARENTS ? [] : [parent]),
    ],
    view,
  );
  const hidden = output.total - output.branches.length;
  return hidden <= 0
    ? table
    : `${table}\n${view.paint.dim(`${plural(hidden, 'more branch')} not shown: --limit ${output.total}`)}`;
}

const factsOf = (branch: BranchSummary, view: View): [string, string | null][] => [
  ['branch', view.paint.bold(safeLine(branch.name))],
  ['id', safeLine(branch.id)],
  ['forked from', branch.parent && safeLine(branch.parent)],
  ['agent', branch.agent && safeLine(branch.agent)],
  ['created', `${agoText(branch.createdAt, view.now)} by ${safeLine(branch.createdBy)}`],
  ['deleted', branch.deletedAt === null ? null : agoText(branch.deletedAt, view.now)],
  ['events on it', countText(branch.events)],
  ['last event', agoText(branch.lastAt, view.now)],
  ['apart', `${countText(branch.ahead)} ahead, ${countText(branch.behind)} behind main`],
];

export const renderBranch = (output: OutputOf<'branch.show'>, view: View): string =>
  renderFacts(
    [
      ...factsOf(output.branch, view),
      ['lineage', output.lineage.length < 2 ? null : inFacts(output.lineage.map(safeLine).join(' < '), view)],
      ['sees', plural(output.visible, 'event')],
      ['kinds', inFacts(kindsText(output.kinds), view) || null],
      [
        'took in',
        output.merges.length === 0
          ? null
          : output.merges
              .map(({ source, at, by }) => `${safeLine(source)}, ${agoText(at, view.now)} by ${safeLine(by)}`)
              .join('\n'),
      ],
    ],
    view,
  );

/** Cells that the longest label and its gap take. */
const FACT_MARGIN = 14;

/** A fact that is broken where the terminal ends. */
const inFacts = (text: string, view: View): string =>
  wrapLines(text, view.width - FACT_MARGIN)
    .map((line) => line.trimEnd())
    .join('\n');

export const kindsText = (kinds: Record<string, number>): string =>
  Object.entries(kinds)
    .sort(([, a], [, b]) => b - a)
    .map(([type, count]) => `${safeLine(type)} ${countText(count)}`)
    .join(', ');

export const renderBranchCreated = ({ branch }: OutputOf<'branch.create'>, view: View): string =>
  [
    `${view.paint.green('Created')} branch ${view.paint.bold(safeLine(branch.name))}${branch.parent === null ? '' : ` from ${safeLine(branch.parent)}`}.`,
    view.paint.dim(
      `Next: hivemind branch switch ${shellWord(branch.name)}, or HIVEMIND_BRANCH=${shellWord(branch.name)}`,
    ),
  ].join('\n');

export function renderBranchDiff(output: OutputOf<'branch.diff'>, view: View): string {
  const [source, into] = [safeLine(output.source), safeLine(output.into)];
  if (output.ahead === 0) return `${view.paint.bold(into)} sees everything on ${view.paint.bold(source)}.`;
  return [
    `${view.paint.bold(source)} would bring ${plural(output.ahead, 'event')} to ${view.paint.bold(into)}:`,
    ...renderEntry({ indent: 2, text: kindsText(output.kinds) }, view),
    ...(output.behind > 0
      ? [view.paint.dim(`It has not seen ${plural(output.behind, 'event')} of ${into}.`)]
      : []),
    ...renderChanges(output.changes, view),
    ...renderConflicts(output.conflicts, view),
    ...renderVerdicts(output.verdicts, view),
  ].join('\n');
}

export const renderBranchRenamed = ({ branch }: OutputOf<'branch.rename'>, view: View): string =>
  `${view.paint.green('Renamed')}: ${view.paint.bold(safeLine(branch.name))}`;

export const renderBranchDeleted = ({ branch }: OutputOf<'branch.delete'>, view: View): string =>
  [
    `${view.paint.green('Deleted')} branch ${view.paint.bold(safeLine(branch.name))}${branch.ahead > 0 ? ` with ${plural(branch.ahead, 'event')} that main does not see` : ''}.`,
    view.paint.dim(`It can be taken back: hivemind branch restore ${shellWord(branch.name)}`),
  ].join('\n');

export const renderBranchRestored = ({ branch }: OutputOf<'branch.restore'>, view: View): string =>
  `${view.paint.green('Took back')} branch ${view.paint.bold(safeLine(branch.name))}.`;

export function renderBranchesPruned({ pruned, dryRun }: OutputOf<'branch.prune'>, view: View): string {
  if (pruned.length === 0) return 'Nothing to prune.';
  const names = pruned.flatMap(({ name, ahead, lastAt }) => {
    const tail = `${ahead > 0 ? `${countText(ahead)} not on main, ` : ''}last event ${agoText(lastAt, view.now)}`;
    return renderEntry({ indent: 2, text: safeLine(name), tail, tailStyle: view.paint.dim }, view);
  });
  const said = dryRun ? 'Would delete' : view.paint.green('Deleted');
  return [`${said} ${plural(pruned.length, 'branch')}:`, ...names].join('\n');
}

export const renderBranchSwitched = ({ branch, worktree }: OutputOf<'branch.switch'>, view: View): string =>
  `${view.paint.bold(safeLine(branch.name))} is the branch of ${safeLine(worktree)} now.`;
