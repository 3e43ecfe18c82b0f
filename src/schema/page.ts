import type { OperationName } from './operation.ts';

/**
 * Operations that the page in the browser may call: what reads, and what a person does there by hand. Nothing that names
 * a file of this machine, runs a command, or changes how agents are connected.
 */
export const pageOperations = [
  'agent.list',
  'attempt.list',
  'branch.create',
  'branch.diff',
  'branch.graph',
  'branch.list',
  'branch.show',
  'brief.show',
  'claim.list',
  'claim.release',
  'daemon.status',
  'embedder.status',
  'event.forget',
  'event.forgettings',
  'event.show',
  'git.log',
  'git.show',
  'git.why',
  'handoff.list',
  'handoff.show',
  'live.show',
  'memory.agree',
  'memory.attempt',
  'memory.browse',
  'memory.check',
  'memory.decide',
  'memory.history',
  'memory.list',
  'memory.note',
  'memory.query',
  'memory.show',
  'memory.withdraw',
  'merge.abort',
  'merge.resolve',
  'merge.run',
  'merge.status',
  'plan.add',
  'plan.diff',
  'plan.graph',
  'plan.history',
  'plan.next',
  'plan.set',
  'plan.show',
  'recall.search',
  'replay.find',
  'replay.lanes',
  'replay.show',
  'review.approve',
  'review.ask',
  'review.comment',
  'review.list',
  'review.show',
  'session.list',
  'session.show',
  'stats.activity',
  'stats.capture',
  'stats.compliance',
  'stats.recall',
  'stats.warnings',
  'status.show',
  'store.stats',
  'workspace.list',
  'workspace.set',
  'workspace.show',
] as const satisfies readonly OperationName[];

export type PageOperation = (typeof pageOperations)[number];

/** What the door tells a browser that it has let in. */
export interface Hello {
  /** Goes with every call: another site can make a browser send the cookie, but cannot read this. */
  csrf: string;
  version: string;
  /** The workspace that `hivemind web` was called for; null: none. */
  workspace: string | null;
  workspaces: string[];
}
