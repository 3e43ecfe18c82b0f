import { wrapLines } from '../../core/display-width.ts';
import { safeLine } from '../../core/safe-text.ts';
import { type StepSection, viewStep } from '../../core/step-view.ts';
import type { Event } from '../../schema/event.ts';
import { clock, type Line, type Tone } from '../lines.ts';
import { type Colouring, diffLines } from './diff-lines.ts';

/** Wrapped lines of one step that are kept; what is beyond them is counted. */
const MOST_LINES = 20_000;

const wrapped = (text: string, tone: Tone, columns: number): Line[] =>
  wrapLines(text, columns).map((line) => ({ text: line, tone }));

function sectionLines(section: StepSection, columns: number, colouring: Colouring | null): Line[] {
  const tone: Tone = section.label === 'error' ? 'failed' : 'plain';
  const body =
    'diff' in section
      ? diffLines(section.diff, columns, colouring)
      : wrapped(section.text.trimEnd(), tone, columns);
  return [{ text: '', tone: 'plain' }, { text: section.label, tone: 'label' }, ...body];
}

function headLines(event: Event, who: string | null, columns: number): Line[] {
  const by = who === null ? event.actor.name : `${event.actor.name} (${who})`;
  const status = event.status === 'ok' ? [] : [event.status];
  const step = viewStep(event);
  const head = [step.kind, ...status, clock(event.at), safeLine(by), ...step.facts].join(' · ');
  const paths = event.paths.length === 0 ? [] : wrapped(event.paths.map(safeLine).join('  '), 'dim', columns);
  return [
    ...wrapped(head, step.failed ? 'failed' : 'label', columns),
    ...paths,
    { text: safeLine(event.id), tone: 'dim' },
  ];
}

export interface DetailOptions {
  /** Whose step it is, where that is to be said. */
  who: string | null;
  columns: number;
  /** Null: there are no colours, or they are not loaded yet. */
  colouring: Colouring | null;
}

/** Everything about a step, wrapped. */
export function detailLines(event: Event, { who, columns, colouring }: DetailOptions): Line[] {
  const lines = [
    ...headLines(event, who, columns),
    ...viewStep(event).sections.flatMap((part) => sectionLines(part, columns, colouring)),
  ];
  if (lines.length <= MOST_LINES) return lines;
  const rest = lines.length - MOST_LINES;
  return [
    ...lines.slice(0, MOST_LINES),
    { text: `… ${rest} more lines: hivemind show ${safeLine(event.id)}`, tone: 'dim' },
  ];
}
