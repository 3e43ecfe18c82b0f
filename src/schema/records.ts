import { z } from 'zod';
import { View } from './view.ts';

/** A repository's identity: the same for each of its clones and worktrees. */
export const RepositoryIdentity = z.object({
  /** Where git keeps it (the common directory), or the directory itself outside git. */
  directory: z.string(),
  git: z.boolean(),
  rootCommit: z.string().nullable(),
  /** Normalised: host/path, no scheme, credentials or .git. */
  remotes: z.array(z.string()),
});
export type RepositoryIdentity = z.infer<typeof RepositoryIdentity>;

/** A bucket that keeps a workspace's tables; credentials come from the AWS environment of each machine. */
export const BucketStore = z.object({
  uri: z.string().describe('s3://bucket/prefix'),
  endpoint: z.string().nullable().describe("null: Amazon's, or what the AWS environment says"),
  region: z.string().nullable(),
});
export type BucketStore = z.infer<typeof BucketStore>;

export const Workspace = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.number().int(),
  repositories: z.array(RepositoryIdentity),
  store: BucketStore.nullable().default(null).describe('the bucket that it is kept in; null: this disk'),
});
export type Workspace = z.infer<typeof Workspace>;

export const Branch = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.number().int(),
  from: View,
});
export type Branch = z.infer<typeof Branch>;

export const Session = z.object({
  id: z.string(),
  agent: z.string(),
  nativeId: z.string().nullable(),
  parent: z.string().nullable().describe('session that started this one'),
  role: z.string().nullable(),
  title: z.string().describe('its name, else its first prompt'),
  cwd: z.string().nullable(),
  model: z.string().nullable(),
  branch: z.string().describe('branch id'),
  startedAt: z.number().int(),
  lastAt: z.number().int(),
  endedAt: z.number().int().nullable(),
  events: z.number().int(),
  failures: z.number().int(),
  counts: z.record(z.string(), z.number().int()).describe('events by type'),
});
export type Session = z.infer<typeof Session>;
