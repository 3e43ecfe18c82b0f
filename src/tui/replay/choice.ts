import type { StepKind } from '../../schema/operations/replay.ts';
import { startAsk } from './seek.ts';
import { type Choice, everything, type ReplayState, stepAt } from './state.ts';

/** Agents have the keys a, b, c …; of more than these only the first are offered. */
export const MOST_AGENTS = 16;
export const agentKey = (place: number): string => String.fromCharCode('a'.charCodeAt(0) + place);

const toggled = <T>(list: readonly T[], one: T): T[] =>
  list.includes(one) ? list.filter((other) => other !== one) : [...list, one];

export const pickKind = (state: ReplayState, kind: StepKind): ReplayState => ({
  ...state,
  picked: { ...state.picked, only: toggled(state.picked.only, kind) },
});

export const pickAgent = (state: ReplayState, agent: string): ReplayState => ({
  ...state,
  picked: { ...state.picked, agents: toggled(state.picked.agents, agent) },
});

export const pickAll = (state: ReplayState): ReplayState => ({ ...state, picked: everything });

/** Goes through the picked steps from now on, beginning with the one that is shown or the next after it. */
export function choosePicked(state: ReplayState): ReplayState {
  const read: ReplayState = { ...state, mode: 'read' };
  if (isSame(state.picked, state.choice)) return read;
  const here = stepAt(state, state.at);
  // How many there are comes with the answer; until then there is only this one.
  const chosen: ReplayState = { ...read, choice: state.picked, era: state.era + 1, steps: new Map(), at: 0 };
  return here === undefined ? chosen : startAsk(chosen, { event: here.id }, 'there is none behind it');
}

const isSame = (a: Choice, b: Choice): boolean =>
  a.only.join() === b.only.join() && a.agents.join('\n') === b.agents.join('\n');

export const isEverything = ({ only, agents }: Choice): boolean => only.length === 0 && agents.length === 0;

export const choiceText = ({ only, agents }: Choice): string => [...only, ...agents].join(', ');
