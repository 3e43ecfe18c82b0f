import { z } from 'zod';

/** A name that people see: NFC, 1 to `most` characters, none of them hidden. It is shown, never used as a path. */
const visibleName = (what: string, most: number) =>
  z
    .string()
    .transform((name) => name.normalize('NFC').trim())
    .refine((name) => name.length >= 1 && name.length <= most, `${what} has 1 to ${most} characters`)
    .refine(
      (name) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(name.replaceAll('\u200d', '')),
      `${what} has no control or invisible characters`,
    )
    .refine(
      (name) => /[^\p{Default_Ignorable_Code_Point}\p{White_Space}]/u.test(name),
      `${what} has at least one visible character`,
    );

export const WorkspaceName = visibleName('a workspace name', 100).describe(
  'Name of the workspace (1 to 100 characters)',
);

export const BranchName = visibleName('a branch name', 200)
  .refine((name) => !name.startsWith('-'), 'a branch name does not begin with a dash')
  .refine(
    (name) => !/^(br|evt)_[0-9a-f]{6,32}$/.test(name),
    'a branch name does not look like the id of a branch or an event',
  )
  .describe('Name of the branch (1 to 200 characters), such as run-42/planner');

export const workspaceField = {
  workspace: z
    .string()
    .max(300)
    .optional()
    .describe(
      'Workspace name or id (default: $HIVEMIND_WORKSPACE, else the one that this checkout is bound to)',
    ),
  cwd: z.string().max(4096).optional().describe('Directory that the call is about'),
};

/**
 * Variables by which people move the files of their agents, and the PATH on which their programs are. The CLI hands
 * them on: the daemon may have been started from another shell.
 */
export const agentVariables = [
  'PATH',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'CLAUDE_CONFIG_DIR',
  'CODEX_HOME',
  'COPILOT_HOME',
  'GEMINI_CLI_HOME',
  'OPENCODE_CONFIG_DIR',
] as const;

export const environmentField = {
  environment: z
    .partialRecord(z.enum(agentVariables), z.string().max(65_536))
    .default({})
    .describe('Variables of the shell that say where agents are and keep their files'),
};

export const callerField = {
  caller: z
    .string()
    .regex(/^ses_[0-9a-f]{32}$/)
    .optional()
    .describe('Session that the call comes from'),
};

export const branchField = {
  branch: z
    .string()
    .max(300)
    .optional()
    .describe(
      'Branch, by its name or id (default: $HIVEMIND_BRANCH, else the one of this worktree or session, else main)',
    ),
  ...callerField,
};

export const atField = {
  at: z
    .string()
    .regex(/^(evt_)?[0-9a-f]{6,32}$/, 'an event id is evt_ and 32 hex digits; its last 6 or more will do')
    .optional()
    .describe('As it was when this event was recorded'),
};

/** A moment as `parseMoment` reads it. */
export const momentField = (what: string) =>
  z.string().max(40).optional().describe(`${what}: 2h, 3d or 1w ago, 2026-05-01, 2026-05-01T10:00`);

export const limitField = (fallback: number, most: number) =>
  z.number().int().min(1).max(most).default(fallback).describe(`How many at the most (1 to ${most})`);
