import { z } from 'zod';
import { operation } from '../operation.ts';
import { Claim } from '../records.ts';
import { branchField, workspaceField } from './fields.ts';

const paths = z
  .array(z.string().min(1).max(4096))
  .max(200)
  .default([])
  .describe('Files, folders or globs, as they are named from here');

/** A claim with what people read of it. */
export const ClaimShown = Claim.extend({
  branchName: z.string().nullable(),
  isOwn: z.boolean().describe('of the session, or the person, that asks'),
});

export const claimTake = operation({
  name: 'claim.take',
  summary: 'Say that you are editing files, or working on a plan item.',
  description:
    'Others are told before they edit the same, and nobody is stopped from it. It ends by itself; taken again it is renewed, and paths are added. Agents that are connected claim what they edit by themselves. Exit 1 when somebody else has it. In a bucket it is confirmed there: until then, and while the bucket is out of reach, it is provisional.',
  writes: true,
  doors: { cli: 'claims take' },
  positional: ['paths'],
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind claims take src/store --why "new journal format" --for 2h',
    'hivemind claims take --item 4b8f7e',
  ],
  input: z.object({
    paths,
    item: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('Plan item in place of paths: its id, or the end of it'),
    why: z.string().max(300).default('').describe('What for, in a few words'),
    for: z.string().max(20).default('30m').describe('How long, from 1m to 24h'),
    force: z.boolean().default(false).describe('Take it from whoever has it: for people, not for agents'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    claim: ClaimShown,
    overruled: z.array(ClaimShown).describe('claims that others had and have no more'),
  }),
});

export const claimRelease = operation({
  name: 'claim.release',
  summary: 'Give a claim back before it ends.',
  writes: true,
  doors: { cli: 'claims release' },
  positional: ['claim'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind claims release', 'hivemind claims release 4b8f7e'],
  input: z.object({
    claim: z
      .string()
      .min(4)
      .max(100)
      .optional()
      .describe('Claim, by its id or the end of it (default: all of your own)'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({ workspace: z.string(), released: z.array(ClaimShown) }),
});

export const claimList = operation({
  name: 'claim.list',
  summary: 'Show who is editing what.',
  writes: false,
  doors: { cli: 'claims list' },
  stamped: ['cwd', 'caller'],
  examples: ['hivemind claims list --json'],
  input: z.object({
    paths: z
      .array(z.string().min(1).max(4096))
      .max(200)
      .optional()
      .describe('Only those that meet these files, folders or globs'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    claims: z.array(ClaimShown).describe('those that hold, in the order in which they were taken'),
    lost: z
      .array(ClaimShown)
      .describe('provisional ones that somebody else turned out to have, until they would have ended'),
  }),
});
