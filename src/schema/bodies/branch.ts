import { z } from 'zod';
import { View } from '../view.ts';

export const BranchCreated = z.looseObject({
  branch: z.string(),
  name: z.string(),
  /** The view that the new branch begins with; empty for main. */
  from: View,
});

/** Journalled before any event that saw other writers' rows, so that every event's view can be recovered. */
export const WriterObserved = z.looseObject({ seen: z.record(z.string(), z.number().int()) });
