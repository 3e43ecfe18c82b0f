import { boolean, string } from '@oclif/core/flags';
import type { FlagInput } from '@oclif/core/interfaces';
import { AppError } from '../../../schema/app-error.ts';
import type { NotifyHook } from '../../../schema/notify.ts';
import { HivemindCommand } from '../../command.ts';
import { changeHooks } from '../../notify/hook-file.ts';
import { findProgram } from '../../notify/program.ts';
import { currentDirectory } from '../../stamp.ts';

const list = (description: string, required = false) =>
  string({ description, required, multiple: true, multipleNonGreedy: true, delimiter: ',' as const });

/** Sets a command of the user's that is run when something happens. */
export default class NotifyAdd extends HivemindCommand {
  static override summary = 'Run a command of yours when something happens.';
  static override description =
    'Everything behind -- is the command; it is run by the daemon, without a shell, with the event as JSON on its standard input and its ids in $HIVEMIND_EVENT_ID, $HIVEMIND_EVENT_TYPE and so on. A hook of the same name is replaced. It is kept in your own home and set by this command only: nothing in a repository, a bucket or the memory can.';
  static override examples = [
    'hivemind notify add handoffs --on handoff.posted -- ./tell-me.sh',
    "hivemind notify add broken --on status:failed --path 'src/**' -- notify-send 'an agent failed'",
  ];
  static override usage = 'notify add NAME --on KIND [--path GLOB] [--branch NAME] -- COMMAND ARGS…';
  static override strict = false;
  static override flags: FlagInput = {
    on: list('Types (plan.changed), families (plan) or status:failed; one of them is enough', true),
    path: string({
      description: "Only events on paths that this glob matches ('src/**'); may be given again",
      multiple: true,
      multipleNonGreedy: true,
    }),
    agent: list('Only of these agents'),
    past: boolean({ description: 'Also for what happened long before it came, such as an import' }),
    workspace: string({ char: 'w', description: 'Workspace name or id' }),
    branch: string({ description: 'Branch whose view it is (default: main)', default: 'main' }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(NotifyAdd);
    const [name, word, ...words] = argv.map(String);
    if (name === undefined || word === undefined)
      throw new AppError('INVALID_ARGUMENT', name === undefined ? 'which name?' : 'which command?', {
        hint: 'hivemind notify add NAME --on handoff.posted -- COMMAND',
      });
    const cwd = currentDirectory();
    const command = [findProgram(word, cwd, process.env.PATH), ...words];
    const connection = await this.connect(true);
    try {
      const named = flags.workspace ?? (process.env.HIVEMIND_WORKSPACE || undefined);
      const wanted = named === undefined ? { cwd } : { cwd, workspace: named };
      const { workspace } = await connection.call('workspace.show', wanted);
      await connection.call('branch.show', { workspace: workspace.id, name: flags.branch });
      const { on, path = [], agent = [], past = false, branch } = flags;
      const scope = { workspace: workspace.id, branch, on, path, agent, past };
      const environment = await wantedVariables();
      const hook: NotifyHook = { name, ...scope, command, cwd, environment, createdAt: Date.now() };
      const file = await changeHooks((hooks) => [...hooks.filter((other) => other.name !== name), hook]);
      const state = await connection.call('notify.list', {});
      const added = state.hooks.find((other) => other.name === name);
      if (added === undefined)
        throw new AppError('FAILED_PRECONDITION', `${file} is not used: ${state.trouble}`, {
          hint: `chmod 600 ${file}`,
        });
      if (flags.json) this.printJson(added);
      else this.print(`Set. Try it: hivemind notify test ${name}`);
    } finally {
      connection.close();
    }
  }
}

async function wantedVariables(): Promise<Record<string, string>> {
  const { notifyVariables } = await import('../../../schema/notify.ts');
  return Object.fromEntries(
    notifyVariables.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
