import type { Act } from './acts.ts';

/** A session with nothing new for so long is over, whether or not its agent said so. */
export const overAfterMs = 2 * 60 * 60 * 1000;

/** What is known of a session (with those that it started), as far as its habits go. */
export interface SessionFacts {
  id: string;
  agent: string;
  model: string | null;
  /** Some of it was captured as it happened: only then could it be told a brief. */
  isLive: boolean;
  isBriefed: boolean;
  isOver: boolean;
  edits: number;
  /** Epoch milliseconds of the first call that failed; null: none did. */
  failedAt: number | null;
  /** Of the first edit after that. */
  editedAfterAt: number | null;
  acts: readonly Act[];
}

/** The habits, each with the rule by which it is counted. */
export const habitRules = {
  briefed: 'of the sessions of which some was captured as it happened: a brief was delivered at the start',
  recalled: 'of the sessions in which a call failed: recall was asked at least once',
  recalledFirst:
    'of the sessions in which a call failed: recall was asked before the first edit that came after the first failure; without such an edit, asked at all',
  recorded:
    'of the sessions that edited files: a decision, a convention, an attempt or a fact was recorded (what the daemon infers does not count)',
  planned: 'of all sessions: an item was added to the plan or changed',
  handedOff:
    'of the sessions that are over and left an item of the plan in the state doing: a handoff was offered',
} as const;

export type Habit = keyof typeof habitRules;
export const habits = Object.keys(habitRules) as Habit[];

/** What applies to every habit. */
export const countingRules = {
  session:
    'a session of an agent that was prompted, together with the sessions that it started; those that it started are not counted by themselves',
  call: "recall, remember, plan and handoff are known by what was written in the session's name, by calls of Hivemind's MCP tools, and by the command hivemind in a shell; a call that failed counts only for recall",
  over: 'a session is over when its agent ended it, or after two hours without an event',
} as const;

export interface Judged {
  session: SessionFacts;
  /** Items begun and items done or dropped, each once. */
  taken: number;
  done: number;
  /** Per habit whether it was kept; null: its rule is not about this session. */
  kept: Record<Habit, boolean | null>;
}

export function judge(session: SessionFacts): Judged {
  const { acts, failedAt } = session;
  const recalls = acts.filter(({ kind }) => kind === 'recalled').map(({ at }) => at);
  const plan = acts.flatMap((act) => (act.kind === 'planned' ? [act] : []));
  const has = (kind: Act['kind']): boolean => acts.some((act) => act.kind === kind);
  const when = (applies: boolean, kept: () => boolean): boolean | null => (applies ? kept() : null);
  const last = new Map<string, string>();
  for (const { item, state } of [...plan].sort((a, b) => a.at - b.at))
    if (state !== null) last.set(item, state);
  const count = (...states: string[]): number =>
    new Set(plan.filter(({ state }) => states.includes(state ?? '')).map(({ item }) => item)).size;
  const until = session.editedAfterAt ?? Number.POSITIVE_INFINITY;
  return {
    session,
    taken: count('doing'),
    done: count('done', 'dropped'),
    kept: {
      briefed: when(session.isLive, () => session.isBriefed),
      recalled: when(failedAt !== null, () => recalls.length > 0),
      recalledFirst: when(failedAt !== null, () => recalls.some((at) => at <= until)),
      recorded: when(session.edits > 0, () => has('recorded')),
      planned: plan.length > 0,
      handedOff: when(session.isOver && [...last.values()].includes('doing'), () => has('offered')),
    },
  };
}
