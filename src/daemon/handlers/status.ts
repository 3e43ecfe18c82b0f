import { homedir } from 'node:os';
import { agents } from '../../agents/index.ts';
import { AppError } from '../../schema/app-error.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { type BranchWanted, branchToRead } from '../branching.ts';
import { connectionStateAndTrust } from '../installed.ts';
import { captureRule } from '../project-config.ts';
import { eventCount, sessionCount } from '../visible-sessions.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import { targetFor } from './agent.ts';
import { daemonState, pausedUntil } from './daemon.ts';
import type { Handler } from './handler.ts';
import { storeState, storeSteps } from './store-state.ts';

type Status = OutputOf<'status.show'>;

export const showStatus: Handler<'status.show'> = async ({ environment, ...where }, _context, engine) => {
  const { registry } = engine.workspaces;
  const cwd = where.cwd ?? homedir();
  const workspace =
    where.workspace === undefined ? await registry.boundTo(cwd) : registry.named(where.workspace);
  const live = workspace === null ? null : await engine.workspaces.live(workspace);
  const open = live?.open;
  const latest = open?.latest ?? null;
  const connections = (
    await Promise.all(
      Object.values(agents).map((agent) =>
        connectionStateAndTrust(agent, (scope) => targetFor(agent, { cwd, environment, scope }, engine)),
      ),
    )
  ).flat();
  const { capture } = await captureRule(cwd, engine.log);
  const daemon = await daemonState(engine);
  const { home: hivemindHome, rssBytes } = daemon;
  const here = live === null ? noBranch : await branchHere(live, where);
  const state: Omit<Status, 'missing'> = {
    daemon,
    workspace,
    branch: here.name,
    capture,
    paused: pausedUntil(engine.pauses, workspace?.id ?? null),
    events: open === undefined ? 0 : eventCount(open),
    sessions: open === undefined ? 0 : sessionCount(open),
    tail: open?.store.tailSize() ?? 0,
    lastEvent:
      latest === null ? null : { id: latest.id, type: latest.type, at: latest.at, agent: latest.agent },
    agents: connections.filter(({ connected }) => connected),
    ...(await storeState(live, { home: hivemindHome, rssBytes, now: engine.now() })),
  };
  return { ...state, missing: [...nextSteps(state), ...here.steps, ...storeSteps(state)] };
};

interface Here {
  name: string | null;
  steps: string[];
}

const noBranch: Here = { name: null, steps: [] };

/** A branch that is not there is something to put right, and no reason to say nothing else. */
async function branchHere(live: LiveWorkspace, wanted: BranchWanted): Promise<Here> {
  try {
    return { name: (await branchToRead(live, wanted)).name, steps: [] };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { name: null, steps: [`${error.message}: ${error.hint ?? 'hivemind branch list'}`] };
  }
}

function nextSteps({
  workspace,
  agents: connections,
  capture,
  paused,
  daemon: { spoolDropped },
  lastEvent,
}: Omit<Status, 'missing'>): string[] {
  const steps: string[] = [];
  if (workspace === null)
    steps.push('this directory belongs to no workspace: hivemind workspace create NAME');
  if (!connections.some(({ connected }) => connected)) steps.push('no agent is connected: hivemind connect');
  for (const { agent, scope, missing, connected } of connections) {
    if (!connected) continue;
    const lacks = (what: string, hint: string): string => `${agent} (${scope}) lacks ${what}: ${hint}`;
    // What is lacking may say itself what to type; the rest is written by connecting again.
    const said = missing.map((what) => /^(.+) \((hivemind [^()]+)\)$/.exec(what));
    const rest = missing.filter((_, index) => said[index] === null);
    if (rest.length > 0) steps.push(lacks(rest.join(', '), `hivemind connect ${agent} --scope ${scope}`));
    for (const match of said) if (match !== null) steps.push(lacks(match[1] ?? '', match[2] ?? ''));
  }
  if (!capture) steps.push('capture is off here: see .hivemind.json and .hivemind.local.json');
  if (paused !== null) steps.push('capture is paused: hivemind resume');
  if (spoolDropped !== null)
    steps.push(
      `the spool was full and ${spoolDropped.count} payloads of hooks were dropped: hivemind import, which finds them in the transcripts`,
    );
  if (workspace !== null && capture && lastEvent === null)
    steps.push('nothing captured yet: work with the agent, or hivemind import');
  return steps;
}
