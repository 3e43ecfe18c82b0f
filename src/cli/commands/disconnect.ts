import { operationCommand } from '../command.ts';
import { renderDisconnected } from '../render/agent.ts';

export default operationCommand('agent.disconnect', { render: renderDisconnected });
