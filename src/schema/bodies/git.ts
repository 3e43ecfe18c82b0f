import { z } from 'zod';

const Sha = z
  .string()
  .regex(/^[0-9a-f]{40,64}$/)
  .describe('whole hash of the commit');

/** How it is known that a session has to do with a commit. */
export const LinkedBy = z
  .enum(['trailer', 'note', 'edits', 'command'])
  .describe(
    'trailer, note: the commit says so; edits: lines that it wrote are in the commit; command: it ran git',
  );
export type LinkedBy = z.infer<typeof LinkedBy>;

export const SessionLink = z.object({ session: z.string(), by: LinkedBy });
export type SessionLink = z.infer<typeof SessionLink>;

const commit = {
  sha: Sha,
  parents: z.array(Sha),
  branch: z.string().nullable().describe('name of the git branch; null: HEAD was detached'),
  subject: z.string(),
  author: z.string(),
  patch: z
    .string()
    .nullable()
    .describe(
      'hash of the lines that go and come, which is the same after a rebase and a cherry-pick; null: it is empty, or too large, or a merge',
    ),
  sessions: z.array(SessionLink).describe('whose work it is'),
  worktree: z.string().describe('root of the worktree'),
};

export const GitCommitted = z.looseObject({
  ...commit,
  picked: Sha.optional().describe('the commit that was cherry-picked'),
});

export const GitRewritten = z.looseObject({
  ...commit,
  from: z.array(Sha).describe('commits that it stands for; several were squashed'),
  how: z.enum(['amend', 'rebase']),
});

export const GitMerged = z.looseObject({
  ...commit,
  squash: z.boolean().describe('the changes were taken in without a commit'),
});

export const GitSwitched = z.looseObject({
  from: Sha.nullable().describe('null: the worktree is new'),
  to: Sha,
  branch: commit.branch,
  worktree: commit.worktree,
});
