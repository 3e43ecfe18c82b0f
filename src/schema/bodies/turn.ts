import { z } from 'zod';

export const TurnPrompted = z.looseObject({
  prompt: z.string(),
  source: z.string().optional().describe('human, sdk, system, subagent'),
});

export const Tokens = z.object({
  input: z.number().int().nonnegative(),
  output: z.number().int().nonnegative(),
  cacheRead: z.number().int().nonnegative().optional(),
  cacheWrite: z.number().int().nonnegative().optional(),
});

export const TurnReplied = z.looseObject({
  message: z.string(),
  final: z.boolean().optional().describe('the last message of its turn'),
  tokens: Tokens.optional(),
  costUsd: z.number().nonnegative().optional().describe('what it cost in US dollars, as the agent says'),
});

export const TurnMeasured = z.looseObject({
  tokens: Tokens.optional(),
  costUsd: z.number().nonnegative().optional(),
  durationMs: z.number().nonnegative().optional(),
});

export const TurnInterrupted = z.looseObject({});
