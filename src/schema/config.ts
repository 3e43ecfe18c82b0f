import { z } from 'zod';

/** `.hivemind.json` in a repository: may only narrow what is captured there. `.hivemind.local.json` has the same fields. */
export const ProjectConfig = z.object({
  capture: z.boolean().default(true).describe('false: nothing below this directory is captured'),
  exclude: z
    .array(z.string().max(500))
    .max(1000)
    .default([])
    .describe('globs, relative to the file; events that touch a matching path are not captured'),
});
export type ProjectConfig = z.infer<typeof ProjectConfig>;

/** `.hivemind.local.json`, the user's own, which is not committed: what it does not say is as the other file has it. */
export const LocalConfig = ProjectConfig.extend({
  capture: z.boolean().optional().describe('true: capture here although the committed file says no'),
});
export type LocalConfig = z.infer<typeof LocalConfig>;
