import { z } from 'zod';
import { Strategy } from './bodies/merge.ts';

/** What one machine has set for a workspace; never read from memory, a bucket or a repository. */
export const WorkspaceSettings = z.object({
  branching: z
    .enum(['off', 'session', 'worktree'])
    .default('off')
    .describe('off: everybody shares main; session, worktree: each has a branch of its own'),
  strategy: Strategy.default('manual').describe('how merges settle conflicts when nothing is said'),
  rules: z.array(z.string()).default(['no-conflicts']).describe('what a merge has to meet'),
  resolver: z
    .string()
    .max(4000)
    .default('')
    .describe(
      'command that settles conflicts when nothing is said; run by `hivemind merge`, never by the daemon',
    ),
  injection: z
    .enum(['context', 'brief', 'off'])
    .default('context')
    .describe(
      'what agents are told unasked: a brief when they begin and context beside prompts, the brief alone, or nothing',
    ),
  warnings: z
    .enum(['on', 'off'])
    .default('on')
    .describe('whether agents are warned of calls like ones that failed'),
  claims: z
    .enum(['on', 'ask', 'off'])
    .default('on')
    .describe(
      "on: agents claim what they edit and are told of others' claims; ask: their user is asked before they edit what another has claimed; off: neither",
    ),
  commits: z
    .enum(['note', 'trailer', 'off'])
    .default('note')
    .describe(
      'how a git commit names the sessions that it comes from: a note beside it, a trailer in its message (and a note where that is too late), or not at all',
    ),
  'brief-tokens': z
    .number()
    .int()
    .min(200)
    .max(8000)
    .default(1500)
    .describe('what a brief may take at the most, in tokens; never more than 8,000 characters'),
  probes: z
    .record(z.string(), z.string().max(4000))
    .default({})
    .describe('kind:key → command that tells whether that still holds; run by `memory check --run` alone'),
  worktrees: z
    .record(z.string(), z.string())
    .default({})
    .describe('directory of a worktree → id of the branch that it was switched to'),
});
export type WorkspaceSettings = z.infer<typeof WorkspaceSettings>;
