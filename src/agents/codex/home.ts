import type { Place } from '../agent.ts';

export const agentName = 'codex';

export const configDir = ({ userHome, environment }: Place): string =>
  (environment.CODEX_HOME || `${userHome}/.codex`).replace(/\/+$/, '');
