import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { renderEntry } from './entry.ts';
import { changeText } from './plan-history.ts';
import { renderNotes } from './plan-item.ts';
import { plural } from './size.ts';
import type { View } from './view.ts';

type Edit = OutputOf<'plan.edit'>;

/** What an edited text changes, or has changed; without a text the text itself. */
export function renderPlanEdit(output: Edit, view: View, isGiven: boolean): string {
  if (!isGiven) return output.text;
  const { changes, isDryRun, notes, branch } = output;
  const items = [...Map.groupBy(changes, ({ id, title }) => id ?? `new ${title}`).values()];
  const done = isDryRun ? 'would change' : 'changed';
  const nothing = `Nothing changes: the plan on ${safeLine(branch)} is so already.`;
  return [
    ...renderEntry(
      {
        indent: 0,
        text:
          changes.length === 0 ? nothing : `${plural(items.length, 'item')} ${done} on ${safeLine(branch)}:`,
      },
      view,
    ),
    ...items.flatMap((those) => renderItem(those, view)),
    ...renderNotes(notes, view),
  ].join('\n');
}

function renderItem(changes: Edit['changes'], view: View): string[] {
  const { green, red, bold, dim } = view.paint;
  const [first] = changes;
  if (first === undefined) return [];
  const isNew = first.field === 'item' && first.before === null;
  const isGone = first.field === 'item' && first.after === null;
  const head = renderEntry(
    {
      indent: 2,
      lead: isNew ? '+ ' : isGone ? '- ' : '  ',
      leadStyle: isNew ? green : red,
      text: safeLine(first.title),
      style: bold,
      tail: first.id === null ? '' : safeLine(first.id.slice(-6)),
      tailStyle: dim,
    },
    view,
  );
  const fields = changes.filter(({ field }) => field !== 'item');
  return [
    ...head,
    ...fields.flatMap(({ field, before, after }) =>
      renderEntry({ indent: 6, text: changeText(field, before, after) }, view),
    ),
  ];
}
