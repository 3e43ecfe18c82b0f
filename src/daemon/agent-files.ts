import { readFile } from 'node:fs/promises';
import type { Agent, HookTarget, SettingsFile } from '../agents/agent.ts';
import { type ApplyOptions, applySettings, type FileChange } from '../agents/config-files.ts';

/** Every file in which connect may have written something of ours. */
const allFiles = (agent: Agent, target: HookTarget): SettingsFile[] => [
  ...agent.settingsFiles(target),
  ...(agent.instructionFiles?.(target) ?? []),
];

/** The files that hold all that connect writes, and the others in which an instruction may stand that is not to be. */
export function wantedFiles(
  agent: Agent,
  target: HookTarget,
): { wanted: SettingsFile[]; others: SettingsFile[] } {
  const settings = agent.settingsFiles(target);
  const [place, ...others] = agent.instructionFiles?.(target) ?? [];
  if (place === undefined) return { wanted: settings, others };
  return target.instructions === false
    ? { wanted: settings, others: [place, ...others] }
    : { wanted: [...settings, place], others };
}

/** Writes hooks, server and instruction; takes the instruction out where it is not to be. Throws AppError. */
export async function connectFiles(
  agent: Agent,
  target: HookTarget,
  options: ApplyOptions,
): Promise<FileChange[]> {
  const { wanted, others } = wantedFiles(agent, target);
  const written = await applySettings(wanted, 'connect', options);
  const cleared = await applySettings(others, 'disconnect', options);
  return [...written, ...cleared.filter(({ action }) => action !== 'unchanged')];
}

/** Takes out all that connect wrote, the trust that was given with it too. Throws AppError. */
export async function disconnectFiles(
  agent: Agent,
  target: HookTarget,
  options: ApplyOptions,
): Promise<FileChange[]> {
  const settings = (await agent.consent?.withdrawal(target)) ?? agent.settingsFiles(target);
  const [place, ...others] = agent.instructionFiles?.(target) ?? [];
  if (place === undefined) return applySettings(settings, 'disconnect', options);
  const changes = await applySettings([...settings, place, ...others], 'disconnect', options);
  // Where an instruction has never been nothing is to be said.
  const rare = new Set(others.map(({ path }) => path));
  return changes.filter(({ path, action }) => action !== 'unchanged' || !rare.has(path));
}

/** Paths of the files in which a person has edited our instruction. */
export async function editedInstructions(agent: Agent, target: HookTarget): Promise<string[]> {
  const edited: string[] = [];
  for (const { path, instruction } of allFiles(agent, target)) {
    if (instruction === undefined) continue;
    if (instruction(await readFile(path, 'utf8').catch(() => null)) === 'edited') edited.push(path);
  }
  return edited;
}
