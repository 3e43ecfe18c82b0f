import type { Place } from '../agent.ts';

export const agentName = 'copilot-cli';

/** COPILOT_HOME stands for the folder itself. */
export const configDir = ({ userHome, environment }: Place): string =>
  (environment.COPILOT_HOME || `${userHome}/.copilot`).replace(/\/+$/, '');
