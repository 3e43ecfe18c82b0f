import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Agent, HookTarget, Untrusted } from '../../agents/agent.ts';
import { agents } from '../../agents/index.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { Finding } from '../../schema/operations/doctor.ts';
import { connectFiles } from '../agent-files.ts';
import { targetFor } from '../handlers/agent.ts';
import { connectionState, installedAgents } from '../installed.ts';
import { placeOf } from '../transcripts/connected.ts';
import type { Check, Patient } from './check.ts';

type Found = Omit<Finding, 'check'>;
type State = OutputOf<'status.show'>['agents'][number];

/**
 * Hooks or a server that are missing from the settings of a connected agent, or name a Hivemind that has moved; settings
 * that somebody else has written (a colleague committed them).
 */
export const agentSettings: Check = {
  name: 'agents',
  run: async (patient) => {
    const { engine, cwd, environment } = patient;
    const wanted = new Set(engine.connected.list().map(({ agent, scope }) => `${agent} ${scope}`));
    const findings: Found[] = [];
    let isAny = false;
    for (const agent of Object.values(agents)) {
      const targetOf = (scope: Scope) => targetFor(agent, { scope, cwd, environment }, engine);
      for (const state of await connectionState(agent, targetOf)) {
        if (!state.connected && !wanted.has(`${agent.name} ${state.scope}`)) continue;
        isAny = true;
        const finding = await settingsFinding(patient, agent, state);
        if (finding !== null) findings.push(finding);
      }
    }
    return isAny ? findings : [await notConnected(environment)];
  },
};

type Scope = HookTarget['scope'];

async function notConnected(environment: Patient['environment']): Promise<Found> {
  const isAnyHere = (await installedAgents(placeOf(environment))).length > 0;
  return {
    level: 'warning',
    what: `no agent is connected${isAnyHere ? '' : ', and none that Hivemind knows was found on this machine'}`,
    hint: isAnyHere ? 'hivemind connect --all' : 'hivemind help guide any-agent, or: hivemind connect NAME',
    fixed: false,
  };
}

async function settingsFinding(
  patient: Patient,
  agent: Agent,
  { scope, missing }: State,
): Promise<Found | null> {
  const isFollowed = patient.engine.connected.list().some((one) => one.agent === agent.name);
  const isWhole = missing.length === 0;
  if (isWhole && isFollowed) return null;
  const what = isWhole
    ? 'was connected by somebody else: its transcripts are not followed'
    : `lacks ${missing.join(', ')}`;
  return {
    level: isWhole ? 'warning' : 'error',
    what: `${agent.title} (${scope}) ${what}`,
    hint: `hivemind connect ${agent.name}${scope === 'project' ? ' --scope project' : ''}`,
    fixed: patient.fix && (await reconnect(patient, agent, scope === 'project' ? scope : 'user')),
  };
}

async function reconnect(
  { engine, cwd, environment }: Patient,
  agent: Agent,
  scope: Scope,
): Promise<boolean> {
  const target = await targetFor(agent, { scope, cwd, environment }, engine);
  try {
    await connectFiles(agent, target, {
      dryRun: false,
      backupDir: join(engine.daemon.home, 'backups'),
    });
  } catch {
    // A file that cannot be edited safely stays as it is; connect says why.
    return false;
  }
  const { PATH: _, ...moved } = environment;
  const directory = scope === 'project' ? target.projectDir : null;
  const connection = {
    agent: agent.name,
    scope,
    directory,
    environment: moved,
    instructions: target.instructions !== false,
  };
  await engine.connected.add({ ...connection, since: engine.now() });
  const after = await connectionState(agent, async () => target);
  return after.every(({ scope: one, missing }) => one !== scope || missing.length === 0);
}

/** What only its user can do in an agent, such as to trust its hooks. */
export const agentTrust: Check = {
  name: 'trust',
  run: async ({ engine, cwd, environment }) => {
    const findings: Omit<Finding, 'check'>[] = [];
    for (const { agent: name, scope, directory, environment: moved } of engine.connected.list()) {
      const agent = Object.hasOwn(agents, name) ? agents[name] : undefined;
      if (agent?.untrusted === undefined) continue;
      const target = await targetFor(
        agent,
        { scope, cwd: directory ?? cwd ?? homedir(), environment: { ...environment, ...moved } },
        engine,
      );
      const said = (await agent.untrusted(target)) ?? (await askedOf(agent, target));
      if (said !== null) findings.push({ level: 'error', ...said, fixed: false });
    }
    return findings;
  },
};

/** Hooks that have changed since they were trusted; only the agent itself knows, where it can be asked. */
const askedOf = async ({ consent }: Agent, target: HookTarget): Promise<Untrusted | null> =>
  (await consent?.verify(target).catch(() => null)) ?? null;
