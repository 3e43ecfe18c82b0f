import type { Connection } from '../../../wire/connect.ts';
import { operationCommand } from '../../command.ts';
import { renderDaemonStopped } from '../../render/daemon.ts';

const StopCommand = operationCommand('daemon.stop', {
  start: false,
  absent: { stopped: false },
  render: renderDaemonStopped,
});

export default class extends StopCommand {
  /** Whoever copies or moves the home next must not meet a process that is still leaving it. */
  override async answer(
    connection: Connection,
    input: Record<string, never>,
    flags: Record<string, unknown>,
  ): Promise<void> {
    const { untilEnded } = await import('../../../wire/connect.ts');
    const { pid } = await connection.call('daemon.status', {});
    await super.answer(connection, input, flags);
    await untilEnded(pid);
  }
}
