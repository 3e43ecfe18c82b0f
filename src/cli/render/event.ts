import { safeLine, safeText } from '../../core/safe-text.ts';
import { viewStep } from '../../core/step-view.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { renderDiffLines } from './diff.ts';
import { renderFacts } from './table.ts';
import { agoText, clockText, dayText } from './time.ts';
import type { View } from './view.ts';

const STATUS_PAINT = { ok: 'green', failed: 'red', rejected: 'yellow' } as const;

const neighbours = (ids: readonly string[]): string | null =>
  ids.length === 0 ? null : ids.map(safeLine).join(' ');

export function renderEvent({ event, before, after }: OutputOf<'event.show'>, view: View): string {
  const { paint } = view;
  const step = viewStep(event);
  const facts = renderFacts(
    [
      ['event', paint.bold(safeLine(event.id))],
      ['type', safeLine(event.type)],
      ['status', paint[STATUS_PAINT[event.status]](event.status)],
      ['when', `${dayText(event.at)} ${clockText(event.at)} (${agoText(event.at, view.now)})`],
      ['who', safeLine([event.actor.name, event.actor.model ?? ''].join(' '))],
      ['agent', safeLine(event.agent)],
      ['session', safeLine(event.session)],
      ['turn', event.turn && safeLine(event.turn)],
      ['paths', event.paths.length === 0 ? null : event.paths.map(safeLine).join(', ')],
      ['facts', step.facts.length === 0 ? null : step.facts.join(' · ')],
      ['before', neighbours(before)],
      ['after', neighbours(after)],
    ],
    view,
  );
  const sections = step.sections.map(
    (section) =>
      `${paint.bold(section.label)}\n${'diff' in section ? renderDiffLines(section.diff, view) : section.text.trimEnd()}`,
  );
  return [facts, ...(sections.length === 0 ? [safeText(event.text)] : sections)].join('\n\n');
}
