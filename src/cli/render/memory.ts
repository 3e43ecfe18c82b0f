import { claimedText } from '../../core/claims/claimed-text.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { Remembered } from '../../schema/operations/memory.ts';
import type { Holds, Knowledge } from '../../schema/records.ts';
import { renderContested } from './contested.ts';
import { renderEntry } from './entry.ts';
import { staleText } from './remembered.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

export function renderRemembered(
  { kind, key, branch, event, replaced }: OutputOf<'memory.remember'>,
  view: View,
): string {
  const { paint } = view;
  const under = key === null ? '' : ` under "${safeLine(key)}"`;
  const done = `${paint.green('Remembered')} ${kind === 'attempt' ? 'an' : 'a'} ${kind}${under} on ${safeLine(branch)}  ${paint.dim(event.slice(-8))}`;
  if (replaced === null) return done;
  const before = { indent: 2, lead: 'in place of  ', leadStyle: paint.dim, text: safeLine(replaced) };
  return [done, ...renderEntry(before, view)].join('\n');
}

interface Said {
  name: string;
  text: string;
  reason: string;
  state: string;
  by: string;
  updatedAt: number;
  holds?: Holds;
  contested: OutputOf<'memory.list'>['decisions'][number]['contested'];
}

export function renderMemory(output: OutputOf<'memory.list'>, view: View): string {
  const sections = [
    ...renderKnown(output, view),
    ...renderTold('Attempts', output.attempts, view),
    ...renderTold('Facts', output.facts, view),
  ];
  return sections.length === 0
    ? `Nothing is decided on ${safeLine(output.branch)} yet: hivemind remember decision SUBJECT CHOICE`
    : sections.join('\n').trimStart();
}

const renderTold = (heading: string, rows: readonly Remembered[], view: View): string[] =>
  rows.length === 0
    ? []
    : [
        '',
        view.paint.bold(heading),
        ...rows.flatMap((row) =>
          renderSaid(
            { ...row, name: row.outcome ?? '', updatedAt: row.at, by: `${row.by}, ${row.event.slice(-8)}` },
            view,
          ),
        ),
      ];

type Known = Omit<Knowledge, 'plan' | 'decisions' | 'conventions'> & {
  decisions: readonly (Knowledge['decisions'][number] & { holds?: Holds })[];
  conventions: readonly (Knowledge['conventions'][number] & { holds?: Holds })[];
};

/** Decisions, conventions and claims, each kind under a heading. */
export function renderKnown({ decisions, conventions, claims }: Known, view: View): string[] {
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
    ...claims.flatMap(({ holder, updatedAt, ...what }) =>
      renderEntry(
        {
          indent: 2,
          text: safeLine(claimedText(what)),
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
      lead: one.state === 'standing' ? '' : `(${one.state}) `,
      leadStyle: view.paint.red,
      text: one.name === '' ? safeLine(one.text) : `${safeLine(one.name)}: ${safeLine(one.text)}`,
      tail: `${safeLine(one.by)}, ${agoText(one.updatedAt, view.now)}`,
      tailStyle: view.paint.dim,
    },
    view,
  ),
  ...(one.reason === ''
    ? []
    : renderEntry({ indent: 4, text: `because ${safeLine(one.reason)}`, style: view.paint.dim }, view)),
  ...renderStale(one.holds, view),
  ...renderContested(one.contested, view),
];

function renderStale(holds: Holds | undefined, view: View): string[] {
  const stale = holds === undefined ? '' : staleText(holds);
  const text = `may not hold any more: ${stale}`;
  return stale === '' ? [] : renderEntry({ indent: 4, text, style: view.paint.yellow }, view);
}
