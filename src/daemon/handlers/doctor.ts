import { homedir } from 'node:os';
import type { Finding } from '../../schema/operations/doctor.ts';
import { agentSettings, agentTrust } from '../doctor/agents.ts';
import type { Check } from '../doctor/check.ts';
import { gitHooks } from '../doctor/git.ts';
import { notify } from '../doctor/notify.ts';
import { bindings, captureHere } from '../doctor/places.ts';
import { spool } from '../doctor/spool.ts';
import { store } from '../doctor/store.ts';
import type { Handler } from './handler.ts';

const checks: readonly Check[] = [
  agentSettings,
  agentTrust,
  bindings,
  captureHere,
  gitHooks,
  notify,
  spool,
  store,
];

export const runDoctor: Handler<'doctor.run'> = async ({ fix, environment, ...where }, _context, engine) => {
  const patient = { engine, cwd: where.cwd ?? homedir(), environment, fix };
  const findings: Finding[] = [];
  for (const { name, run } of checks) {
    const found = await run(patient).catch((error: unknown) => {
      engine.log.error('a check failed', error, { check: name });
      return [notLooked(error)];
    });
    findings.push(...found.map((finding) => ({ check: name, ...finding })));
  }
  return { checks: checks.map(({ name }) => name), findings };
};

/** A check that cannot be made is a finding, too. */
const notLooked = (error: unknown): Omit<Finding, 'check'> => ({
  level: 'error',
  what: `could not be looked at: ${error instanceof Error ? error.message : String(error)}`,
  hint: 'hivemind daemon logs',
  fixed: false,
});
