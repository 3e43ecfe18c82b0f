import { z } from 'zod';

export const HookUnreadable = z.looseObject({
  event: z.string().describe("the agent's own name of the hook event"),
  bytes: z.number().int().nonnegative().describe('size of the whole payload'),
  raw: z.string().describe('head and tail of the payload'),
});
