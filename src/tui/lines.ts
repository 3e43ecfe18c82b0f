import { pad, truncate, wrapLines } from '../core/display-width.ts';
import { safeLine } from '../core/safe-text.ts';
import { type DiffLine, type StepSection, viewStep } from '../core/step-view.ts';
import type { Event } from '../schema/event.ts';
import { childOf, type ReplayState, stepAt } from './state.ts';

export type Tone = 'plain' | 'dim' | 'label' | 'add' | 'remove' | 'hunk' | 'failed' | 'current';

/** One line of the screen. */
export interface Line {
  text: string;
  tone: Tone;
}

/** Wrapped lines of one step that are kept; what is beyond them is counted. */
const MOST_LINES = 20_000;

const two = (value: number): string => String(value).padStart(2, '0');

/** Local time of day. */
export function clock(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '??:??:??';
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

const diffTones: Record<DiffLine['kind'], Tone> = {
  add: 'add',
  remove: 'remove',
  hunk: 'hunk',
  context: 'plain',
};

const wrapped = (text: string, tone: Tone, columns: number): Line[] =>
  wrapLines(text, columns).map((line) => ({ text: line, tone }));

function sectionLines(section: StepSection, columns: number): Line[] {
  const tone: Tone = section.label === 'error' ? 'failed' : 'plain';
  const body =
    'diff' in section
      ? section.diff.flatMap((line) => wrapped(line.text, diffTones[line.kind], columns))
      : wrapped(section.text.trimEnd(), tone, columns);
  return [{ text: '', tone: 'plain' }, { text: section.label, tone: 'label' }, ...body];
}

function headLines(event: Event, role: string | null, columns: number): Line[] {
  const who = role === null ? event.actor.name : `${event.actor.name} (${role})`;
  const status = event.status === 'ok' ? [] : [event.status];
  const step = viewStep(event);
  const head = [step.kind, ...status, clock(event.at), safeLine(who), ...step.facts].join(' · ');
  const paths = event.paths.length === 0 ? [] : wrapped(event.paths.map(safeLine).join('  '), 'dim', columns);
  return [
    ...wrapped(head, step.failed ? 'failed' : 'label', columns),
    ...paths,
    { text: safeLine(event.id), tone: 'dim' },
  ];
}

/** Everything about a step, wrapped to `columns` cells. */
export function detailLines(event: Event, role: string | null, columns: number): Line[] {
  const lines = [
    ...headLines(event, role, columns),
    ...viewStep(event).sections.flatMap((part) => sectionLines(part, columns)),
  ];
  if (lines.length <= MOST_LINES) return lines;
  const rest = lines.length - MOST_LINES;
  return [
    ...lines.slice(0, MOST_LINES),
    { text: `… ${rest} more lines: hivemind show ${safeLine(event.id)}`, tone: 'dim' },
  ];
}

const numberText = (state: ReplayState, index: number): string =>
  String(index + 1).padStart(String(state.total).length + 1);

function listText(state: ReplayState, event: Event, index: number): string {
  const step = viewStep(event);
  const child = childOf(state, event);
  const mark = child === null ? '' : `${'  '.repeat(Math.min(child.depth, 4))}↳ ${safeLine(child.role)} `;
  return `${numberText(state, index)} ${clock(event.at)} ${step.failed ? '✗' : ' '} ${mark}${step.kind} ${step.title}`;
}

function listLine(state: ReplayState, index: number, columns: number): Line {
  const event = stepAt(state, index);
  const marker = index === state.at ? '>' : ' ';
  const text = event === undefined ? `${numberText(state, index)} …` : listText(state, event, index);
  const tone: Tone =
    index === state.at ? 'current' : event === undefined ? 'dim' : event.status === 'ok' ? 'plain' : 'failed';
  return { text: pad(truncate(marker + text, columns), columns), tone };
}

/** The window of `rows` steps around the one that is shown. */
export function listLines(state: ReplayState, rows: number, columns: number): Line[] {
  const first = Math.max(0, Math.min(state.at - Math.floor(rows / 2), state.total - rows));
  const count = Math.max(0, Math.min(rows, state.total - first));
  return Array.from({ length: count }, (_, row) => listLine(state, first + row, columns));
}

export interface Layout {
  /** The list stands beside the detail, not above it. */
  beside: boolean;
  list: { rows: number; columns: number };
  detail: { rows: number; columns: number };
}

/** How the screen is divided: side by side from 110 columns on, else the list above. One line each for head, rule and foot. */
export function layoutFor(rows: number, columns: number): Layout {
  const room = Math.max(4, rows - 3);
  if (columns >= 110) {
    const list = Math.floor(columns * 0.42);
    return {
      beside: true,
      list: { rows: room, columns: list },
      detail: { rows: room, columns: columns - list - 3 },
    };
  }
  const list = Math.max(2, Math.floor(room * 0.35));
  return { beside: false, list: { rows: list, columns }, detail: { rows: room - list, columns } };
}
