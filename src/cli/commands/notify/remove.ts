import { string as textArgument } from '@oclif/core/args';
import type { ArgInput } from '@oclif/core/interfaces';
import { AppError } from '../../../schema/app-error.ts';
import { HivemindCommand } from '../../command.ts';
import { changeHooks } from '../../notify/hook-file.ts';

/** Takes a command of the user's away. */
export default class NotifyRemove extends HivemindCommand {
  static override summary = 'Run a command no longer when something happens.';
  static override examples = ['hivemind notify remove handoffs'];
  static override args: ArgInput = {
    name: textArgument({ description: 'Name of the hook', required: true }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(NotifyRemove);
    const name = String(args.name);
    await changeHooks((hooks) => {
      if (hooks.some((hook) => hook.name === name)) return hooks.filter((hook) => hook.name !== name);
      throw new AppError('NOT_FOUND', `there is no hook "${name}"`, { hint: 'hivemind notify list' });
    });
    // A daemon that does not run reads the file when it is started.
    const connection = await this.connect(false).catch(() => null);
    await connection?.call('notify.list', {});
    connection?.close();
    if (flags.json) this.printJson({ removed: name });
    else this.print('Removed.');
  }
}
