import { operationCommand } from '../../command.ts';
import { renderDaemonStarted } from '../../render/daemon.ts';

export default operationCommand('daemon.status', {
  summary: 'Start the daemon, if it does not run yet.',
  render: renderDaemonStarted,
});
