import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Agent, HookTarget, Place } from '../../agents/agent.ts';
import { applySettings } from '../../agents/config-files.ts';
import { agentNamed } from '../../agents/index.ts';
import { AppError } from '../../schema/app-error.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { locate } from '../repository.ts';
import type { Engine, Handler } from './handler.ts';

export const connectAgent: Handler<'agent.connect'> = async (input, _context, engine) => {
  const agent = agentNamed(input.agent);
  const cwd = input.cwd;
  if (cwd === undefined)
    throw new AppError('INVALID_ARGUMENT', 'cwd: connect needs the directory that it is to bind');
  const { registry } = engine.workspaces;
  const { open } = await engine.workspaces.resolve(input);
  const { workspace } = open;
  const dryRun = input['dry-run'];
  const target = await targetFor(agent, { ...input, cwd }, engine);
  const files = await applySettings(agent.settingsFiles(target), 'connect', {
    dryRun,
    backupDir: backupDir(engine),
  });
  const bound = dryRun ? null : await registry.bind(workspace, cwd);
  const notes = [
    ...(bound === null ? [] : [`${bound} is bound to the workspace "${workspace.name}"`]),
    ...(files.some(({ action }) => action !== 'unchanged')
      ? [`${agent.name} reads its settings when it starts: restart running sessions`]
      : []),
  ];
  return { agent: agent.name, workspace, scope: input.scope, dryRun, files, notes };
};

export const disconnectAgent: Handler<'agent.disconnect'> = async (input, _context, engine) => {
  const agent = agentNamed(input.agent);
  const dryRun = input['dry-run'];
  const target = await targetFor(agent, { ...input, cwd: input.cwd ?? homedir() }, engine);
  const files = await applySettings(agent.settingsFiles(target), 'disconnect', {
    dryRun,
    backupDir: backupDir(engine),
  });
  const notes = files.every(({ action }) => action === 'unchanged')
    ? [`${agent.name} was not connected in the ${input.scope} settings`]
    : [];
  return { agent: agent.name, scope: input.scope, dryRun, files, notes };
};

/** Whether the agent's settings hold our entries, for each scope that has any. */
export async function connectionState(
  agent: Agent,
  where: { cwd: string; environment: Place['environment'] },
  engine: Engine,
): Promise<OutputOf<'status.show'>['agents']> {
  const states = [];
  for (const scope of ['user', 'project'] as const) {
    const target = await targetFor(agent, { ...where, scope }, engine);
    const files = agent.settingsFiles(target);
    const missing = [];
    let whole = 0;
    for (const file of files) {
      const gaps = file.missing(await readFile(file.path, 'utf8').catch(() => null));
      if (gaps.length === 0) whole += 1;
      missing.push(...gaps);
    }
    // A project without settings of its own is the ordinary case, not a gap.
    if (scope === 'user' || whole > 0)
      states.push({ agent: agent.name, scope, connected: whole > 0, missing });
  }
  return states;
}

interface Wanted {
  scope: 'user' | 'project';
  cwd: string;
  environment: Place['environment'];
}

async function targetFor(
  agent: Agent,
  { scope, cwd, environment }: Wanted,
  { entry }: Engine,
): Promise<HookTarget> {
  const place = { userHome: homedir(), environment };
  return {
    ...place,
    scope,
    configDir: agent.configDir(place),
    projectDir: (await locate(cwd)).root,
    hookPath: entry.hookPath,
    command: { command: entry.command, args: entry.args },
    env: entry.env,
  };
}

const backupDir = ({ daemon }: Engine): string => join(daemon.home, 'backups');
