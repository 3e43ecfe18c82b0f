import { chooseAgents } from '../choose-agents.ts';
import { operationCommand } from '../command.ts';
import { renderConnected } from '../render/agent.ts';

export default operationCommand('agent.connect', { render: renderConnected, answer: chooseAgents });
