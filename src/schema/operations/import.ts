import { z } from 'zod';
import { operation } from '../operation.ts';
import { branchField, environmentField, workspaceField } from './fields.ts';

export const importRun = operation({
  name: 'import.run',
  summary: "Read agents' existing transcripts into the workspace.",
  description:
    'Reads the transcript files at or below PATH (default: those of every agent that are about this checkout; with --all: about any directory that belongs to a workspace, each into its own). What is there already is not added again, and an import that was interrupted goes on where it stopped; unknown lines and a torn last line are counted and passed over.',
  writes: true,
  streams: true,
  doors: { cli: 'import' },
  positional: ['path'],
  stamped: ['cwd', 'environment', 'caller'],
  examples: [
    'hivemind import',
    'hivemind import --all',
    'hivemind import ~/.claude/projects/-home-me-repo --workspace my-repo',
  ],
  input: z.object({
    path: z.string().max(4096).optional().describe('Transcript file or folder'),
    agent: z
      .string()
      .max(100)
      .optional()
      .describe('Only transcripts of this agent (default: whichever wrote them, by their content)'),
    all: z.boolean().default(false).describe('Every transcript of every agent on this machine'),
    ...workspaceField,
    ...branchField,
    ...environmentField,
  }),
  output: z.object({
    workspaces: z.array(z.string()).describe('those that something was read into'),
    files: z.number().int(),
    unchanged: z.number().int().describe('files that an import has read before (with --all)'),
    unrecognised: z.array(z.string()).describe('files below PATH that no agent is known to have written'),
    unbound: z
      .array(z.object({ directory: z.string(), files: z.number().int() }))
      .describe('directories that belong to no workspace, with their transcripts (with --all)'),
    bytes: z.number().int(),
    lines: z.number().int(),
    appended: z.number().int(),
    duplicates: z.number().int(),
    skipped: z.number().int().describe('lines of bookkeeping that carry nothing to keep'),
    damaged: z.number().int().describe('lines that are not JSON (a torn last line)'),
    unknown: z
      .record(z.string(), z.record(z.string(), z.number().int()))
      .describe('agent → types of lines that its adapter does not know'),
    kinds: z
      .record(z.string(), z.record(z.string(), z.number().int()))
      .describe('agent → events that were read, by type'),
    durationMs: z.number().int(),
  }),
});
