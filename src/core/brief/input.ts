import { isGone } from '../../schema/forgotten.ts';
import type { Claim, Convention, Decision, PlanItem, Session } from '../../schema/records.ts';
import type { Surroundings } from '../plan/readiness.ts';
import type { Deed } from './deed.ts';

/** When a brief is given. After a compaction the agent has forgotten its own work too; a subagent gets a short one. */
export type BriefMoment = 'start' | 'compaction' | 'subagent';

/** A handoff that concerns the reader. */
export interface HandoffNews {
  id: string;
  /** The reader has taken it: then its lines are its whole content, told once; else what it is about. */
  isTaken: boolean;
  from: string;
  task: string;
  /** Quoted already. */
  lines: readonly string[];
}

/** Changes that somebody asks for before the reader's branch may be merged. */
export interface ReviewNews {
  by: string;
  branch: string;
  /** The branch that would take it in. */
  into: string;
  comment: string;
  event: string;
}

export interface BriefInput {
  workspaceName: string;
  /** It is for a branch, and not for what all share. */
  isOnBranch?: boolean;
  /** Epoch milliseconds; read to the minute. */
  now: number;
  moment?: BriefMoment;
  /** Tokens that it may take. */
  budget?: number;
  /** Whom it is for. */
  session?: string;
  agent?: string;
  /** In any order. */
  sessions: readonly Session[];
  /** What was done lately, in any order. */
  deeds: readonly Deed[];
  plan?: readonly PlanItem[];
  /** What decides which of the plan can be begun; without it what the plan and the claims say themselves. */
  around?: Surroundings | null;
  decisions?: readonly Decision[];
  conventions?: readonly Convention[];
  /** Those that hold now, and the reader's own that were lost. */
  claims?: readonly Claim[];
  handoffs?: readonly HandoffNews[];
  /** Of the reader's branch, the latest first. */
  requests?: readonly ReviewNews[];
  /** The reader's own prompts, the latest last; told after a compaction. */
  prompts?: readonly string[];
}

/** The same with everything in it, and what follows from it. */
export interface Scene extends Required<Omit<BriefInput, 'session' | 'agent'>> {
  session: string | null;
  agent: string | null;
  /** The reader's session and those that it started, or that started it. */
  own: ReadonlySet<string>;
}

export function sceneOf(input: BriefInput): Scene {
  const { session = null, agent = null, sessions } = input;
  const parent = sessions.find(({ id }) => id === session)?.parent ?? null;
  const own = new Set(
    sessions.filter((one) => one.id === session || one.parent === session).map(({ id }) => id),
  );
  if (session !== null) own.add(session);
  if (parent !== null) own.add(parent);
  return {
    isOnBranch: false,
    moment: 'start',
    budget: 1500,
    around: null,
    claims: [],
    handoffs: [],
    requests: [],
    prompts: [],
    ...input,
    // Of what was forgotten there is nothing to tell.
    plan: (input.plan ?? []).filter(({ title }) => !isGone(title)),
    decisions: (input.decisions ?? []).filter(({ choice }) => !isGone(choice)),
    conventions: (input.conventions ?? []).filter(({ rule }) => !isGone(rule)),
    deeds: input.deeds.filter(({ text }) => !isGone(text)),
    // The same minute gives the same text.
    now: Math.floor(input.now / 60_000) * 60_000,
    session,
    agent,
    own: session === null ? new Set<string>() : own,
  };
}
