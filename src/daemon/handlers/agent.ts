import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Agent, HookTarget, Place } from '../../agents/agent.ts';
import { agentNamed, agents } from '../../agents/index.ts';
import { AppError } from '../../schema/app-error.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { connectFiles, disconnectFiles, editedInstructions } from '../agent-files.ts';
import { connectionStateAndTrust, installedAgents, isInstalled, programOf } from '../installed.ts';
import { locate } from '../repository.ts';
import { placeOf } from '../transcripts/connected.ts';
import type { Engine, Handler } from './handler.ts';

type AgentChange = OutputOf<'agent.connect'>['agents'][number];

interface Wanted {
  agent?: string | undefined;
  all: boolean;
  scope: 'user' | 'project';
  cwd: string;
  environment: Place['environment'];
  /** Undefined: as it was at the last connect. */
  instructions?: boolean | undefined;
}

export const connectAgent: Handler<'agent.connect'> = async (input, _context, engine) => {
  const { cwd, scope } = input;
  if (cwd === undefined)
    throw new AppError('INVALID_ARGUMENT', 'cwd: connect needs the directory that it is to bind');
  const wanted = { ...input, cwd };
  const chosen = await chosenAgents(wanted, 'connect');
  checkTrust(chosen, input);
  const { open } = await engine.workspaces.resolve(input);
  const { workspace } = open;
  const dryRun = input['dry-run'];
  const changes: AgentChange[] = [];
  for (const agent of chosen) changes.push(await connectOne(agent, wanted, dryRun, engine));
  if (!dryRun && input['trust-hooks']) await grantTrust(chosen, changes, wanted, engine);
  const bound = dryRun ? null : await engine.workspaces.registry.bind(workspace, cwd);
  const notes = bound === null ? [] : [`${bound} is bound to the workspace "${workspace.name}"`];
  return { workspace, scope, dryRun, agents: changes, notes };
};

async function connectOne(
  agent: Agent,
  wanted: Wanted,
  dryRun: boolean,
  engine: Engine,
): Promise<AgentChange> {
  const target = await targetFor(agent, wanted, engine);
  const files = await connectFiles(agent, target, { dryRun, backupDir: backupDir(engine) });
  const { scope } = wanted;
  const instructions = target.instructions !== false;
  const { PATH: _, ...environment } = wanted.environment;
  const connection = { agent: agent.name, scope, directory: directoryOf(target), environment, instructions };
  if (!dryRun) await engine.connected.add({ ...connection, since: engine.now() });
  const isNew = files.some(({ action }) => action !== 'unchanged');
  const restart = isNew ? [`${agent.title} reads its settings when it starts: restart running sessions`] : [];
  return {
    agent: agent.name,
    title: agent.title,
    files,
    notes: [
      ...restart,
      ...(agent.notes?.(target) ?? []),
      ...(await editedNotes(agent, target)),
      ...(await trustNotes(agent, target, files)),
    ],
  };
}

/** What somebody has changed in the instruction is theirs. */
async function editedNotes(agent: Agent, target: HookTarget): Promise<string[]> {
  if (target.instructions === false) return [];
  return (await editedInstructions(agent, target)).map(
    (path) =>
      `the instruction in ${path} was edited by hand and is left as it is; to have ours: hivemind disconnect ${agent.name}, then connect`,
  );
}

/** A person's yes has to come with the call: nobody gets trust in passing. */
function checkTrust(chosen: readonly Agent[], input: { 'trust-hooks': boolean; yes: boolean }): void {
  if (!input['trust-hooks']) return;
  const agent = chosen.find(({ consent }) => consent !== undefined);
  if (agent === undefined) {
    const names = chosen.map(({ title }) => title).join(', ');
    throw new AppError(
      'INVALID_ARGUMENT',
      `--trust-hooks: ${names} runs hooks without being told to trust them`,
      {
        hint: `hivemind connect ${chosen[0]?.name ?? ''}`.trim(),
      },
    );
  }
  if (!input.yes)
    throw new AppError('INVALID_ARGUMENT', '--trust-hooks needs an explicit yes', {
      hint: `hivemind connect ${agent.name} --trust-hooks --yes`,
    });
}

/** What is written may not run before a person has trusted it; a hook that changed has to be trusted anew. */
async function trustNotes(
  { consent, untrusted }: Agent,
  target: HookTarget,
  files: AgentChange['files'],
): Promise<string[]> {
  if (consent === undefined) return [];
  const isChanged = files[0]?.action !== 'unchanged';
  return isChanged || (await untrusted?.(target)) != null ? [consent.how] : [];
}

async function grantTrust(
  chosen: readonly Agent[],
  changes: AgentChange[],
  wanted: Wanted,
  engine: Engine,
): Promise<void> {
  for (const [index, agent] of chosen.entries()) {
    const { title, consent } = agent;
    const change = changes[index];
    if (consent === undefined || change === undefined) continue;
    const { trusted } = await consent.grant(await targetFor(agent, wanted, engine));
    change.notes = [
      ...change.notes.filter((note) => note !== consent.how),
      `${title} trusts ${trusted} hooks now`,
    ];
  }
}

export const disconnectAgent: Handler<'agent.disconnect'> = async (input, _context, engine) => {
  const wanted = { ...input, cwd: input.cwd ?? homedir() };
  const dryRun = input['dry-run'];
  checkOne(input, 'disconnect');
  const chosen = input.all ? Object.values(agents) : await chosenAgents(wanted, 'disconnect');
  const changes: AgentChange[] = [];
  const failures: unknown[] = [];
  for (const agent of chosen) {
    // The settings of one that cannot be read keep no other agent connected.
    const change = await disconnectOne(agent, wanted, dryRun, engine).catch((error) => {
      failures.push(error);
      return null;
    });
    if (change === null) continue;
    // Of all agents only those are of interest that were connected.
    if (!input.all || change.files.some(({ action }) => action !== 'unchanged')) changes.push(change);
  }
  if (failures.length > 0) throw failures[0];
  return { scope: input.scope, dryRun, agents: changes };
};

async function disconnectOne(
  agent: Agent,
  wanted: Wanted,
  dryRun: boolean,
  engine: Engine,
): Promise<AgentChange> {
  const target = await targetFor(agent, wanted, engine);
  const edited = await editedInstructions(agent, target);
  const files = await disconnectFiles(agent, target, { dryRun, backupDir: backupDir(engine) });
  if (!dryRun)
    await engine.connected.remove({ agent: agent.name, scope: wanted.scope, directory: directoryOf(target) });
  const isUnchanged = files.every(({ action }) => action === 'unchanged');
  const notes = isUnchanged
    ? [`${agent.title} was not connected in the ${wanted.scope} settings`]
    : edited.map((path) => `the instruction in ${path} was edited by hand: ${kept(dryRun, engine)}`);
  return { agent: agent.name, title: agent.title, files, notes };
}

const kept = (dryRun: boolean, engine: Engine): string =>
  `the file as it was ${dryRun ? 'would be' : 'is'} kept in ${backupDir(engine)}`;

export const listAgents: Handler<'agent.list'> = async ({ cwd, environment }, _context, engine) => {
  const place = placeOf(environment);
  const described = Object.values(agents).map(async (agent) => ({
    agent: agent.name,
    title: agent.title,
    installed: await isInstalled(agent, place),
    program: await programOf(agent, place),
    connections: await connectionStateAndTrust(agent, (scope) =>
      targetFor(agent, { cwd: cwd ?? homedir(), environment, scope }, engine),
    ),
  }));
  return { agents: await Promise.all(described) };
};

/** The agents that are meant. Throws INVALID_ARGUMENT that names the installed ones when nothing is said. */
function checkOne({ agent, all }: { agent?: string | undefined; all: boolean }, verb: string): void {
  if (agent !== undefined && all)
    throw new AppError('INVALID_ARGUMENT', 'either --all or the name of an agent, not both', {
      hint: `hivemind ${verb} --all`,
    });
}

async function chosenAgents({ agent, all, environment }: Wanted, verb: string): Promise<Agent[]> {
  checkOne({ agent, all }, verb);
  if (agent !== undefined) return [agentNamed(agent)];
  const place = placeOf(environment);
  const installed = await installedAgents(place);
  if (all && installed.length > 0) return installed;
  const names = installed.map(({ name }) => name);
  if (names.length === 0)
    throw new AppError('NOT_FOUND', 'none of the agents that Hivemind knows was found on this machine', {
      hint: `hivemind ${verb} NAME, one of: ${Object.keys(agents).join(', ')}`,
    });
  throw new AppError('INVALID_ARGUMENT', `which agent? Installed here: ${names.join(', ')}`, {
    hint: `hivemind ${verb} --all, or hivemind ${verb} ${names[0]}`,
  });
}

/** Where the settings of an agent are, and what is to be written there. */
export async function targetFor(
  agent: Agent,
  { scope, cwd, environment, instructions }: Pick<Wanted, 'scope' | 'cwd' | 'environment' | 'instructions'>,
  { entry, connected }: Engine,
): Promise<HookTarget> {
  const place = placeOf(environment);
  const projectDir = (await locate(cwd)).root;
  const which = { agent: agent.name, scope, directory: scope === 'project' ? projectDir : null };
  return {
    ...place,
    scope,
    configDir: agent.configDir(place),
    projectDir,
    hookPath: entry.hookPath,
    command: { command: entry.command, args: entry.args },
    env: entry.env,
    instructions: instructions ?? connected.isInstructed(which),
  };
}

const directoryOf = ({ scope, projectDir }: HookTarget): string | null =>
  scope === 'project' ? projectDir : null;

const backupDir = ({ daemon }: Engine): string => join(daemon.home, 'backups');
