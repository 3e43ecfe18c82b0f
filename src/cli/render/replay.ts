import { whoOf } from '../../core/replay/who.ts';
import { safeLine } from '../../core/safe-text.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { Event } from '../../schema/event.ts';
import type { InputOf, OutputOf } from '../../schema/operation.ts';
import type { Knowledge } from '../../schema/records.ts';
import { renderKnown } from './memory.ts';
import { renderItems } from './plan.ts';
import { renderSessionFacts } from './session.ts';
import { renderStep } from './step.ts';
import type { View } from './view.ts';

type Output = OutputOf<'replay.show'>;
type Input = InputOf<'replay.show'>;

/** Steps as plain text, from step `after` + 1 on; says so when there are more. */
export function renderReplay(output: Output, input: Input, view: View): string {
  const { session, steps, total, state } = output;
  const after = input.after ?? 0;
  const last = after + steps.length;
  const left = total - last;
  const byWhom = whoIn(output);
  const more = `${left} of ${total} steps left: hivemind replay ${[...wordsOf(output, input), '--after', last].join(' ')} --text`;
  return [
    session === null ? renderWhole(output, view) : renderSessionFacts(session, view),
    ...steps.map((event, index) => renderStep(event, after + index + 1, byWhom(event), view)),
    ...(state === null ? [] : [renderState(state, last, view)]),
    ...(left > 0 ? [view.paint.dim(more)] : []),
  ].join('\n\n');
}

/** A branch or a run: its name, how much there is of it, and who worked on it. */
const renderWhole = ({ subject, total, agents }: Output, { paint }: View): string =>
  `${paint.bold(`${subject.whole} ${safeLine(subject.title)}`)}\n  ${paint.dim(
    `${total} steps by ${agents.map(safeLine).join(', ') || 'nobody'}`,
  )}`;

/** Whose step it is, where that has to be said. */
function whoIn({ session, children }: Output): (event: Event) => string | null {
  const sessions = new Map(children.map((child) => [child.id, child]));
  return (event) => {
    const who = whoOf(event, session?.id ?? null, sessions);
    return who === null ? null : who.depth === 0 ? who.name : `↳ ${who.name}`;
  };
}

/** What of the command says which replay it is. */
function wordsOf(
  { session, subject }: Output,
  { only = [], agents = [], children, branch, workspace }: Input,
): string[] {
  return [
    ...(session === null ? ['--whole', subject.whole, '--branch', shellWord(subject.branch)] : [session.id]),
    ...(session === null || branch === undefined ? [] : ['--branch', shellWord(branch)]),
    ...(children === false ? ['--no-children'] : []),
    ...(workspace === undefined ? [] : ['--workspace', shellWord(workspace)]),
    ...(only.length === 0 ? [] : ['--only', only.join(',')]),
    ...(agents.length === 0 ? [] : ['--agents', shellWord(agents.join(','))]),
  ];
}

/** What was planned and decided when the last of the steps was recorded. */
const renderState = (state: Knowledge, step: number, view: View): string =>
  [
    view.paint.bold(`As it was at step ${step}`),
    ...(state.plan.length === 0 ? ['Nothing was planned.'] : renderItems(state.plan, view)),
    ...renderKnown(state, view),
  ].join('\n');
