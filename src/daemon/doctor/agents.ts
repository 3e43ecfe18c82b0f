import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Agent, HookTarget, Untrusted } from '../../agents/agent.ts';
import { applySettings } from '../../agents/config-files.ts';
import { agents } from '../../agents/index.ts';
import type { Finding } from '../../schema/operations/doctor.ts';
import { targetFor } from '../handlers/agent.ts';
import { connectionState } from '../installed.ts';
import type { Check, Patient } from './check.ts';

/** Hooks or a server that are missing from the settings of a connected agent, or name a Hivemind that has moved. */
export const agentSettings: Check = {
  name: 'agents',
  run: async (patient) => {
    const { engine, cwd, environment } = patient;
    const findings: Omit<Finding, 'check'>[] = [];
    const wanted = new Set(engine.connected.list().map(({ agent, scope }) => `${agent} ${scope}`));
    let isAny = false;
    for (const agent of Object.values(agents)) {
      const targetOf = (scope: 'user' | 'project') => targetFor(agent, { scope, cwd, environment }, engine);
      for (const { scope, connected, missing } of await connectionState(agent, targetOf)) {
        const isWanted = connected || wanted.has(`${agent.name} ${scope}`);
        isAny ||= isWanted;
        if (!isWanted || missing.length === 0) continue;
        const fixed =
          patient.fix && (await reconnect(patient, agent.name, scope === 'project' ? scope : 'user'));
        findings.push({
          level: 'error',
          what: `${agent.title} (${scope}) lacks ${missing.join(', ')}`,
          hint: `hivemind connect ${agent.name}${scope === 'project' ? ' --scope project' : ''}`,
          fixed,
        });
      }
    }
    if (!isAny)
      findings.push({
        level: 'warning',
        what: 'no agent is connected',
        hint: 'hivemind connect --all',
        fixed: false,
      });
    return findings;
  },
};

async function reconnect({ engine, cwd, environment }: Patient, name: string, scope: 'user' | 'project') {
  const agent = agents[name];
  if (agent === undefined) return false;
  const target = await targetFor(agent, { scope, cwd, environment }, engine);
  try {
    await applySettings(agent.settingsFiles(target), 'connect', {
      dryRun: false,
      backupDir: join(engine.daemon.home, 'backups'),
    });
  } catch {
    // A file that cannot be edited safely stays as it is; connect says why.
    return false;
  }
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
