import type { HookTarget, SettingsFile } from '../agent.ts';
import { withoutBlock } from '../instruction-block.ts';
import { sharedInstruction } from '../instruction-file.ts';
import { readSmall } from '../small-file.ts';
import { settingsDir } from './hooks.ts';

/**
 * AGENTS.md, of which Codex reads all at the start. An AGENTS.override.md beside it is read in its place, unless it says
 * nothing: then a block of ours in it would hide the user's AGENTS.md.
 */
export function instructionFiles(target: HookTarget): [SettingsFile, ...SettingsFile[]] {
  const folder = target.scope === 'project' ? target.projectDir : settingsDir(target);
  const ordinary = sharedInstruction(`${folder}/AGENTS.md`, target);
  const override = sharedInstruction(`${folder}/AGENTS.override.md`, target);
  const isOverridden = (withoutBlock(readSmall(override.path, { follows: true })) ?? '').trim() !== '';
  return isOverridden ? [override, ordinary] : [ordinary, override];
}
