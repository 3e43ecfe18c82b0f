import { z } from 'zod';

export const RecallWarned = z.looseObject({
  tool: z.string(),
  key: z.string().describe('hash of the tool and its normalised arguments'),
  callId: z.string().optional().describe("the agent's own id of the call"),
  posterior: z.number().min(0).max(1).describe('chance of failing, as it was judged'),
  bucket: z.string().describe('kind of call whose chance that is'),
  shown: z.boolean().describe('false: held back, to measure what showing it changes'),
  evidence: z.array(z.string()).describe('ids of the failures that it rests on'),
  cross: z.boolean().describe('all of these are of other sessions'),
});

/** A card as it was told, as far as it takes to see whether it was of use. */
export const InjectedCard = z.looseObject({
  event: z.string().describe('its best hit'),
  session: z.string(),
  turn: z.string().nullable(),
  agent: z.string(),
  paths: z.array(z.string()),
  score: z.number(),
});

export const RecallInjected = z.looseObject({
  channel: z
    .enum(['brief', 'context', 'claim', 'asked'])
    .describe(
      'at the start of a session, beside a prompt, of a claim that the agent meets or has lost, or because the agent asked',
    ),
  tokens: z.number().int().nonnegative(),
  ms: z.number().nonnegative().describe('that the agent waited for it'),
  cards: z.array(InjectedCard).describe('empty for a brief and a claim'),
  claims: z
    .array(z.string())
    .optional()
    .describe('ids of the claims; one that was lost after the word "lost"'),
  handoffs: z.array(z.string()).optional().describe('ids of the handoffs whose content a brief told'),
});
