import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { PlanItem } from '../../schema/records.ts';
import { renderContested } from './contested.ts';
import { renderEntry } from './entry.ts';
import type { Paint } from './paint.ts';
import type { View } from './view.ts';

const marks: Record<PlanItem['state'], { mark: string; style: keyof Paint }> = {
  todo: { mark: '[ ]', style: 'dim' },
  doing: { mark: '[~]', style: 'cyan' },
  blocked: { mark: '[!]', style: 'red' },
  done: { mark: '[x]', style: 'green' },
  dropped: { mark: '[-]', style: 'dim' },
};

export const renderPlan = ({ items, branch }: OutputOf<'plan.show'>, view: View): string =>
  items.length === 0
    ? `Nothing is planned on ${safeLine(branch)}. Begin: hivemind plan add "…"`
    : renderItems(items, view).join('\n');

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
  const owner = item.owner === null ? '' : `@${safeLine(item.owner)}  `;
  const head = renderEntry(
    {
      indent,
      lead: `${mark} `,
      leadStyle: view.paint[style],
      text: safeLine(item.title),
      tail: `${owner}${item.id.slice(-6)}`,
      tailStyle: view.paint.dim,
    },
    view,
  );
  const below = indent + mark.length + 1;
  const note =
    item.note === ''
      ? []
      : renderEntry({ indent: below, text: safeLine(item.note), style: view.paint.dim }, view);
  return [...head, ...note, ...renderContested(item.contested, view, below)];
}

export const renderPlanItem = ({ item, branch }: OutputOf<'plan.add'>, view: View): string =>
  [...renderItem(item, 0, view), view.paint.dim(`on ${safeLine(branch)}`)].join('\n');
