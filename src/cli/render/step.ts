import { truncate } from '../../core/display-width.ts';
import { safeLine } from '../../core/safe-text.ts';
import { type StepSection, viewStep } from '../../core/step-view.ts';
import type { Event } from '../../schema/event.ts';
import type { Session } from '../../schema/records.ts';
import { renderDiffLines } from './diff.ts';
import { clockText } from './time.ts';
import type { View } from './view.ts';

const INDENT = '    ';
const TITLE_CELLS = 200;

/** How a subagent's steps are marked; null for the session itself. */
export const roleOf = (event: Event, children: readonly Session[]): string | null => {
  const child = children.find((session) => session.id === event.session);
  return child === undefined ? null : `↳ ${safeLine(child.role ?? child.agent)}`;
};

/** One step in one line: number, time, who (null: whoever did it), kind, status, text. */
export function renderStepLine(event: Event, number: number, by: string | null, view: View): string {
  const { paint } = view;
  const step = viewStep(event);
  const status =
    event.status === 'ok'
      ? ''
      : `${event.status === 'failed' ? paint.red('failed') : paint.yellow('rejected')} `;
  const who = by ?? safeLine(event.actor.name);
  const title = truncate(step.title, TITLE_CELLS);
  return `${paint.dim(`${String(number).padStart(4)}  ${clockText(event.at)}`)}  ${paint.cyan(who)}  ${paint.bold(step.kind)}  ${status}${title}`;
}

function renderSection(section: StepSection, view: View): string {
  const body =
    'diff' in section
      ? renderDiffLines(section.diff, view)
      : section.text
          .trimEnd()
          .split('\n')
          .map((line) => INDENT + line)
          .join('\n');
  return `  ${view.paint.dim(section.label)}\n${body}`;
}

/** A step in full: its line, its facts, its input, output, error and diff. */
export function renderStep(event: Event, number: number, by: string | null, view: View): string {
  const step = viewStep(event);
  return [
    renderStepLine(event, number, by, view),
    ...(step.facts.length === 0 ? [] : [`  ${view.paint.dim(step.facts.join(' · '))}`]),
    ...step.sections.map((section) => renderSection(section, view)),
  ].join('\n');
}
