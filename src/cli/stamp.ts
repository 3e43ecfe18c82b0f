import { userInfo } from 'node:os';
import { AppError } from '../schema/app-error.ts';
import type { Actor } from '../schema/event.ts';
import { sessionId } from '../schema/ids.ts';
import { agentVariables } from '../schema/operations/fields.ts';
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

/** `input` with what the door fills in by itself: the directory, the agent's moved home, the workspace, branch and session of the environment. */
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
  const caller = spec.stamped.includes('caller') ? callerIn(env) : undefined;
  if (caller !== undefined) stamped.caller = caller;
  return stamped;
}

/** The agent's session in which the command was typed, where the agent says so. */
export function callerIn(env: Environment): string | undefined {
  const native = env.CLAUDE_CODE_SESSION_ID;
  return native ? sessionId('claude-code', native) : undefined;
}

/** Who is at the keyboard: the operating system's user. */
export function humanActor(): Actor {
  try {
    return { kind: 'human', name: userInfo().username.slice(0, 200) || 'unknown' };
  } catch {
    // A user id without an entry in the password file (containers) has no name.
    return { kind: 'human', name: `uid-${process.getuid?.() ?? 'unknown'}` };
  }
}
