import { z } from 'zod';
import { operation } from '../operation.ts';
import { Workspace, WorkspaceSettings } from '../records.ts';
import { WorkspaceName, workspaceField } from './fields.ts';

export const workspaceCreate = operation({
  name: 'workspace.create',
  summary: 'Create a workspace and bind this checkout to it.',
  description:
    'The workspace is bound to the repository (its remote and root commit), so each of its worktrees and clones finds it. With --store it is kept in a bucket: the same command on another machine joins it. Credentials come from the standard AWS variables or profile and are never stored.',
  writes: true,
  doors: { cli: 'workspace create' },
  positional: ['name'],
  stamped: ['cwd'],
  examples: [
    'hivemind workspace create my-repo',
    'hivemind workspace create our-repo --store s3://team-bucket/our-repo',
  ],
  input: z.object({
    name: WorkspaceName,
    bind: z.boolean().default(true).describe('Bind the repository (or directory) that you are in'),
    store: z
      .string()
      .max(700)
      .optional()
      .describe(
        'Keep it in a bucket, s3://bucket/prefix, which other machines can share (default: this disk)',
      ),
    endpoint: z
      .string()
      .max(300)
      .optional()
      .describe('Address of an S3-compatible store, such as https://minio.example.com:9000'),
    region: z.string().max(64).optional().describe('Region of the bucket'),
    cwd: workspaceField.cwd,
  }),
  output: z.object({
    workspace: Workspace,
    bound: z.string().nullable().describe('the directory that was bound'),
  }),
});

export const workspaceList = operation({
  name: 'workspace.list',
  summary: 'List the workspaces on this machine.',
  writes: false,
  doors: { cli: 'workspace list' },
  input: z.object({}),
  output: z.object({ workspaces: z.array(Workspace) }),
});

export const workspaceShow = operation({
  name: 'workspace.show',
  summary: 'Show a workspace: what it is bound to, how much it holds.',
  writes: false,
  doors: { cli: 'workspace show' },
  positional: ['workspace'],
  stamped: ['cwd'],
  input: z.object({ ...workspaceField }),
  output: z.object({
    workspace: Workspace,
    events: z.number().int(),
    sessions: z.number().int(),
    lastEventAt: z.number().int().nullable(),
    tail: z.number().int().describe('events acknowledged and not yet in LanceDB'),
    sizeBytes: z.number().int(),
    settings: WorkspaceSettings,
  }),
});

export const workspaceDelete = operation({
  name: 'workspace.delete',
  summary: 'Delete a workspace with everything in it, for good.',
  writes: true,
  doors: { cli: 'workspace delete' },
  positional: ['workspace'],
  input: z.object({
    workspace: z.string().min(1).max(300).describe('Workspace name or id'),
    confirm: z.string().max(300).optional().describe("The workspace's name again, to say that you mean it"),
  }),
  output: z.object({ deleted: Workspace, events: z.number().int() }),
});

export const workspaceSet = operation({
  name: 'workspace.set',
  summary: 'Change a setting of a workspace on this machine.',
  description:
    'branching: off (everybody shares main), session or worktree (each has a branch of its own). strategy: how merges settle conflicts when nothing is said: manual, latest, ours, theirs. rules: what a merge has to meet, by comma: no-conflicts, fresh-base, approved. resolver: a command of yours that `hivemind merge` asks about conflicts; empty for none. warnings: on, or off: whether agents are warned of calls like ones that failed. claims: on (agents claim what they edit, and are told before they edit what another has claimed), ask (then their user is asked first, where the agent can do that), or off. injection: what agents are told unasked: context (a brief when they begin, and context beside prompts), brief, or off. brief-tokens: what a brief may take, 200 to 8000. commits: how a git commit names the sessions that it comes from (`hivemind git install`): note, trailer, or off.',
  writes: true,
  doors: { cli: 'workspace set' },
  positional: ['key', 'value'],
  stamped: ['cwd'],
  examples: ['hivemind workspace set branching worktree', 'hivemind workspace set strategy latest'],
  input: z.object({
    key: z
      .enum([
        'branching',
        'strategy',
        'rules',
        'resolver',
        'warnings',
        'claims',
        'injection',
        'brief-tokens',
        'commits',
      ])
      .describe('Setting'),
    value: z.string().max(4000).describe('Its value'),
    ...workspaceField,
  }),
  output: z.object({ workspace: Workspace, settings: WorkspaceSettings }),
});
