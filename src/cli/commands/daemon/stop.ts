import { operationCommand } from '../../command.ts';
import { renderDaemonStopped } from '../../render/daemon.ts';

export default operationCommand('daemon.stop', {
  start: false,
  absent: { stopped: false },
  render: renderDaemonStopped,
});
