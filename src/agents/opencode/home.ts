import type { Place } from '../agent.ts';

export const agentName = 'opencode';

/** OpenCode always reads this folder; $OPENCODE_CONFIG_DIR only adds another. */
export const configDir = ({ userHome, environment }: Place): string =>
  `${(environment.XDG_CONFIG_HOME || `${userHome}/.config`).replace(/\/+$/, '')}/opencode`;

/** Folder of its database, and before version 1.2 of its tree of JSON files. */
export const dataDir = ({ userHome, environment }: Place): string =>
  `${(environment.XDG_DATA_HOME || `${userHome}/.local/share`).replace(/\/+$/, '')}/opencode`;
