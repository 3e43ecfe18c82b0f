import type { Agent } from '../agent.ts';
import { findString } from '../unreadable.ts';
import { agentName, configDir } from './home.ts';
import { hookReply, settingsFiles } from './hooks.ts';
import { instructionFiles } from './instruction.ts';
import { translate } from './payload.ts';
import { directoryIn } from './rollout.ts';
import { createReader } from './transcript.ts';
import { consent, untrusted } from './trust.ts';

/** Codex CLI: hooks.json and config.toml, payloads of its hooks, rollouts below its sessions folders. */
export const codex: Agent = {
  name: agentName,
  title: 'Codex CLI',
  programs: ['codex'],
  configDir,
  translate,
  hookReply,
  settingsFiles,
  instructionFiles,
  consent,
  untrusted,
  transcripts: {
    roots: (place) => [`${configDir(place)}/sessions`, `${configDir(place)}/archived_sessions`],
    directoryOf: (head) => findString(head, 'cwd') ?? directoryIn(head),
    recognises: (head, path) => path.endsWith('.jsonl') && isRollout(head),
    accepts: (relativePath) => /(?:^|[\\/])rollout-[^\\/]+\.jsonl$/.test(relativePath),
    reader: createReader,
  },
};

/** Its first line is about the session: in the form of all versions but the first, or as those wrote it. */
const isRollout = (head: string): boolean =>
  /^\s*\{[^\n]{0,200}"type":\s?"(?:session_meta|turn_context)"/.test(head) ||
  /^\s*\{"id":"[0-9a-f-]{36}","timestamp":"[^"\n]{1,40}","instructions":/.test(head);
