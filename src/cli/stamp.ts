import { userInfo } from 'node:os';
import { AppError } from '../schema/app-error.ts';
import type { Actor } from '../schema/event.ts';
import type { OperationSpec } from './spec.ts';

/** Variables by which an agent's user moves its configuration directory. */
const configDirVariables: Record<string, string> = { 'claude-code': 'CLAUDE_CONFIG_DIR' };
const DEFAULT_AGENT = 'claude-code';

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

/** `input` with what the door fills in by itself: the directory, the agent's moved home, the workspace of the environment. */
export function stampInput(spec: OperationSpec, input: Input, env: Environment, cwd: string): Input {
  const stamped: Input = { ...input };
  if ('cwd' in spec.input.properties) stamped.cwd = cwd;
  if (spec.stamped.includes('home')) {
    const variable = configDirVariables[String(input.agent ?? DEFAULT_AGENT)];
    const home = variable === undefined ? undefined : env[variable];
    if (home) stamped.home = home;
  }
  const wantsWorkspace = 'workspace' in spec.input.properties && !spec.input.required.includes('workspace');
  const workspace = env.HIVEMIND_WORKSPACE;
  if (wantsWorkspace && stamped.workspace === undefined && workspace) stamped.workspace = workspace;
  return stamped;
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
