import type { OutputOf } from '../../schema/operation.ts';
import type { Knowledge } from '../../schema/records.ts';
import { renderKnown } from './memory.ts';
import { renderItems } from './plan.ts';
import { renderSessionFacts } from './session.ts';
import { renderStep, roleOf } from './step.ts';
import type { View } from './view.ts';

/** Steps as plain text, from step `after` + 1 on; says so when there are more. */
export function renderReplay(output: OutputOf<'replay.show'>, after: number, view: View): string {
  const { session, steps, total, children, state } = output;
  const last = after + steps.length;
  const left = total - last;
  const more = `${left} of ${total} steps left: hivemind replay ${session.id} --after ${last} --text`;
  return [
    renderSessionFacts(session, view),
    ...steps.map((event, index) => renderStep(event, after + index + 1, roleOf(event, children), view)),
    ...(state === null ? [] : [renderState(state, last, view)]),
    ...(left > 0 ? [view.paint.dim(more)] : []),
  ].join('\n\n');
}

/** What was planned and decided when the last of the steps was recorded. */
const renderState = (state: Knowledge, step: number, view: View): string =>
  [
    view.paint.bold(`As it was at step ${step}`),
    ...(state.plan.length === 0 ? ['Nothing was planned.'] : renderItems(state.plan, view)),
    ...renderKnown(state, view),
  ].join('\n');
