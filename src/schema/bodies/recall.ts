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
