import { operationCommand } from '../../command.ts';
import { renderDaemonStatus } from '../../render/daemon.ts';

export default operationCommand('daemon.status', { start: false, render: renderDaemonStatus });
