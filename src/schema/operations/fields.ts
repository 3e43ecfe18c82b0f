import { z } from 'zod';

/** Workspace names are shown, never used as a path. */
export const WorkspaceName = z
  .string()
  .transform((name) => name.normalize('NFC').trim())
  .refine((name) => name.length >= 1 && name.length <= 100, 'a workspace name has 1 to 100 characters')
  .refine(
    (name) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(name.replaceAll('\u200d', '')),
    'a workspace name has no control or invisible characters',
  )
  .refine(
    (name) => /[^\p{Default_Ignorable_Code_Point}\p{White_Space}]/u.test(name),
    'a workspace name has at least one visible character',
  )
  .describe('Name of the workspace (1 to 100 characters)');

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

export const limitField = (fallback: number, most: number) =>
  z.number().int().min(1).max(most).default(fallback).describe(`How many at the most (1 to ${most})`);
