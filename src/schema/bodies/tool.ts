import { z } from 'zod';
import { Tokens } from './turn.ts';

/** A value that may have been cut: head and tail stay, `bytes` and `sha256` are those of the whole. */
export const Cut = z.object({ bytes: z.number().int().nonnegative(), sha256: z.string() });

export const ToolCalled = z.looseObject({
  tool: z
    .string()
    .describe(
      'name of the tool; where agents call the same thing differently, one for all: Bash, Read, Write, Edit, Grep, Glob, WebFetch, WebSearch, Agent, mcp__SERVER__TOOL',
    ),
  nativeTool: z.string().optional().describe("the agent's own name of the tool, where that is another"),
  callId: z.string().optional().describe("the agent's own id of this call"),
  input: z.unknown().optional(),
  output: z.string().optional().describe('what the tool answered, as text'),
  error: z.string().optional(),
  refusedBy: z
    .enum(['person', 'rule', 'hook'])
    .optional()
    .describe('who refused it; rule: what is permitted'),
  exitCode: z.number().int().optional(),
  durationMs: z.number().nonnegative().optional(),
  tokens: Tokens.optional().describe('of the answer that called it, when that said nothing else'),
  mcpServer: z.string().optional(),
  childSession: z.string().optional().describe('session that this call started (subagents)'),
  cut: z
    .record(z.string(), Cut)
    .optional()
    .describe('field → size and hash of the whole, where the middle was cut'),
});

export const Hunk = z.object({
  oldStart: z.number().int(),
  oldLines: z.number().int(),
  newStart: z.number().int(),
  newLines: z.number().int(),
  lines: z.array(z.string()).describe('each with its leading space, + or -'),
});

/** A tool call that changed one file; the call and its effect are one event. */
export const FileEdited = z.looseObject({
  tool: z.string(),
  nativeTool: z.string().optional(),
  callId: z.string().optional(),
  path: z.string(),
  change: z.enum(['created', 'updated', 'deleted']),
  hunks: z.array(Hunk).default([]),
  content: z.string().optional().describe('the whole new text of a created file'),
  durationMs: z.number().nonnegative().optional(),
  cut: z.record(z.string(), Cut).optional(),
});
