import { z } from 'zod';

/** What a comment is about; without any of them it is about the whole. */
export const ReviewPlace = z.object({
  commit: z.string().max(64).optional().describe('git commit'),
  path: z.string().max(4096).optional().describe('file, below the root of the repository'),
  line: z.number().int().positive().optional().describe('line of that file, as it is in the commit'),
  event: z.string().max(200).optional().describe('a step'),
  record: z.string().max(500).optional().describe('kind:key of a record that the merge would change'),
});
export type ReviewPlace = z.infer<typeof ReviewPlace>;

export const ReviewVerdict = z.enum(['approved', 'changes-requested', 'commented']);
export type ReviewVerdict = z.infer<typeof ReviewVerdict>;

/** Written on the branch that takes the other in, so that it is seen there whatever becomes of the source. */
export const MergeReviewed = z.looseObject({
  source: z.string().describe('id of the branch that was looked at'),
  into: z.string().describe('id of the branch that would take it in'),
  head: z.string().describe('what the source was when it was looked at: hash of its view'),
  verdict: ReviewVerdict,
  comment: z.string(),
  place: ReviewPlace.optional(),
  replyTo: z.string().optional().describe('the review (its event) that this answers'),
  signature: z
    .looseObject({
      kind: z.string(),
      value: z.string(),
      nonce: z.string().max(200).optional().describe('was made for this verdict and is signed with it'),
      key: z.string().max(200).optional().describe('fingerprint of the key: tells people of one name apart'),
    })
    .optional()
    .describe('by which the verdict can be verified; without one it is shown as unverified'),
});
export type MergeReviewed = z.infer<typeof MergeReviewed>;
