import { posix } from 'node:path';
import type { DraftInput, Identity } from '../../schema/event.ts';
import { hash128, sessionId } from '../../schema/ids.ts';
import { callDraft, type Denial, editDraft } from '../call.ts';
import { asFields, type Fields, fieldsAt, listAt, parseFields, stringAt, wordAt } from '../fields.ts';
import { relativePath } from '../paths.ts';
import { identityOf, type Scene } from '../scene.ts';
import { blocksText, toJson } from '../tool-text.ts';
import type { Answer } from './answer.ts';
import { exitCodeAt } from './answer.ts';
import { agentName } from './home.ts';
import { filesOfChanges, filesOfPatch, type PatchedFile } from './patch.ts';
import { commandOf, type Tool } from './tool.ts';

/** A call that was made; its answer comes on a later line. */
export interface MadeCall {
  scene: Scene;
  tool: Tool;
  callId: string | null;
  /** Directory that the paths of a patch are relative to. */
  cwd: string | null;
}

/** What Codex itself reports of a call, beside the answer that the model reads. */
export interface Effect {
  output: string | null;
  exitCode: number | null;
  failed: boolean | null;
  declined: boolean;
  durationMs: number | null;
  changes: Fields | null;
  server: string | null;
  mcpTool: string | null;
  /** Thread that the call started. */
  child: string | null;
}

/** The effect in an event about the end of a call, in either form of rollouts. */
export function effectOf(event: Fields): Effect {
  const invocation = fieldsAt(event, 'invocation');
  const status = wordAt(event, 'status');
  const exitCode = exitCodeAt(event);
  const success = event.success;
  const result = resultOf(event.result ?? event.error);
  return {
    output: stringAt(event, 'aggregated_output') ?? result.text,
    exitCode,
    failed:
      typeof success === 'boolean'
        ? !success
        : exitCode !== null
          ? exitCode !== 0
          : (result.failed ?? (status === 'failed' ? true : null)),
    declined: status === 'declined',
    durationMs: durationOf(event.duration),
    changes: fieldsAt(event, 'changes'),
    server: wordAt(invocation ?? event, 'server'),
    mcpTool: wordAt(invocation ?? event, 'tool'),
    child: childOf(event),
  };
}

const childOf = (event: Fields): string | null => {
  const first = (listAt(event, 'receiver_thread_ids') ?? [])[0];
  const isSpawn = /^spawn/i.test(wordAt(event, 'tool') ?? '');
  return isSpawn && typeof first === 'string' ? first : wordAt(event, 'new_thread_id');
};

/** The result of an MCP call: itself, or as Rust's Ok or Err. */
function resultOf(value: unknown): { text: string | null; failed: boolean | null } {
  const fields = asFields(value);
  if (fields === null) return { text: typeof value === 'string' ? value : null, failed: null };
  if (typeof fields.Err === 'string') return { text: fields.Err, failed: true };
  const told = fieldsAt(fields, 'Ok') ?? fields;
  const blocks = listAt(told, 'content');
  const isError = told.isError ?? told.is_error;
  return {
    text: blocks === null ? wordAt(told, 'message') : blocksText(blocks),
    failed: isError === true ? true : blocks === null ? null : false,
  };
}

/** Milliseconds of `{secs, nanos}`. */
function durationOf(value: unknown): number | null {
  const { secs, nanos } = asFields(value) ?? {};
  if (typeof secs !== 'number' || !Number.isFinite(secs) || secs < 0) return null;
  return Math.round(secs * 1000 + (typeof nanos === 'number' && nanos >= 0 ? nanos / 1e6 : 0));
}

/** What a finished call says, as events: one, or one for each file that it changed. */
export function finishedCall(
  call: MadeCall,
  answer: Answer,
  effect: Effect | null,
  extra: Fields,
): DraftInput[] {
  const denied = deniedIn(answer, effect);
  const failed = effect?.failed ?? answer.failed ?? false;
  const files = denied === null && !failed ? changedFiles(call, answer, effect) : [];
  if (files.length > 0) return editDrafts(call, files, answer, effect, extra);
  const text = effect?.output || answer.text;
  const tool = toolIn(call.tool, effect);
  const durationMs = effect?.durationMs ?? answer.durationMs;
  const child = effect?.child ?? childIn(tool, answer);
  const draft = callDraft(call.scene, {
    tool,
    nativeTool: call.tool.nativeTool,
    callId: call.callId,
    input: call.tool.input,
    output: failed || denied !== null ? null : text,
    error: failed ? text || 'failed' : null,
    denied,
    path: pathOf(call, call.tool.path),
    exitCode: effect?.exitCode ?? answer.exitCode,
    durationMs,
    childSession: child === null ? null : sessionId(agentName, call.scene.nativeId, child),
    interrupted: answer.interrupted,
    identity: identityFor(call),
    extra,
  });
  return [draft];
}

/** A call whose answer never came: an identity of its own, for the answer may stand elsewhere. */
export function unansweredCall(call: MadeCall, extra: Fields): DraftInput {
  return callDraft(call.scene, {
    ...call.tool,
    callId: call.callId,
    output: null,
    error: 'no result: the transcript ends before it',
    denied: null,
    path: pathOf(call, call.tool.path),
    identity: identityFor(call, 'unanswered'),
    extra: { unanswered: true, ...extra },
  });
}

/** The MCP tool by its server's own words; the model's name of it may be shortened. */
const toolIn = (tool: Tool, effect: Effect | null): string =>
  effect?.server != null && effect.mcpTool != null ? `mcp__${effect.server}__${effect.mcpTool}` : tool.tool;

const deniedIn = (answer: Answer, effect: Effect | null): Denial | null =>
  answer.denied ?? (effect?.declined ? { reason: answer.text.trim() || null, by: 'person' } : null);

const childIn = (tool: string, answer: Answer): string | null =>
  tool === 'Agent' ? wordAt(parseFields(answer.text), 'agent_id') : null;

const identityFor = (call: MadeCall, phase = 'call'): Identity =>
  identityOf(
    call.callId,
    phase,
    `${call.tool.nativeTool}\n${toJson(call.tool.input)}\n${call.scene.at ?? ''}`,
  );

function changedFiles({ tool }: MadeCall, answer: Answer, effect: Effect | null): PatchedFile[] {
  if (effect?.changes != null) return filesOfChanges(effect.changes);
  const isApplied = answer.exitCode === 0 || /^Success\. Updated/m.test(answer.text.slice(0, 4000));
  return tool.patch === null || !isApplied ? [] : filesOfPatch(tool.patch);
}

function pathOf({ cwd }: MadeCall, path: string | null): string | null {
  if (path === null || path === '' || cwd === null || !cwd.startsWith('/')) return path || null;
  return posix.resolve(cwd, path);
}

/** Longest path in the phase of an identity; a longer one stands there as its hash. */
const phasePathLimit = 90;

function editDrafts(
  call: MadeCall,
  files: readonly PatchedFile[],
  answer: Answer,
  effect: Effect | null,
  extra: Fields,
): DraftInput[] {
  const durationMs = effect?.durationMs ?? answer.durationMs;
  return files.map((file, index) => {
    const path = pathOf(call, file.path) ?? file.path;
    const relative = relativePath(path, call.scene.base);
    const key = relative.length > phasePathLimit ? hash128(relative) : relative;
    return editDraft(
      call.scene,
      { ...file, path },
      {
        tool: file.change === 'created' && file.content !== undefined ? 'Write' : 'Edit',
        nativeTool: call.tool.nativeTool,
        callId: call.callId,
        durationMs,
        identity: identityFor(call, `call:${key}`),
        extra: { ...movedIn(call, file), ...(index === 0 ? extra : {}) },
      },
    );
  });
}

function movedIn(call: MadeCall, { extra = {} }: PatchedFile): Fields {
  const named = Object.entries(extra).map(([key, path]) => [
    key,
    relativePath(pathOf(call, path) ?? path, call.scene.base),
  ]);
  return Object.fromEntries(named);
}

/** A command that the person ran in Codex with "!". */
export const typedCommand = (event: Fields): string => commandOf(event.command);
