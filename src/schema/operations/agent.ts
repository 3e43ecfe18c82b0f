import { z } from 'zod';
import { operation } from '../operation.ts';
import { Workspace } from '../records.ts';
import { environmentField, workspaceField } from './fields.ts';

const scopeField = z
  .enum(['user', 'project'])
  .default('user')
  .describe("Write the agent's user settings or this project's");
const agentField = z.string().min(1).max(100).describe('Agent, such as claude-code');
const dryRunField = z.boolean().default(false).describe('Show the difference and write nothing');

const FileChange = z.object({
  path: z.string(),
  action: z.enum(['created', 'updated', 'restored', 'deleted', 'unchanged']),
  diff: z.string().describe('unified diff; empty when unchanged'),
});

export const agentConnect = operation({
  name: 'agent.connect',
  summary: 'Attach an agent to a workspace: its hooks and the MCP server.',
  description:
    'Binds this checkout to the workspace and writes the hooks and the MCP server into the settings of the agent. Idempotent; other entries, their order and a backup are kept; `disconnect` undoes it.',
  writes: true,
  doors: { cli: 'connect' },
  positional: ['agent'],
  stamped: ['cwd', 'environment'],
  examples: ['hivemind connect claude-code --workspace my-repo', 'hivemind connect claude-code --dry-run'],
  input: z.object({
    agent: agentField,
    ...workspaceField,
    scope: scopeField,
    'dry-run': dryRunField,
    ...environmentField,
  }),
  output: z.object({
    agent: z.string(),
    workspace: Workspace,
    scope: z.string(),
    dryRun: z.boolean(),
    files: z.array(FileChange),
    notes: z.array(z.string()),
  }),
});

export const agentDisconnect = operation({
  name: 'agent.disconnect',
  summary: 'Detach an agent: takes out exactly what connect wrote.',
  writes: true,
  doors: { cli: 'disconnect' },
  positional: ['agent'],
  stamped: ['cwd', 'environment'],
  input: z.object({
    agent: agentField,
    scope: scopeField,
    'dry-run': dryRunField,
    cwd: workspaceField.cwd,
    ...environmentField,
  }),
  output: z.object({
    agent: z.string(),
    scope: z.string(),
    dryRun: z.boolean(),
    files: z.array(FileChange),
    notes: z.array(z.string()),
  }),
});
