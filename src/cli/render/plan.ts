import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { PlanItem } from '../../schema/records.ts';
import { renderContested } from './contested.ts';
import { renderEntry } from './entry.ts';
import { claimText, renderPlanDetail } from './plan-detail.ts';
import { marks, renderHindrances, renderNotes, tailOf } from './plan-item.ts';
import type { View } from './view.ts';

export function renderPlan({ items, branch, claims, detail }: OutputOf<'plan.show'>, view: View): string {
  const [item] = items;
  if (detail !== null && item !== undefined) return renderPlanDetail(item, detail, view);
  if (item === undefined) return `Nothing is planned on ${safeLine(branch)}. Begin: hivemind plan add "…"`;
  return [...renderItems(items, view), ...renderWorkers(items, claims, view)].join('\n');
}

/** Who is at which item now. */
function renderWorkers(
  items: readonly PlanItem[],
  claims: OutputOf<'plan.show'>['claims'],
  view: View,
): string[] {
  const titles = new Map(items.map(({ id, title }) => [id, title]));
  if (claims.length === 0) return [];
  return [
    '',
    view.paint.bold('Being done'),
    ...claims.flatMap((claim) =>
      renderEntry(
        {
          indent: 2,
          text: safeLine(titles.get(claim.item ?? '') ?? ''),
          tail: `${safeLine(claim.holder)}, ${claimText(claim, view)}`,
          tailStyle: view.paint.dim,
        },
        view,
      ),
    ),
  ];
}

/** Items under those that they are a part of; one whose parent is not shown stands at the left. */
export function renderItems(items: readonly PlanItem[], view: View): string[] {
  const shown = new Set(items.map(({ id }) => id));
  const children = Map.groupBy(items, ({ parent }) => (parent !== null && shown.has(parent) ? parent : null));
  const seen = new Set<string>();
  const lines = (parent: string | null, depth: number): string[] =>
    (children.get(parent) ?? []).flatMap((item) => {
      if (seen.has(item.id)) return [];
      seen.add(item.id);
      return [...renderItem(item, depth, view), ...lines(item.id, depth + 1)];
    });
  const rooted = lines(null, 0);
  // Two machines may each have put one under the other: a ring has no beginning.
  const rest = items.filter(({ id }) => !seen.has(id)).flatMap((item) => renderItem(item, 0, view));
  return [...rooted, ...rest];
}

function renderItem(item: PlanItem, depth: number, view: View): string[] {
  const { mark, style } = marks[item.state];
  // A chain of parents is as long as somebody made it: the titles keep half of the line.
  const indent = Math.min(depth * 2, Math.floor(view.width / 2));
  const head = renderEntry(
    {
      indent,
      lead: `${mark} `,
      leadStyle: view.paint[style],
      text: safeLine(item.title),
      tail: tailOf(item),
      tailStyle: view.paint.dim,
    },
    view,
  );
  const below = indent + mark.length + 1;
  const note =
    item.note === ''
      ? []
      : renderEntry({ indent: below, text: safeLine(item.note), style: view.paint.dim }, view);
  return [
    ...head,
    ...note,
    ...renderHindrances(item, view, below),
    ...renderContested(item.contested, view, below),
  ];
}

export const renderPlanItem = ({ item, branch, notes }: OutputOf<'plan.add'>, view: View): string =>
  [
    ...renderItem(item, 0, view),
    ...renderEntry({ indent: 0, text: `on ${safeLine(branch)}`, style: view.paint.dim }, view),
    ...renderNotes(notes, view),
  ].join('\n');
