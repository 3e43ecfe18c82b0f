import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { Knowledge } from '../../schema/records.ts';
import { renderContested } from './contested.ts';
import { renderEntry } from './entry.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

export const renderRemembered = (
  { kind, key, branch, event }: OutputOf<'memory.remember'>,
  view: View,
): string =>
  `${view.paint.green('Remembered')} a ${kind}${key === null ? '' : ` under "${safeLine(key)}"`} on ${safeLine(branch)}  ${view.paint.dim(event.slice(-8))}`;

interface Said {
  name: string;
  text: string;
  reason: string;
  state: string;
  by: string;
  updatedAt: number;
  contested: OutputOf<'memory.list'>['decisions'][number]['contested'];
}

export function renderMemory(output: OutputOf<'memory.list'>, view: View): string {
  const sections = renderKnown(output, view);
  return sections.length === 0
    ? `Nothing is decided on ${safeLine(output.branch)} yet: hivemind remember "…" --subject "…"`
    : sections.join('\n').trimStart();
}

/** Decisions, conventions and claims, each kind under a heading. */
export function renderKnown(
  { decisions, conventions, claims }: Omit<Knowledge, 'plan'>,
  view: View,
): string[] {
  return [
    ...section(
      'Decisions',
      decisions.map((one) => ({ ...one, name: one.subject, text: one.choice })),
      view,
    ),
    ...section(
      'Conventions',
      conventions.map((one) => ({ ...one, text: one.rule })),
      view,
    ),
    ...(claims.length === 0 ? [] : ['', view.paint.bold('Being edited')]),
    ...claims.flatMap(({ holder, paths, updatedAt }) =>
      renderEntry(
        {
          indent: 2,
          text: paths.map(safeLine).join(', '),
          tail: `${safeLine(holder)}, ${agoText(updatedAt, view.now)}`,
          tailStyle: view.paint.dim,
        },
        view,
      ),
    ),
  ];
}

const section = (heading: string, all: readonly Said[], view: View): string[] =>
  all.length === 0 ? [] : ['', view.paint.bold(heading), ...all.flatMap((one) => renderSaid(one, view))];

const renderSaid = (one: Said, view: View): string[] => [
  ...renderEntry(
    {
      indent: 2,
      lead: one.state === 'withdrawn' ? '(withdrawn) ' : '',
      leadStyle: view.paint.red,
      text: `${safeLine(one.name)}: ${safeLine(one.text)}`,
      tail: `${safeLine(one.by)}, ${agoText(one.updatedAt, view.now)}`,
      tailStyle: view.paint.dim,
    },
    view,
  ),
  ...(one.reason === ''
    ? []
    : renderEntry({ indent: 4, text: `because ${safeLine(one.reason)}`, style: view.paint.dim }, view)),
  ...renderContested(one.contested, view),
];
