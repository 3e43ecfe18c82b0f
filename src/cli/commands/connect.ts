import { chooseAgents } from '../choose-agents.ts';
import { operationCommand } from '../command.ts';
import { askForTrust } from '../confirm.ts';
import { renderConnected } from '../render/agent.ts';

export default operationCommand('agent.connect', {
  render: renderConnected,
  answer: chooseAgents,
  prepare: async (input) => {
    if (!input['trust-hooks'] || input.yes || input['dry-run']) return input;
    const isTrusted = await askForTrust(input.agent ?? 'codex');
    return { ...input, 'trust-hooks': isTrusted, yes: isTrusted };
  },
});
