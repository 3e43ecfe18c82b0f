import { z } from 'zod';
import { Addressee } from './record.ts';

const line = (most: number) => z.string().max(most);
const event = line(100).optional().describe('event that it was read from');

/** A test or a check, and what it said when it failed. */
const FailedTest = z.object({ name: line(500).min(1), message: line(2000).default(''), event });

/** An approach that is not to be tried again. */
const RejectedApproach = z.object({ approach: line(1000).min(1), reason: line(2000).default(''), event });

const Decided = z.object({ text: line(2000).min(1), event });

/** What somebody who goes on with the work is told. */
export const handoffFields = {
  task: line(2000).min(1).describe('what is to be done'),
  status: line(8000).default('').describe('how far it is'),
  next: line(4000).min(1).describe('the next step'),
  questions: z.array(line(1000).min(1)).max(50).default([]).describe('questions that are open'),
  files: z.array(line(4096).min(1)).max(500).default([]).describe('files touched'),
  tests: z
    .object({
      passed: z.array(line(500).min(1)).max(500).default([]),
      failed: z.array(FailedTest).max(200).default([]),
    })
    .default({ passed: [], failed: [] }),
  decisions: z.array(Decided).max(100).default([]).describe('what was decided'),
  rejected: z.array(RejectedApproach).max(100).default([]).describe('approaches not to be tried again'),
} as const;

/** Parts of a handoff that can be read from the record of the session. */
export const DerivedPart = z.enum(['questions', 'files', 'tests', 'decisions', 'rejected', 'item']);

/** All that whoever goes on needs to know. Who takes it, and when, stands on the board. */
export const HandoffOffered = z.looseObject({
  key: line(100).min(1).describe('id of the handoff'),
  to: Addressee,
  ...handoffFields,
  item: line(100).nullable().default(null).describe('plan item that it is about'),
  derived: z
    .array(DerivedPart)
    .default([])
    .describe('parts that were read from the record of the session, and not written by whoever offers it'),
  tokens: z
    .object({
      handoff: z.number().int().nonnegative(),
      transcript: z.number().int().nonnegative().nullable(),
    })
    .optional()
    .describe(
      'how long it is as it is told, and how long the transcript of the session that it replaces: its prompts, replies, calls and their results; four characters are a token; null: unknown',
    ),
});
export type HandoffOffered = z.output<typeof HandoffOffered>;

/** Why somebody turned a handoff down, or took it back. It has content, and so it does not stand on the board. */
export const HandoffAnswered = z.looseObject({
  key: line(100).min(1).describe('id of the handoff'),
  answer: z.enum(['declined', 'withdrawn']),
  reason: line(2000),
});
