import { operationCommand } from '../command.ts';
import { renderAgents } from '../render/agent.ts';

export default operationCommand('agent.list', { render: renderAgents });
