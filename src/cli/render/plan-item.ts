import { safeLine } from '../../core/safe-text.ts';
import type { PlanItem } from '../../schema/records.ts';
import { renderEntry } from './entry.ts';
import type { Paint } from './paint.ts';
import type { View } from './view.ts';

/** How far an item is, as a sign. */
export const marks: Record<PlanItem['state'], { mark: string; style: keyof Paint }> = {
  todo: { mark: '[ ]', style: 'dim' },
  doing: { mark: '[~]', style: 'cyan' },
  blocked: { mark: '[!]', style: 'red' },
  done: { mark: '[x]', style: 'green' },
  dropped: { mark: '[-]', style: 'dim' },
};

/** Priority, owner and the end of the id. */
export const tailOf = ({ priority, owner, id }: Pick<PlanItem, 'priority' | 'owner' | 'id'>): string =>
  [
    ...(priority === null ? [] : [`p${priority}`]),
    ...(owner === null ? [] : [`@${safeLine(owner)}`]),
    safeLine(id.slice(-6)),
  ].join('  ');

/** What keeps an item from being done, and what is asked about it. */
export function renderHindrances({ blockers, questions }: PlanItem, view: View, indent: number): string[] {
  const { red, yellow, dim } = view.paint;
  const entry = (lead: string, leadStyle: typeof red, { id, text }: { id: string; text: string }): string[] =>
    renderEntry({ indent, lead, leadStyle, text: safeLine(text), tail: safeLine(id), tailStyle: dim }, view);
  return [
    ...blockers.flatMap((one) => entry('blocked by ', red, one)),
    ...questions.filter(({ answer }) => answer === null).flatMap((one) => entry('asks ', yellow, one)),
  ];
}

/** What should be known beside a result. */
export const renderNotes = (notes: readonly string[], view: View): string[] =>
  notes.flatMap((note) =>
    renderEntry({ indent: 0, lead: 'note: ', leadStyle: view.paint.yellow, text: safeLine(note) }, view),
  );
