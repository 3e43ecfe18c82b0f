import { AppError } from '../schema/app-error.ts';
import type { HookTarget } from './agent.ts';

/** The shell command that a hook of `agent` runs; written so that a machine where Hivemind is gone, or was never, is not hurt. */
export function hookCommand(target: HookTarget, agent: string, event: string): string {
  // The project's settings are committed: nothing of this machine may stand in them.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it.
  const shared = '"${HIVEMIND_HOME:-$HOME/.hivemind}/bin/hook.sh"';
  if (target.scope === 'project') return guarded(shared, '', agent, event);
  const environment = Object.entries(target.env).map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw new AppError('INVALID_ARGUMENT', `not a name of a variable: ${name}`);
    return `${name}='${value.replaceAll("'", `'\\''`)}' `;
  });
  return guarded(`"${target.hookPath.replace(/[\\"$`]/g, '\\$&')}"`, environment.join(''), agent, event);
}

const guarded = (path: string, environment: string, agent: string, event: string): string =>
  `[ ! -x ${path} ] || ${environment}${path} ${agent} ${event}`;

/** Ours by its end, wherever the program stood when it was written. */
export const isHookCommand = (command: unknown, agent: string, event: string): boolean =>
  typeof command === 'string' && command.endsWith(`hook.sh" ${agent} ${event}`);
