import type { Agent } from '../agent.ts';
import { findString } from '../unreadable.ts';
import { agentName, configDir } from './home.ts';
import { hookReply, settingsFiles } from './hooks.ts';
import { translate } from './payload.ts';
import { directoryIn } from './rollout.ts';
import { createReader } from './transcript.ts';
import { consent } from './trust.ts';

/** Codex CLI: hooks.json and config.toml, payloads of its hooks, rollouts below its sessions folders. */
export const codex: Agent = {
  name: agentName,
  title: 'Codex CLI',
  programs: ['codex'],
  configDir,
  translate,
  hookReply,
  settingsFiles,
  consent,
  transcripts: {
    roots: (place) => [`${configDir(place)}/sessions`, `${configDir(place)}/archived_sessions`],
    directoryOf: (head) => findString(head, 'cwd') ?? directoryIn(head),
    accepts: (relativePath) => /(?:^|[\\/])rollout-[^\\/]+\.jsonl$/.test(relativePath),
    reader: createReader,
  },
};
