import { AppError } from '../schema/app-error.ts';
import type { HookTarget, SettingsFile } from './agent.ts';
import {
  blockState,
  blocksIn,
  blockWith,
  type InstructionState,
  sealOf,
  withBlock,
  withoutBlock,
} from './instruction-block.ts';
import { instructionSummary, instructionText } from './instruction-text.ts';

/** What the settings files of an agent that hold nothing but our instruction are for. */
export const instructionPurpose = 'instruction';

/** A file of the user's that agents read as it is (GEMINI.md, AGENTS.md): the instruction is a block in it. */
export const sharedInstruction = (path: string, { scope, projectDir }: HookTarget): SettingsFile => ({
  path,
  purpose: instructionPurpose,
  ...(scope === 'project' ? { within: projectDir } : {}),
  connect: withBlock,
  disconnect: withoutBlock,
  missing: (text) => gapsOf(blockState(text)),
  instruction: blockState,
});

/**
 * A file that is ours alone, `front` (front matter, line breaks included) above the instruction. Another file in its
 * place is not touched: connecting throws AppError FAILED_PRECONDITION.
 */
export function ownInstruction(path: string, front: string, { scope, projectDir }: HookTarget): SettingsFile {
  const whole = `${front}${blockWith(sealOf(`${front}${instructionText}\n`))}\n`;
  const stateIn = (text: string | null): InstructionState => stateOf(text, whole);
  return {
    path,
    purpose: instructionPurpose,
    ...(scope === 'project' ? { within: projectDir } : {}),
    connect: (text) => {
      const state = stateIn(text);
      if (state === 'foreign')
        throw new AppError('FAILED_PRECONDITION', `${path} is not ours; it was not touched`, {
          hint: `rename ${path}, or connect with --no-instructions`,
          details: { path },
        });
      return state === 'edited' && text !== null ? text : whole;
    },
    disconnect: (text) => (stateIn(text) === 'foreign' ? text : null),
    missing: (text) => gapsOf(stateIn(text)),
    instruction: stateIn,
  };
}

function stateOf(text: string | null, whole: string): InstructionState {
  if (text === null || text.trim() === '') return 'missing';
  const [block, another] = blocksIn(text);
  if (block === undefined) return 'foreign';
  const isAlone = another === undefined && block.end === text.length;
  if (!isAlone || sealOf(text.slice(0, block.start) + block.inner) !== block.seal) return 'edited';
  return text.replaceAll('\r\n', '\n') === whole ? 'installed' : 'outdated';
}

export const gapsOf = (state: InstructionState): string[] =>
  state === 'missing'
    ? ['instruction']
    : state === 'outdated'
      ? ['instruction (of another version)']
      : state === 'foreign'
        ? ['instruction (another file has its place)']
        : [];

/** A skill in `folder`, in the form that Claude Code, Codex, Cursor and others share. */
export const skillFile = (folder: string, target: HookTarget): SettingsFile =>
  ownInstruction(
    `${folder}/hivemind/SKILL.md`,
    `---\nname: hivemind\ndescription: ${JSON.stringify(instructionSummary)}\n---\n`,
    target,
  );
