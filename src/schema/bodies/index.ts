import type { z } from 'zod';
import { BranchCreated, BranchDeleted, BranchRenamed, BranchRestored, WriterObserved } from './branch.ts';
import { EventForgotten, WorkspacePruned } from './forget.ts';
import { GitCommitted, GitMerged, GitRewritten, GitSwitched } from './git.ts';
import { HandoffAnswered, HandoffOffered } from './handoff.ts';
import { HookUnreadable } from './hook.ts';
import { MergeAborted, MergeCommitted, MergeStopped } from './merge.ts';
import { RecallInjected, RecallWarned } from './recall.ts';
import {
  ClaimWritten,
  ConventionWritten,
  DecisionWritten,
  HandoffWritten,
  MemoryAttempted,
  MemoryNoted,
  MemoryReplaced,
  PlanWritten,
} from './record.ts';
import { MergeReviewed } from './review.ts';
import { SessionCompacted, SessionEnded, SessionLinked, SessionStarted, SessionTitled } from './session.ts';
import { FileEdited, ToolCalled } from './tool.ts';
import { TurnInterrupted, TurnMeasured, TurnPrompted, TurnReplied } from './turn.ts';

/** Body of every event type that this version knows, with one line for the reference. */
export const bodies = {
  'session.started': { summary: 'An agent (or a subagent) began to work.', body: SessionStarted },
  'session.ended': { summary: 'The agent closed the session.', body: SessionEnded },
  'session.compacted': { summary: "The agent's context was compacted.", body: SessionCompacted },
  'session.linked': {
    summary: 'An agent was started by another one, in its shell.',
    body: SessionLinked,
  },
  'session.titled': { summary: 'The agent or a person named the session.', body: SessionTitled },
  'turn.prompted': { summary: 'Somebody asked for something.', body: TurnPrompted },
  'turn.replied': { summary: 'The agent said something.', body: TurnReplied },
  'turn.measured': {
    summary: 'What an answer took, learnt after the answer itself was stored.',
    body: TurnMeasured,
  },
  'turn.interrupted': {
    summary: 'Somebody stopped the agent in the middle of a turn.',
    body: TurnInterrupted,
  },
  'tool.called': { summary: 'A tool was called and came back (or was refused).', body: ToolCalled },
  'file.edited': { summary: 'A tool call changed a file.', body: FileEdited },
  'hook.unreadable': {
    summary: 'A hook payload that could not be read, kept as text.',
    body: HookUnreadable,
  },
  'git.committed': { summary: 'A git commit was made.', body: GitCommitted },
  'git.rewritten': {
    summary: 'A commit took the place of others: amended, rebased, squashed.',
    body: GitRewritten,
  },
  'git.switched': { summary: 'A worktree went to another git branch, or is new.', body: GitSwitched },
  'git.merged': { summary: 'A git branch was merged, or pulled.', body: GitMerged },
  'plan.added': { summary: 'Something to do was put on the plan.', body: PlanWritten },
  'plan.changed': { summary: 'A plan item was changed, done or dropped.', body: PlanWritten },
  'memory.decided': { summary: 'Something was decided.', body: DecisionWritten },
  'memory.agreed': { summary: 'A convention was agreed on.', body: ConventionWritten },
  'memory.noted': { summary: 'A fact worth keeping.', body: MemoryNoted },
  'memory.attempted': { summary: 'An approach was tried, and how it ended.', body: MemoryAttempted },
  'memory.replaced': {
    summary: 'A fact or an attempt does not stand any more: another took its place, or it was withdrawn.',
    body: MemoryReplaced,
  },
  'recall.injected': {
    summary: 'An agent was told something that it had not asked for.',
    body: RecallInjected,
  },
  'recall.warned': {
    summary: 'An agent was warned of a call like ones that failed (or would have been).',
    body: RecallWarned,
  },
  'claim.taken': { summary: 'Somebody says what they are editing, or working on.', body: ClaimWritten },
  'claim.confirmed': { summary: 'A provisional claim holds on every machine.', body: ClaimWritten },
  'claim.lost': {
    summary: 'A provisional claim had been taken on another machine before.',
    body: ClaimWritten,
  },
  'claim.released': { summary: 'Somebody is done with what they claimed.', body: ClaimWritten },
  'handoff.offered': {
    summary: 'Work is given over: what it is, how far it is, what comes next.',
    body: HandoffOffered,
  },
  'handoff.answered': {
    summary: 'Why a handoff was turned down or taken back, said where its content stands.',
    body: HandoffAnswered,
  },
  'handoff.posted': { summary: 'A handoff waits for somebody to take it.', body: HandoffWritten },
  'handoff.accepted': { summary: 'Somebody took a handoff.', body: HandoffWritten },
  'handoff.declined': { summary: 'A handoff was turned down.', body: HandoffWritten },
  'handoff.withdrawn': { summary: 'A handoff was taken back by whoever offered it.', body: HandoffWritten },
  'handoff.expired': { summary: 'Nobody took a handoff in time.', body: HandoffWritten },
  'branch.created': { summary: 'A branch began.', body: BranchCreated },
  'branch.renamed': { summary: 'A branch got another name.', body: BranchRenamed },
  'branch.deleted': { summary: 'A branch was deleted: it is hidden from then on.', body: BranchDeleted },
  'branch.restored': { summary: 'A deleted branch was taken back.', body: BranchRestored },
  'merge.committed': { summary: 'A branch took in what another one sees.', body: MergeCommitted },
  'merge.stopped': { summary: 'A merge met conflicts and changed nothing.', body: MergeStopped },
  'merge.reviewed': {
    summary: 'Somebody looked at what a merge would bring: yes, no, or a comment.',
    body: MergeReviewed,
  },
  'merge.aborted': { summary: 'A stopped merge was given up.', body: MergeAborted },
  'event.forgotten': {
    summary: 'Somebody had events forgotten: their content is gone, stubs stay.',
    body: EventForgotten,
  },
  'workspace.pruned': {
    summary: 'Somebody had the content of old events taken away.',
    body: WorkspacePruned,
  },
  'writer.observed': { summary: "This writer has seen others' events up to here.", body: WriterObserved },
} as const satisfies Record<string, { summary: string; body: z.ZodType }>;

export type KnownType = keyof typeof bodies;
export type BodyOf<T extends KnownType> = z.output<(typeof bodies)[T]['body']>;

export const isKnownType = (type: string): type is KnownType => Object.hasOwn(bodies, type);
