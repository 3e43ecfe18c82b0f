import type { z } from 'zod';
import { BranchCreated, WriterObserved } from './branch.ts';
import { HookUnreadable } from './hook.ts';
import { SessionCompacted, SessionEnded, SessionStarted, SessionTitled } from './session.ts';
import { FileEdited, ToolCalled } from './tool.ts';
import { TurnInterrupted, TurnPrompted, TurnReplied } from './turn.ts';

/** Body of every event type that this version knows, with one line for the reference. */
export const bodies = {
  'session.started': { summary: 'An agent (or a subagent) began to work.', body: SessionStarted },
  'session.ended': { summary: 'The agent closed the session.', body: SessionEnded },
  'session.compacted': { summary: "The agent's context was compacted.", body: SessionCompacted },
  'session.titled': { summary: 'The agent or a person named the session.', body: SessionTitled },
  'turn.prompted': { summary: 'Somebody asked for something.', body: TurnPrompted },
  'turn.replied': { summary: 'The agent said something.', body: TurnReplied },
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
  'branch.created': { summary: 'A branch began.', body: BranchCreated },
  'writer.observed': { summary: "This writer has seen others' events up to here.", body: WriterObserved },
} as const satisfies Record<string, { summary: string; body: z.ZodType }>;

export type KnownType = keyof typeof bodies;
export type BodyOf<T extends KnownType> = z.output<(typeof bodies)[T]['body']>;

export const isKnownType = (type: string): type is KnownType => Object.hasOwn(bodies, type);
