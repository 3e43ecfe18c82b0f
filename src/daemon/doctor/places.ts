import { stat } from 'node:fs/promises';
import type { Finding } from '../../schema/operations/doctor.ts';
import { captureRule } from '../project-config.ts';
import type { Check } from './check.ts';

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Whether this directory belongs to a workspace, and whether those that do are still where they were. */
export const bindings: Check = {
  name: 'bindings',
  run: async ({ engine, cwd }) => {
    const { registry } = engine.workspaces;
    const findings: Omit<Finding, 'check'>[] = [];
    if ((await registry.boundTo(cwd)) === null)
      findings.push({
        level: 'warning',
        what: `${cwd} belongs to no workspace: nothing is captured here`,
        hint: 'hivemind workspace create NAME, or hivemind connect AGENT --workspace NAME',
        fixed: false,
      });
    for (const { name, repositories } of registry.list()) {
      if (repositories.length === 0) continue;
      const found = await Promise.all(repositories.map(({ directory }) => isThere(directory)));
      if (found.includes(true)) continue;
      findings.push({
        level: 'warning',
        what: `none of the directories of the workspace "${name}" is there any more (${repositories[0]?.directory})`,
        hint: `in its new place: hivemind connect AGENT --workspace ${JSON.stringify(name)}`,
        fixed: false,
      });
    }
    return findings;
  },
};

/** Whether capture is turned off here, by intent or by a file that cannot be read. */
export const captureHere: Check = {
  name: 'capture',
  run: async ({ engine, cwd }) => {
    const findings: Omit<Finding, 'check'>[] = [];
    const workspace = await engine.workspaces.registry.boundTo(cwd);
    if (engine.pauses.current(workspace?.id ?? null) !== null)
      findings.push({
        level: 'warning',
        what: 'capture is paused',
        hint: 'hivemind resume',
        fixed: false,
      });
    const { capture } = await captureRule(cwd, engine.log);
    if (capture) return findings;
    return [
      ...findings,
      {
        level: 'warning',
        what: 'capture is off here: .hivemind.json or .hivemind.local.json says so, or cannot be read',
        hint: 'hivemind daemon logs says which; edit the file to capture again',
        fixed: false,
      },
    ];
  },
};
