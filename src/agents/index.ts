import { AppError } from '../schema/app-error.ts';
import { nearest } from '../schema/nearest.ts';
import type { Agent } from './agent.ts';
import { claudeCode } from './claude-code/index.ts';
import { codex } from './codex/index.ts';
import { copilotCli } from './copilot-cli/index.ts';
import { cursor } from './cursor/index.ts';
import { geminiCli } from './gemini-cli/index.ts';
import { generic } from './generic/index.ts';
import { openCode } from './opencode/index.ts';

/** Every agent that can be connected, by name; the one that reads whatever nobody else knows comes last. */
export const agents: Readonly<Record<string, Agent>> = Object.fromEntries(
  [claudeCode, codex, geminiCli, copilotCli, openCode, cursor, generic].map((agent) => [agent.name, agent]),
);

/** The agent called `name`. Throws AppError NOT_FOUND with the nearest name as its hint. */
export function agentNamed(name: string): Agent {
  const agent = Object.hasOwn(agents, name) ? agents[name] : undefined;
  if (agent !== undefined) return agent;
  const names = Object.keys(agents);
  const meant = nearest(name, names);
  const hint = meant === undefined ? `known agents: ${names.join(', ')}` : `did you mean ${meant}?`;
  throw new AppError('NOT_FOUND', `there is no agent named ${JSON.stringify(name.slice(0, 100))}`, { hint });
}
