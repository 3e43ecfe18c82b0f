import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Agent, HookTarget, Place } from '../agents/agent.ts';
import { agents } from '../agents/index.ts';
import { instructionPurpose } from '../agents/instruction-file.ts';
import type { OutputOf } from '../schema/operation.ts';
import { wantedFiles } from './agent-files.ts';

/** Where the agent's program is on the PATH of whoever asks; null when it is not there. */
export async function programOf({ programs }: Agent, { environment }: Place): Promise<string | null> {
  const folders = (environment.PATH ?? process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  for (const program of programs)
    for (const folder of folders) {
      const path = join(folder, program);
      if (await isRunnable(path)) return path;
    }
  return null;
}

const isRunnable = async (path: string): Promise<boolean> => {
  const info = await stat(path).catch(() => null);
  if (info?.isFile() !== true) return false;
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
};

/** Whether an agent is on this machine: its program, or the folder of its settings. */
export async function isInstalled(agent: Agent, place: Place): Promise<boolean> {
  if (agent.programs.length === 0) return false;
  if ((await programOf(agent, place)) !== null) return true;
  const info = await stat(agent.configDir(place)).catch(() => null);
  return info?.isDirectory() === true;
}

/** The agents that are on this machine, of those that Hivemind knows. */
export async function installedAgents(place: Place): Promise<Agent[]> {
  const all = Object.values(agents);
  const found = await Promise.all(all.map((agent) => isInstalled(agent, place)));
  return all.filter((_, at) => found[at]);
}

type State = OutputOf<'status.show'>['agents'][number];

/** Whether the agent's settings hold our entries, for each scope that has any. */
export async function connectionState(
  agent: Agent,
  targetOf: (scope: HookTarget['scope']) => Promise<HookTarget>,
): Promise<OutputOf<'status.show'>['agents']> {
  const states = [];
  for (const scope of ['user', 'project'] as const) {
    const target = await targetOf(scope);
    const { wanted: files } = wantedFiles(agent, target);
    if (files.length === 0) continue;
    const missing = [];
    let instruction: State['instruction'] = target.instructions === false ? 'off' : 'missing';
    let whole = 0;
    for (const file of files) {
      const text = await readFile(file.path, 'utf8').catch(() => null);
      const gaps = file.missing(text);
      // To be told to use it alone is no connection.
      if (gaps.length === 0 && file.purpose !== instructionPurpose) whole += 1;
      missing.push(...gaps);
      if (instruction !== 'off') instruction = file.instruction?.(text) ?? instruction;
    }
    // A project without settings of its own is the ordinary case, not a gap.
    if (scope === 'user' || whole > 0)
      states.push({ agent: agent.name, scope, connected: whole > 0, missing, instruction });
  }
  return states;
}

/** The same, with the trust that a person has not given yet. */
export async function connectionStateAndTrust(
  agent: Agent,
  targetOf: (scope: HookTarget['scope']) => Promise<HookTarget>,
): Promise<OutputOf<'status.show'>['agents']> {
  const states = await connectionState(agent, targetOf);
  for (const state of states) {
    const target = await targetOf(state.scope === 'project' ? 'project' : 'user');
    const said = state.connected ? await agent.untrusted?.(target).catch(() => null) : null;
    if (said != null) state.missing.push(`trust of its hooks (${said.hint})`);
  }
  return states;
}
