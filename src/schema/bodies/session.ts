import { z } from 'zod';

export const SessionStarted = z.looseObject({
  source: z.string().describe('startup, resume, clear, compact, fork, subagent, import'),
  nativeId: z.string().describe("the agent's own session id"),
  cwd: z.string().optional(),
  model: z.string().optional(),
  agentVersion: z.string().optional(),
  parentSession: z.string().optional().describe('session that started this one (subagents)'),
  role: z.string().optional().describe('kind of subagent, such as general-purpose'),
  startedByCall: z.string().optional().describe('call id of the tool call that started this session'),
  gitBranch: z.string().optional(),
});

export const SessionEnded = z.looseObject({ reason: z.string() });

export const SessionCompacted = z.looseObject({
  trigger: z.string().describe('manual or auto'),
  summary: z.string().optional(),
});

export const SessionLinked = z.looseObject({
  parentSession: z.string().describe('session in whose shell this one was started, by another agent'),
});

export const SessionTitled = z.looseObject({ title: z.string() });
