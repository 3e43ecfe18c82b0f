import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { renderEntry } from './entry.ts';
import { valueText } from './merge.ts';
import { clockText, dayText } from './time.ts';
import type { View } from './view.ts';

type Write = OutputOf<'plan.history'>['writes'][number];

export const renderPlanHistory = ({ item, writes }: OutputOf<'plan.history'>, view: View): string =>
  [
    ...renderEntry(
      {
        indent: 0,
        text: safeLine(item.title),
        style: view.paint.bold,
        tail: safeLine(item.id.slice(-6)),
        tailStyle: view.paint.dim,
      },
      view,
    ),
    ...writes.flatMap((write) => renderWrite(write, view)),
  ].join('\n');

function renderWrite(
  { at, by, agent, session, branch, mergedBy, event, type, fields }: Write,
  view: View,
): string[] {
  const { dim, yellow } = view.paint;
  const where = [
    type === 'plan.added' || type === 'plan.changed' ? '' : safeLine(type),
    agent === by ? '' : `by ${safeLine(agent)}`,
    session === null ? '' : `session ${safeLine(session.slice(-8))}`,
    `on ${safeLine(branch)}`,
    mergedBy === null ? '' : `merged by ${safeLine(mergedBy.slice(-8))}`,
    safeLine(event.slice(-8)),
  ];
  return [
    ...renderEntry(
      {
        indent: 0,
        lead: `${dayText(at)} ${clockText(at)} `,
        leadStyle: dim,
        text: safeLine(by),
        tail: where.filter((part) => part !== '').join(', '),
        tailStyle: dim,
      },
      view,
    ),
    ...fields.flatMap(({ field, before, after, contested }) =>
      renderEntry(
        {
          indent: 4,
          text: changeText(field, before, after),
          tail: contested ? 'contested' : '',
          tailStyle: yellow,
        },
        view,
      ),
    ),
  ];
}

/** A field's change on one line; of a set, which member came or went. */
export function changeText(field: string, before: unknown, after: unknown): string {
  const [set = '', member] = field.split(/\/(.*)/s);
  const name = safeLine(member === undefined ? set : `${set} ${shortId(member)}`);
  if (after === true || before === true) return `${after === null ? '-' : '+'} ${name}`;
  if (before === null || before === undefined) return `${name}: ${sayable(after)}`;
  return `${name}: ${sayable(before)} → ${sayable(after)}`;
}

/** The end of a plan item's id, by which people name it; anything else as it is. */
export const shortId = (text: string): string => text.replace(/^itm_[0-9a-f]{26}([0-9a-f]{6})$/, '$1');

/** A question says its text, and what was answered. */
function sayable(value: unknown): string {
  if (typeof value === 'string') return valueText(shortId(value));
  if (typeof value !== 'object' || value === null || !('text' in value)) return valueText(value);
  const answer = 'answer' in value && typeof value.answer === 'string' ? ` — ${value.answer}` : '';
  return valueText(`${String(value.text)}${answer}`);
}
