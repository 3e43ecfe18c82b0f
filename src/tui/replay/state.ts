import type { Event } from '../../schema/event.ts';
import type { InputOf, OutputOf } from '../../schema/operation.ts';
import type { StepKind } from '../../schema/operations/replay.ts';
import type { Session } from '../../schema/records.ts';

export type Page = OutputOf<'replay.show'>;

/** Which steps are gone through; the others are skipped. */
export interface Choice {
  only: readonly StepKind[];
  agents: readonly string[];
}

export const everything: Choice = { only: [], agents: [] };

/** What `replay.find` is asked. */
export type Wanted = Pick<InputOf<'replay.find'>, 'from' | 'direction' | 'kind' | 'text' | 'at' | 'event'>;

/** A question under way. */
export interface Ask {
  wanted: Wanted;
  /** What is looked for, as it is said when there is none. */
  what: string;
  /** Differs from that of the question before. */
  number: number;
  /** Asked because steps have other numbers now: the step that is shown is so many behind the answer. */
  behind?: number;
}

/** What a line that is typed is for. */
export type Typing = 'search' | 'time' | 'number' | 'fork';
export type Mode = 'read' | 'help' | 'filter' | Typing;

/** What is done outside of the state: the terminal's clipboard, an editor, another screen. */
export type Wish = 'copy' | 'open' | 'list' | 'compare';

export interface ReplayState {
  whole: Page['subject']['whole'];
  title: string;
  branch: string;
  /** Null: a branch or a run. */
  session: Session | null;
  /** Sessions of the steps that were loaded, by id. */
  sessions: ReadonlyMap<string, Session>;
  /** Everybody who has steps. */
  agents: readonly string[];
  total: number;
  /** Of the numbers by which steps are held. */
  order: string;
  /** Loaded steps by their numbers. */
  steps: ReadonlyMap<number, Event>;
  /** The step that is shown, from 0. */
  at: number;
  /** First visible line of the detail. */
  scroll: number;
  playing: boolean;
  speed: number;
  mode: Mode;
  /** The detail shows what was planned and decided at the step, not the step. */
  isKnowledge: boolean;
  typed: string;
  /** What `n` looks for. */
  query: string;
  choice: Choice;
  /** The choice as it is being made. */
  picked: Choice;
  /** Changes with the choice and the order: what was asked under others is not taken. */
  era: number;
  ask: Ask | null;
  asked: number;
  /** A name under which a branch is to be made from a step. */
  fork: { name: string; event: string; number: number } | null;
  wish: { what: Wish; number: number } | null;
  /** What to tell the user in the last line; empty for the keys. */
  message: string;
  /** Steps could not be loaded: nothing is asked for until the next key. */
  failed: boolean;
}

export type Target = 'match' | StepKind;
export type Direction = 'next' | 'previous';

export type Action =
  | { type: 'loaded'; era: number; after: number; output: Page }
  | { type: 'found'; number: number; output: OutputOf<'replay.find'> }
  | { type: 'failed'; message: string }
  | { type: 'told'; message: string }
  | { type: 'forked'; message: string }
  | { type: 'move'; by: number }
  | { type: 'jump'; to: number }
  | { type: 'scroll'; by: number; most: number }
  | { type: 'play' }
  | { type: 'speed'; by: 1 | -1 }
  | { type: 'knowledge' }
  | { type: 'tick' }
  | { type: 'mode'; mode: Mode }
  | { type: 'type'; text: string }
  | { type: 'erase' }
  | { type: 'submit' }
  | { type: 'seek'; target: Target; direction: Direction }
  | { type: 'ask'; wanted: Wanted; what: string }
  | { type: 'pick'; kind: StepKind }
  | { type: 'pick-agent'; agent: string }
  | { type: 'pick-all' }
  | { type: 'wish'; what: Wish };

/** State of a viewer that has just loaded the steps from `after` on. */
export function openState(output: Page, { after, at }: { after: number; at: number }): ReplayState {
  const state: ReplayState = {
    whole: output.subject.whole,
    title: output.subject.title,
    branch: output.subject.branch,
    session: output.session,
    sessions: sessionsIn(output),
    agents: output.agents,
    total: output.total,
    order: output.order,
    steps: new Map(output.steps.map((step, index) => [after + index, step])),
    at: 0,
    scroll: 0,
    playing: false,
    speed: 1,
    mode: 'read',
    isKnowledge: false,
    typed: '',
    query: '',
    choice: everything,
    picked: everything,
    era: 0,
    ask: null,
    asked: 0,
    fork: null,
    wish: null,
    message: '',
    failed: false,
  };
  return { ...state, at: clampStep(state, at) };
}

export const sessionsIn = ({ session, children }: Page): Map<string, Session> =>
  new Map([...(session === null ? [] : [session]), ...children].map((one) => [one.id, one]));

export const stepAt = ({ steps }: ReplayState, number: number): Event | undefined => steps.get(number);

export const clampStep = ({ total }: ReplayState, step: number): number =>
  Math.max(0, Math.min(total - 1, step));

export const show = (state: ReplayState, step: number): ReplayState => ({
  ...state,
  at: clampStep(state, step),
  scroll: 0,
});
