import type { DraftInput } from '../../schema/event.ts';
import { type Call, callDraft, callIdentity, type Denial, editDraft } from '../call.ts';
import { asFields, countAt, type Fields, fieldsAt, stringAt, wordAt } from '../fields.ts';
import type { Scene } from '../scene.ts';
import { editsOf } from './edits.ts';
import type { NamedTool } from './tool-name.ts';

/** A finished call of the transcript. */
export interface ToolFact {
  named: NamedTool;
  nativeTool: string;
  callId: string | null;
  /** The data of its completion; null: it never came. */
  complete: Fields | null;
  /** How the question for permission was answered, in Copilot's words; null when nobody was asked. */
  permission: string | null;
  durationMs: number | null;
  childSession: string | null;
  extra: Fields;
}

/** One event, or one for each file where the call changed several. */
export function toolDrafts(scene: Scene, fact: ToolFact): DraftInput[] {
  const { complete, named } = fact;
  const call = callOf(fact);
  const phase = complete === null ? 'unanswered' : 'call';
  const isDone = complete !== null && call.error === null && call.denied === null;
  const edits = isDone ? editsOf(named, complete, fieldsAt(complete, 'result')) : [];
  if (edits.length === 0) return [callDraft(scene, { ...call, identity: callIdentity(call, phase) })];
  return edits.map((edit, index) => {
    const own = edits.length === 1 ? phase : `${phase}:${index}`;
    return editDraft(scene, edit, { ...call, identity: callIdentity(call, own) });
  });
}

function callOf({ named, nativeTool, callId, complete, permission, ...more }: ToolFact): Call {
  const { tool, input, mcpServer } = named;
  const { durationMs, childSession, extra } = more;
  const base = { tool, nativeTool, callId, input, mcpServer, durationMs, childSession, extra };
  const path = wordAt(asFields(input), 'file_path');
  if (complete === null) {
    const error = 'no result: the transcript ends before it';
    return { ...base, path, output: null, error, denied: null, extra: { ...extra, unanswered: true } };
  }
  const output = outputIn(complete);
  const told = fieldsAt(complete, 'error');
  const failure = told === null ? null : (wordAt(told, 'message') ?? 'failed');
  const error = failure ?? (complete.success === false ? (output ?? 'failed') : null);
  const denied = error === null ? null : denialOf(wordAt(told, 'code'), permission, error);
  const answer = { ...base, path, output, denied };
  if (error !== null) return { ...answer, output: null, error };
  return tool === 'Bash' || tool === 'PowerShell'
    ? { ...answer, ...shellAnswer(complete, output ?? '') }
    : { ...answer, error };
}

/** What the model read; older versions had other names for it. */
function outputIn(complete: Fields): string | null {
  const result = fieldsAt(complete, 'result');
  return stringAt(result, 'content') ?? stringAt(result, 'text_result_for_llm');
}

/** What Copilot says below the output of a command that came to its end. */
const ended = /\n?<(?:shellId: \S{1,100} completed|exited) with exit code (-?\d{1,9})>\s*$/;

function shellAnswer(complete: Fields, text: string): Pick<Call, 'output' | 'error' | 'exitCode'> {
  const match = ended.exec(text.slice(-300));
  const told = fieldsAt(complete, 'shellExecution')?.exitCode;
  const code =
    typeof told === 'number' && Number.isSafeInteger(told) ? told : Number(match?.[1] ?? Number.NaN);
  const output = match === null ? text : text.slice(0, text.length - match[0].length);
  // Still running in the background: how it ends is told to whoever asks for its output.
  if (Number.isNaN(code)) return { output, error: null };
  return code === 0
    ? { output, error: null, exitCode: 0 }
    : { output: null, error: `Exit code ${code}\n${output}`.trim(), exitCode: code };
}

/** Who refused a call that was not run; null when it was run, and failed. */
function denialOf(code: string | null, permission: string | null, error: string): Denial | null {
  if (permission?.startsWith('denied')) {
    const by = permission.includes('interactively-by-user')
      ? 'person'
      : permission.includes('hook')
        ? 'hook'
        : 'rule';
    return { by, reason: error };
  }
  if (code === 'rejected') return { by: 'person', reason: error };
  if (code !== 'denied') return null;
  return { by: /\bhook\b/i.test(error) ? 'hook' : 'rule', reason: error };
}

/**
 * Tokens of one question to the model. Copilot counts what was read from the cache among the input; we do not.
 */
export function tokensOf(usage: Fields | null): Fields | null {
  const [input, output] = [countAt(usage, 'inputTokens'), countAt(usage, 'outputTokens')];
  if (input === null && output === null) return null;
  const cacheRead = Math.trunc(countAt(usage, 'cacheReadTokens') ?? 0);
  const cacheWrite = Math.trunc(countAt(usage, 'cacheWriteTokens') ?? 0);
  return {
    input: Math.max(0, Math.trunc(input ?? 0) - cacheRead),
    output: Math.trunc(output ?? 0),
    cacheRead,
    cacheWrite,
  };
}
