import { z } from 'zod';
import { operation } from '../operation.ts';
import { Workspace } from '../records.ts';
import { environmentField, workspaceField } from './fields.ts';

const scopeField = z
  .enum(['user', 'project'])
  .default('user')
  .describe("Write the agent's user settings or this project's");
const agentField = z.string().min(1).max(100).optional().describe('Agent, such as claude-code');
const dryRunField = z.boolean().default(false).describe('Show the difference and write nothing');

export const FileChange = z.object({
  path: z.string(),
  action: z.enum(['created', 'updated', 'restored', 'deleted', 'unchanged']),
  diff: z.string().describe('unified diff; empty when unchanged'),
});

/** What was done to the settings of one agent. */
const AgentChange = z.object({
  agent: z.string(),
  title: z.string(),
  files: z.array(FileChange),
  notes: z.array(z.string()),
});

export const agentConnect = operation({
  name: 'agent.connect',
  summary: 'Attach agents to a workspace: their hooks, the MCP server, what they are told to do.',
  description:
    'Binds this checkout to the workspace and writes the hooks, the MCP server and a short instruction (recall, remember, plan, hand off) into the settings of the agent. Without an agent it shows those that are installed, and asks. Idempotent; other entries, their order, comments and a backup are kept; `disconnect` undoes it.',
  writes: true,
  doors: { cli: 'connect' },
  positional: ['agent'],
  stamped: ['cwd', 'environment'],
  examples: [
    'hivemind connect claude-code --workspace my-repo',
    'hivemind connect --all',
    'hivemind connect codex --dry-run',
    'hivemind connect codex --trust-hooks',
    'hivemind connect gemini-cli --no-instructions',
  ],
  input: z.object({
    agent: agentField,
    all: z.boolean().default(false).describe('Every agent that is installed here'),
    ...workspaceField,
    scope: scopeField,
    'dry-run': dryRunField,
    'trust-hooks': z
      .boolean()
      .default(false)
      .describe(
        'Have the agent trust our hooks, where it runs only those that are trusted (codex); asks first',
      ),
    yes: z.boolean().default(false).describe('Answer yes to what --trust-hooks asks'),
    instructions: z
      .boolean()
      .optional()
      .describe(
        'Tell the agent to use Hivemind by itself; --no-instructions is kept until the next --instructions or disconnect',
      ),
    ...environmentField,
  }),
  output: z.object({
    workspace: Workspace,
    scope: z.string(),
    dryRun: z.boolean(),
    agents: z.array(AgentChange),
    notes: z.array(z.string()),
  }),
});

export const agentDisconnect = operation({
  name: 'agent.disconnect',
  summary: 'Detach agents: takes out exactly what connect wrote.',
  writes: true,
  doors: { cli: 'disconnect' },
  positional: ['agent'],
  stamped: ['cwd', 'environment'],
  examples: ['hivemind disconnect codex', 'hivemind disconnect --all'],
  input: z.object({
    agent: agentField,
    all: z.boolean().default(false).describe('Every agent'),
    scope: scopeField,
    'dry-run': dryRunField,
    cwd: workspaceField.cwd,
    ...environmentField,
  }),
  output: z.object({
    scope: z.string(),
    dryRun: z.boolean(),
    agents: z.array(AgentChange),
  }),
});

/** Whether the settings of an agent, in one scope, hold our entries. */
export const AgentConnection = z.object({
  agent: z.string(),
  scope: z.string(),
  connected: z.boolean(),
  missing: z.array(z.string()),
  instruction: z
    .enum(['installed', 'missing', 'outdated', 'edited', 'foreign', 'off'])
    .describe(
      'what the agent is told to do by itself: outdated, by another version of Hivemind; edited, by a person, and left so; foreign, another file has its place; off, not wanted',
    ),
});

export const agentList = operation({
  name: 'agent.list',
  summary: 'List the agents that can be connected: installed, connected, what is missing.',
  writes: false,
  doors: { cli: 'agents' },
  stamped: ['cwd', 'environment'],
  input: z.object({ cwd: workspaceField.cwd, ...environmentField }),
  output: z.object({
    agents: z.array(
      z.object({
        agent: z.string(),
        title: z.string(),
        installed: z.boolean().describe('its program is on the PATH, or it has settings here'),
        program: z.string().nullable().describe('where its program is'),
        connections: z.array(AgentConnection),
      }),
    ),
  }),
});
