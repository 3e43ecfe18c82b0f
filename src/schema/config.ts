import { z } from 'zod';

/** `.hivemind.json` in a repository: may only narrow what is captured there. */
export const ProjectConfig = z.object({
  capture: z.boolean().default(true).describe('false: nothing below this directory is captured'),
  exclude: z
    .array(z.string().max(500))
    .max(1000)
    .default([])
    .describe('globs, relative to the file; events that touch a matching path are not captured'),
});
export type ProjectConfig = z.infer<typeof ProjectConfig>;
