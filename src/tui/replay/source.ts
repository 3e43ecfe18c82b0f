import type { Call, CallContext, InputOf, OutputOf } from '../../schema/operation.ts';
import type { Session } from '../../schema/records.ts';
import { type Lanes, laneBuckets } from './lane-lines.ts';
import { type Choice, openState, type Page, type ReplayState, type Wanted } from './state.ts';

/** Where a viewer gets the steps of one replay. */
export interface Source {
  load(choice: Choice, after: number, limit: number): Promise<Page>;
  /** A step, with what was planned, decided and claimed at it. */
  know(choice: Choice, step: number): Promise<Page>;
  find(choice: Choice, wanted: Wanted): Promise<OutputOf<'replay.find'>>;
  lanes(choice: Choice, buckets: number): Promise<Lanes>;
  /** Makes a branch from an event; resolves with its name. */
  fork(name: string, event: string): Promise<string>;
}

/** A replay that is ready to be shown. */
export interface Opened {
  source: Source;
  state: ReplayState;
  lanes: Lanes;
}

export interface Door {
  call: Call;
  context: Partial<CallContext>;
}

export type ReplayInput = InputOf<'replay.show'>;

/** Steps that are loaded before anything is drawn: more than a screen has, and little to wait for. */
const FIRST_STEPS = 100;

/** Opens a replay at a step; `columns` of the screen say how finely its lanes are cut. Throws what the first call throws. */
export async function openReplayAt(
  door: Door,
  input: ReplayInput,
  { at, columns }: { at: number; columns: number },
): Promise<Opened> {
  const { call, context } = door;
  const choice: Choice = { only: input.only ?? [], agents: input.agents ?? [] };
  const after = Math.max(0, at - FIRST_STEPS / 2);
  const [first, lanes] = await Promise.all([
    call('replay.show', { ...input, after, limit: FIRST_STEPS }, context),
    call('replay.lanes', { ...chosen(input, choice), buckets: laneBuckets(columns) }, context),
  ]);
  // "The last session" may be another one by the time of the next page.
  const pinned = first.session === null ? input : { ...input, session: first.session.id };
  const state = { ...openState(first, { after, at }), choice, picked: choice };
  return { source: sourceOf(door, pinned), state, lanes };
}

const subjectOf = ({ session, whole, children, workspace, cwd, branch, caller }: ReplayInput) => ({
  ...(session === undefined ? {} : { session }),
  ...(whole === undefined ? {} : { whole }),
  ...(children === undefined ? {} : { children }),
  ...(workspace === undefined ? {} : { workspace }),
  ...(cwd === undefined ? {} : { cwd }),
  ...(branch === undefined ? {} : { branch }),
  ...(caller === undefined ? {} : { caller }),
});

const chosen = (input: ReplayInput, { only, agents }: Choice) => ({
  ...subjectOf(input),
  only: [...only],
  agents: [...agents],
});

function sourceOf({ call, context }: Door, input: ReplayInput): Source {
  return {
    load: (choice, after, limit) => call('replay.show', { ...chosen(input, choice), after, limit }, context),
    know: (choice, after) =>
      call('replay.show', { ...chosen(input, choice), after, limit: 1, state: true }, context),
    find: (choice, wanted) => call('replay.find', { ...chosen(input, choice), ...wanted }, context),
    lanes: (choice, buckets) => call('replay.lanes', { ...chosen(input, choice), buckets }, context),
    fork: async (name, from) => {
      const { workspace, cwd } = input;
      const where = {
        ...(workspace === undefined ? {} : { workspace }),
        ...(cwd === undefined ? {} : { cwd }),
      };
      return (await call('branch.create', { name, from, ...where }, context)).branch.name;
    },
  };
}

/** Something that can be replayed, and how it is asked for. */
export interface Candidate {
  label: string;
  /** When it was last worked on, epoch milliseconds. */
  at: number;
  input: ReplayInput;
}

/** Sessions and branches that are offered. */
const MOST_OFFERED = 500;

/** What else can be replayed from here: branches, then sessions, the latest first. */
export async function candidatesOf({ call, context }: Door, input: ReplayInput): Promise<Candidate[]> {
  const { session: _session, whole: _whole, ...where } = subjectOf(input);
  const { branch: _branch, ...here } = where;
  const [{ sessions }, { branches }] = await Promise.all([
    call('session.list', { ...where, limit: MOST_OFFERED }, context),
    call('branch.list', { ...here, limit: MOST_OFFERED }, context),
  ]);
  return [
    ...branches.map(({ name, events, lastAt }) => ({
      label: `branch ${name}  ${events} events`,
      at: lastAt,
      input: { ...here, branch: name, whole: 'branch' as const },
    })),
    ...sessions.map((session) => ({
      label: sessionText(session),
      at: session.lastAt,
      input: { ...where, session: session.id },
    })),
  ];
}

const sessionText = ({ agent, title, events, failures }: Session): string =>
  `${agent}  ${title}  ${events} steps${failures === 0 ? '' : `, ${failures} failed`}`;
