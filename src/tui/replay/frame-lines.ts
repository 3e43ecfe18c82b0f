import { truncate } from '../../core/display-width.ts';
import { stepKinds } from '../../core/replay/step-kinds.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { Line } from '../lines.ts';
import { agentKey, choiceText, isEverything, MOST_AGENTS } from './choice.ts';
import { keyHelp } from './keys.ts';
import type { ReplayState, Typing } from './state.ts';

const KEYS = '← → step  space play  f failure  e edit  / search  | filter  ? help  q quit';

const subjectParts = ({ whole, session, title }: ReplayState): string[] =>
  whole === 'session' ? [session?.agent ?? '', title] : [`${whole} ${title}`];

/** Where one is, how it plays, what is replayed and what of it is left out. */
export function headLine(state: ReplayState, columns: number): Line {
  const parts = [
    state.total === 0 ? 'no steps' : `${state.at + 1}/${state.total}`,
    ...(state.playing ? [`▶ ${state.speed} ×`] : []),
    ...(isEverything(state.choice) ? [] : [`only ${safeLine(choiceText(state.choice))}`]),
    ...subjectParts(state).map(safeLine),
  ];
  return { text: truncate(parts.join('  '), columns), tone: 'label' };
}

const prompts: Readonly<Record<Typing, string>> = {
  search: '/',
  time: 'go to time (14:05, -2h, +10min): ',
  number: ':',
  fork: 'name of the branch from this step: ',
};

/** What is being typed, what there is to say, or the keys. */
export function footLine(state: ReplayState, columns: number): Line {
  const { mode } = state;
  if (mode === 'filter')
    return {
      text: truncate('Enter takes this choice, 0 is everything, Esc leaves it as it was', columns),
      tone: 'dim',
    };
  if (mode !== 'read' && mode !== 'help')
    return { text: typedText(prompts[mode], state.typed, columns), tone: 'plain' };
  return { text: truncate(state.message === '' ? KEYS : safeLine(state.message), columns), tone: 'dim' };
}

/** The end of what is typed is always seen. */
function typedText(prompt: string, typed: string, columns: number): string {
  const whole = `${prompt}${typed}█`;
  if (truncate(whole, columns) === whole) return whole;
  return truncate(
    `…${Array.from(typed)
      .slice(-Math.max(1, columns - 3))
      .join('')}█`,
    columns,
  );
}

export function helpLines(columns: number): Line[] {
  return keyHelp.map(([keys, meaning]) => ({
    text: truncate(`  ${keys.padEnd(14)}${meaning}`, columns),
    tone: 'plain',
  }));
}

/** Kinds and agents with their keys; what is picked is marked. */
export function filterLines({ picked, agents }: ReplayState, columns: number): Line[] {
  const row = (key: string, name: string, isPicked: boolean): Line => ({
    text: truncate(`  ${key}  [${isPicked ? 'x' : ' '}] ${safeLine(name)}`, columns),
    tone: isPicked ? 'label' : 'plain',
  });
  return [
    { text: 'only these kinds', tone: 'label' },
    ...stepKinds.map((kind, place) => row(String(place + 1), kind, picked.only.includes(kind))),
    { text: 'only these agents', tone: 'label' },
    ...agents
      .slice(0, MOST_AGENTS)
      .map((agent, place) => row(agentKey(place), agent, picked.agents.includes(agent))),
  ];
}
