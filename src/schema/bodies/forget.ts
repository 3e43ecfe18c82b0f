import { z } from 'zod';

/** Closed intervals of seqs, by writer: which events are meant. */
export const EventRuns = z.record(
  z.string(),
  z.array(z.tuple([z.number().int().positive(), z.number().int().positive()])),
);
export type EventRuns = z.infer<typeof EventRuns>;

/** How somebody said what is to be forgotten. The words that were looked for are not kept: they are what goes. */
export const ForgetBy = z.enum(['session', 'event', 'author', 'origin', 'matching', 'path', 'age']);
export type ForgetBy = z.infer<typeof ForgetBy>;

/** A row of a merge whose value, or whose record's key, was made of what is forgotten. */
const DecidedRow = z.object({
  at: z.number().int().nonnegative().describe('its place among the decided rows'),
  value: z.boolean().describe('whether its value goes'),
  key: z.string().optional().describe('the key that takes the place of its own'),
});

/** Records whose key was made of what is forgotten, and the key that takes its place. */
export const RekeyedRecord = z.object({ key: z.string(), events: EventRuns });

/** A merge event some of whose decided rows are forgotten. */
export const DecidedIn = z.object({
  writer: z.string(),
  seq: z.number().int().positive(),
  rows: z.array(DecidedRow),
});

const forgetting = {
  by: ForgetBy,
  count: z.number().int().nonnegative().describe('events whose content goes'),
  events: EventRuns.describe('which these are: writer → runs of seqs'),
};

export const EventForgotten = z.looseObject({
  ...forgetting,
  why: z.string().max(500).optional(),
  keys: z.array(RekeyedRecord).default([]),
  decided: z.array(DecidedIn).default([]),
});

export const WorkspacePruned = z.looseObject({
  ...forgetting,
  before: z.number().int().nonnegative().describe('epoch milliseconds'),
});
