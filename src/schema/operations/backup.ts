import { z } from 'zod';
import { operation } from '../operation.ts';
import { Workspace } from '../records.ts';
import { WorkspaceName, workspaceField } from './fields.ts';

export const backupCreate = operation({
  name: 'backup.create',
  summary: 'Write a workspace with all its events into one file.',
  description:
    'The file holds what the workspace held when this began; capture goes on meanwhile. It appears under its name once it is whole and on the disk, readable by you alone. It is not encrypted.',
  writes: false,
  streams: true,
  doors: { cli: 'backup' },
  positional: ['file'],
  stamped: ['cwd'],
  examples: [
    'hivemind backup my-repo.hivemind',
    'hivemind backup ~/my-repo.hivemind --workspace my-repo --force',
  ],
  input: z.object({
    file: z.string().min(1).max(4096).describe('File to write'),
    ...workspaceField,
    force: z.boolean().default(false).describe('Replace the file, if there is one'),
    'skip-damaged': z
      .boolean()
      .default(false)
      .describe('Leave out events that cannot be read, and count them'),
  }),
  output: z.object({
    workspace: z.string(),
    file: z.string(),
    events: z.number().int(),
    skipped: z.number().int().describe('damaged events that are not in it'),
    sizeBytes: z.number().int(),
    durationMs: z.number().int(),
  }),
});

export const backupRestore = operation({
  name: 'backup.restore',
  summary: 'Make a workspace from a backup.',
  description:
    'Checks the whole file first; one that is cut short or altered is refused, and nothing is made. The workspace keeps its id, its events and the repositories that it is bound to, but for those that another workspace here is bound to; what is captured from now on is numbered under a new writer.',
  writes: true,
  streams: true,
  doors: { cli: 'restore' },
  positional: ['file'],
  stamped: ['cwd'],
  examples: ['hivemind restore my-repo.hivemind', 'hivemind restore my-repo.hivemind --name my-repo-2'],
  input: z.object({
    file: z.string().min(1).max(4096).describe('Backup to read'),
    name: WorkspaceName.optional().describe('Name of the workspace (default: the one that it had)'),
    cwd: workspaceField.cwd,
  }),
  output: z.object({
    workspace: Workspace,
    events: z.number().int(),
    sessions: z.number().int(),
    skipped: z.number().int().describe('events that the backup left out as damaged'),
    createdAt: z.number().int().describe('when the backup was made'),
    unbound: z.array(z.string()).describe('repositories that another workspace is bound to'),
    durationMs: z.number().int(),
  }),
});
