import { z } from 'zod';
import { LinkedBy } from '../bodies/git.ts';
import { operation } from '../operation.ts';
import { FileChange } from './agent.ts';
import { AttemptRow } from './attempt.ts';
import { branchField, limitField, workspaceField } from './fields.ts';

const dryRunField = z.boolean().default(false).describe('Show the difference and write nothing');
const way = z
  .enum(['file', 'husky', 'lefthook', 'pre-commit'])
  .describe('file: a hook of its own, which runs the one of before first; else by that manager of hooks');

const HookChange = z.object({
  hook: z.string(),
  way,
  path: z.string(),
  action: FileChange.shape.action,
  kept: z.string().nullable().describe('where the hook of before is, which is run first'),
});

const changes = {
  repository: z.string().describe('root of the worktree'),
  hooksDir: z.string().describe('where git looks for hooks'),
  manager: z.enum(['none', 'husky', 'lefthook', 'pre-commit']),
  dryRun: z.boolean(),
  hooks: z.array(HookChange),
  files: z.array(FileChange).describe('files that others write as well'),
  notes: z.array(z.string()),
};

export const gitInstall = operation({
  name: 'git.install',
  summary: 'Put hooks into this git repository, so that commits and sessions find each other.',
  description:
    'post-commit, post-checkout, post-merge, post-rewrite and prepare-commit-msg, where `git rev-parse --git-path hooks` says, beside husky, lefthook, pre-commit and hooks of your own, which are kept and run first. Idempotent; `git uninstall` puts everything back. How a commit names its sessions: `hivemind workspace set commits note|trailer|off`.',
  writes: true,
  doors: { cli: 'git install' },
  stamped: ['cwd'],
  examples: ['hivemind git install', 'hivemind git install --dry-run'],
  input: z.object({
    ...workspaceField,
    'dry-run': dryRunField,
    shared: z
      .boolean()
      .default(false)
      .describe('Write into a hooks directory outside of the repository, which others use as well'),
  }),
  output: z.object({ workspace: z.string(), ...changes, commits: z.enum(['note', 'trailer', 'off']) }),
});

export const gitUninstall = operation({
  name: 'git.uninstall',
  summary: 'Take the hooks out of this git repository again.',
  writes: true,
  doors: { cli: 'git uninstall' },
  stamped: ['cwd'],
  input: z.object({ 'dry-run': dryRunField, cwd: workspaceField.cwd }),
  output: z.object(changes),
});

export const gitStatus = operation({
  name: 'git.status',
  summary: 'Show whether the hooks are in this git repository.',
  description: 'Ends with 1 when one is missing, or calls a Hivemind that is not there any more.',
  writes: false,
  doors: { cli: 'git status' },
  stamped: ['cwd'],
  input: z.object({ ...workspaceField }),
  output: z.object({
    workspace: z.string().nullable().describe('null: the checkout belongs to none'),
    repository: changes.repository,
    hooksDir: changes.hooksDir,
    manager: changes.manager,
    installed: z.boolean().describe('every hook is there, and calls this Hivemind'),
    hooks: z.array(
      z.object({
        hook: z.string(),
        way,
        path: z.string(),
        state: z
          .enum(['installed', 'stale', 'missing'])
          .describe('stale: it calls another Hivemind, or one that is gone'),
      }),
    ),
    commits: z.enum(['note', 'trailer', 'off']).nullable(),
  }),
});

export const CommitSession = z.object({
  session: z.string(),
  by: LinkedBy,
  agent: z.string().nullable().describe('null: the session is not seen from here'),
  title: z.string(),
  outcome: z.enum(['running', 'ended', 'unknown']),
  failures: z.number().int().describe('calls that failed or were refused'),
});

export const CommitRow = z.object({
  sha: z.string(),
  subject: z.string(),
  author: z.string(),
  at: z.number().int().describe('when it was committed'),
  sessions: z.array(CommitSession),
});
export type CommitRow = z.infer<typeof CommitRow>;

export const gitLog = operation({
  name: 'git.log',
  summary: 'List git commits with the sessions that they come from.',
  writes: false,
  doors: { cli: 'log' },
  positional: ['path'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind log', 'hivemind log -n 5 src/parser.ts', 'hivemind log --range main..topic'],
  input: z.object({
    path: z.string().min(1).max(4096).optional().describe('Only commits that changed this file or folder'),
    range: z
      .string()
      .min(1)
      .max(500)
      .refine((range) => !/[\0\n]/.test(range), 'is one line')
      .default('HEAD')
      .describe('Revisions as git reads them: main..topic, v1.2, HEAD~5'),
    limit: limitField(20, 1000),
    skip: z.number().int().min(0).default(0).describe('Skip this many'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    range: z.string(),
    path: z.string().nullable(),
    commits: z.array(CommitRow),
    next: z.number().int().nullable().describe('what to skip for the next page; null: that was all'),
  }),
});

/** One file of a commit: what was there before and behind, in hunks as git says them. */
export const CommitFile = z.object({
  path: z.string(),
  from: z.string().nullable().describe('what it was called before'),
  change: z.enum(['added', 'modified', 'deleted', 'renamed', 'copied', 'other']),
  added: z.number().int(),
  removed: z.number().int(),
  isBinary: z.boolean(),
  isCut: z.boolean().describe('there is more than is shown'),
  hunks: z.array(
    z.object({
      oldStart: z.number().int(),
      oldLines: z.number().int(),
      newStart: z.number().int(),
      newLines: z.number().int(),
      lines: z.array(z.string()).describe("each begins with '+', '-' or a blank"),
    }),
  ),
});
export type CommitFile = z.infer<typeof CommitFile>;

export const gitShow = operation({
  name: 'git.show',
  summary: 'Show a git commit: its sessions, and what it changed.',
  writes: false,
  doors: { cli: 'git show' },
  positional: ['commit'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind git show', 'hivemind git show HEAD~2 --path src/parser.ts'],
  input: z.object({
    commit: z
      .string()
      .min(1)
      .max(300)
      .refine((name) => !/^-|[\0\n]/.test(name), 'a commit does not begin with a dash')
      .default('HEAD')
      .describe('Commit, as git reads it'),
    path: z.string().min(1).max(4096).optional().describe('Only this file or folder'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    commit: CommitRow,
    message: z.string(),
    parents: z.array(z.string()),
    files: z.array(CommitFile),
    total: z.number().int().describe('files that it changed; more than are shown where it is very large'),
  }),
});

export const LineOrigin = z.object({
  event: z.string(),
  type: z.string(),
  at: z.number().int(),
  session: z.string(),
  agent: z.string(),
  title: z.string(),
  tool: z.string(),
  path: z.string(),
  prompt: z.string().describe('what was asked for in its turn; empty when that is not known'),
  reply: z.string().describe('what the agent said at the end of the turn'),
});

export const gitWhy = operation({
  name: 'git.why',
  summary: 'Say why a line is as it is: its commit, the session, the prompt, and what was ruled out.',
  description:
    'Goes from the line to its commit (git blame), to the session that made it, to the edit that wrote the line and the prompt that asked for it. It finds them after amend, rebase, squash and cherry-pick; of a line that is not committed it finds the edit. What follows is what was tried about that file and did not stay.',
  writes: false,
  doors: { cli: 'why' },
  positional: ['where'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind why src/parser.ts:120', 'hivemind why src/parser.ts', 'hivemind why HEAD~2'],
  input: z.object({
    where: z.string().min(1).max(4200).describe('FILE:LINE, FILE, or a commit'),
    limit: limitField(5, 50),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    path: z.string().nullable().describe('below the root of the repository; null: a commit was asked about'),
    line: z.number().int().nullable(),
    text: z.string().nullable().describe('what the line says'),
    committed: z.boolean().describe('false: the line, or the file, is in no commit yet'),
    commits: z.array(CommitRow).describe('of the line; of a file the latest first'),
    origin: LineOrigin.nullable().describe('the event that wrote the line'),
    ruledOut: z.array(AttemptRow).describe('what was tried about the file and did not stay'),
    note: z.string().describe('says what is not known'),
  }),
});
