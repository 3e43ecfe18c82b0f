import { z } from 'zod';

/** Whether what something was recorded with is still so. */
export const Holds = z.object({
  files: z
    .enum(['same', 'changed', 'gone', 'unknown'])
    .describe('the files that it is about, against what they were then'),
  commit: z
    .enum(['ancestor', 'not-ancestor', 'unknown'])
    .describe('whether the commit of then is in the history of HEAD'),
});
export type Holds = z.infer<typeof Holds>;
