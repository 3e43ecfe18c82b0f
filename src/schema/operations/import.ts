import { z } from 'zod';
import { operation } from '../operation.ts';
import { branchField, environmentField, workspaceField } from './fields.ts';

export const importRun = operation({
  name: 'import.run',
  summary: "Read an agent's existing transcripts into the workspace.",
  description:
    'Reads transcript files below PATH (default: where the agent keeps those of this checkout). What is there already is not added again; unknown lines and a torn last line are counted and passed over.',
  writes: true,
  streams: true,
  doors: { cli: 'import' },
  positional: ['path'],
  stamped: ['cwd', 'environment', 'caller'],
  examples: ['hivemind import', 'hivemind import ~/.claude/projects/-home-me-repo --workspace my-repo'],
  input: z.object({
    path: z.string().max(4096).optional().describe('Transcript file or folder'),
    agent: z.string().default('claude-code').describe('Agent that wrote the transcripts'),
    ...workspaceField,
    ...branchField,
    ...environmentField,
  }),
  output: z.object({
    workspace: z.string(),
    files: z.number().int(),
    bytes: z.number().int(),
    lines: z.number().int(),
    appended: z.number().int(),
    duplicates: z.number().int(),
    skipped: z.number().int().describe('lines of bookkeeping that carry nothing to keep'),
    damaged: z.number().int().describe('lines that are not JSON (a torn last line)'),
    kinds: z.record(z.string(), z.number().int()).describe('events by type'),
    durationMs: z.number().int(),
  }),
});
