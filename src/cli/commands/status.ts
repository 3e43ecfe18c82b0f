import { operationCommand } from '../command.ts';
import { renderStatus } from '../render/status.ts';

export default operationCommand('status.show', { render: renderStatus });
