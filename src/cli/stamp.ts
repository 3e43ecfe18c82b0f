import { AppError } from '../schema/app-error.ts';
import type { Actor } from '../schema/event.ts';
import { sessionId } from '../schema/ids.ts';
import { agentVariables } from '../schema/operations/fields.ts';
import { humanActor } from '../wire/person.ts';
import type { OperationSpec } from './spec.ts';

type Environment = Record<string, string | undefined>;
type Input = Record<string, unknown>;

/** The directory that the command was typed in. Throws FAILED_PRECONDITION when it has been removed. */
export function currentDirectory(): string {
  try {
    return process.cwd();
  } catch {
    throw new AppError('FAILED_PRECONDITION', 'the current directory no longer exists', { hint: 'cd' });
  }
}

/** `input` with what the door fills in by itself: the directory, the agent's moved home, the workspace, branch, session and role of the environment. */
export function stampInput(spec: OperationSpec, input: Input, env: Environment, cwd: string): Input {
  const stamped: Input = { ...input };
  if ('cwd' in spec.input.properties) stamped.cwd = cwd;
  if (spec.stamped.includes('environment'))
    stamped.environment = Object.fromEntries(
      agentVariables.flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
    );
  const wantsWorkspace = 'workspace' in spec.input.properties && !spec.input.required.includes('workspace');
  const workspace = env.HIVEMIND_WORKSPACE;
  if (wantsWorkspace && stamped.workspace === undefined && workspace) stamped.workspace = workspace;
  const { branch } = spec.input.properties;
  if (branch !== undefined && stamped.branch === undefined && env.HIVEMIND_BRANCH)
    stamped.branch = env.HIVEMIND_BRANCH;
  const { as } = spec.input.properties;
  if (as !== undefined && stamped.as === undefined && env.HIVEMIND_ROLE)
    stamped.as = `role:${env.HIVEMIND_ROLE}`;
  const caller = spec.stamped.includes('caller') ? callerIn(env) : undefined;
  if (caller !== undefined) stamped.caller = caller;
  return stamped;
}

/** The agent's session in which the command was typed, where the agent says so. */
export function callerIn(env: Environment): string | undefined {
  for (const [agent, variable] of sessionVariables) {
    const native = env[variable];
    if (native) return sessionId(agent, native);
  }
  return undefined;
}

/** Where agents name their session to the commands that they run. */
const sessionVariables = [
  ['claude-code', 'CLAUDE_CODE_SESSION_ID'],
  ['codex', 'CODEX_THREAD_ID'],
  ['gemini-cli', 'GEMINI_SESSION_ID'],
] as const;

/**
 * How agents mark the shells in which they run commands, beside the session: what each of them sets by itself, and
 * AI_AGENT, by which any may say its name. A variable that stands in a person's terminal as well is none of these.
 */
const agentMarks = [
  ['claude-code', 'CLAUDECODE'],
  ['codex', 'CODEX_SANDBOX'],
  ['codex', 'CODEX_SANDBOX_NETWORK_DISABLED'],
  ['gemini-cli', 'GEMINI_CLI'],
  ['cursor', 'CURSOR_AGENT'],
  ['opencode', 'OPENCODE'],
  ['copilot-cli', 'COPILOT_CLI'],
  ['copilot-cli', 'COPILOT_AGENT'],
  ['copilot-cli', 'COPILOT_AGENT_SESSION_ID'],
  ['agent', 'AI_AGENT'],
] as const;

/** Who types: the agent in whose shell it is, else the person at the keyboard. */
export function typist(env: Environment): Actor {
  const agent =
    agentMarks.find(([, variable]) => env[variable])?.[0] ??
    sessionVariables.find(([, variable]) => env[variable])?.[0];
  return agent === undefined ? humanActor() : { kind: 'agent', name: agent };
}
