import { z } from 'zod';
import { Cut, Standpoint } from '../view.ts';

export const BranchCreated = z.looseObject({
  branch: z.string(),
  name: z.string(),
  parent: Standpoint.optional().describe('where it was forked: what it sees beside its own; absent: nothing'),
  agent: z.string().optional().describe('the agent that it was made for'),
  origin: z.string().optional().describe('session or worktree that it was made for by itself'),
});

export const BranchRenamed = z.looseObject({ branch: z.string(), name: z.string() });

export const BranchDeleted = z.looseObject({ branch: z.string() });

export const BranchRestored = z.looseObject({ branch: z.string() });

/** Journalled before any event that saw other writers' rows, so that every event's view can be recovered. */
export const WriterObserved = z.looseObject({ seen: Cut });
