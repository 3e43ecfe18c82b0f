import { pad, truncate } from '../../core/display-width.ts';
import { whoOf } from '../../core/replay/who.ts';
import { viewStep } from '../../core/step-view.ts';
import type { Event } from '../../schema/event.ts';
import { clock, type Line, type Tone } from '../lines.ts';
import { type ReplayState, stepAt } from './state.ts';

const numberText = (state: ReplayState, index: number): string =>
  String(index + 1).padStart(String(state.total).length + 1);

function listText(state: ReplayState, event: Event, index: number): string {
  const step = viewStep(event);
  const who = whoOf(event, state.session?.id ?? null, state.sessions);
  const mark =
    who === null
      ? ''
      : who.depth === 0
        ? `${who.name} `
        : `${'  '.repeat(Math.min(who.depth, 4))}↳ ${who.name} `;
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
