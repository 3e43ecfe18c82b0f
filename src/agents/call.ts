import type { DraftInput, Identity, Status } from '../schema/event.ts';
import type { Fields } from './fields.ts';
import { relativePath } from './paths.ts';
import { agentActor, draftOf, identityOf, type Scene } from './scene.ts';
import { callText, editText, mcpName, toJson } from './tool-text.ts';

/** Why a call was refused, and by whom: a person, the rules of permission, or a hook. */
export interface Denial {
  reason: string | null;
  by: 'person' | 'rule' | 'hook';
}

/**
 * A finished tool call in our words. `tool` and the names in `input` are those that all agents share, so that what one
 * learned is found by the others: Bash {command}, Read | Write | Edit {file_path}, Grep | Glob {pattern}, WebFetch
 * {url}, WebSearch {query}, Agent {prompt}, mcp__SERVER__TOOL; any other tool keeps its own.
 */
export interface Call {
  tool: string;
  /** The agent's own name of the tool, where that is another. */
  nativeTool?: string;
  callId: string | null;
  input: unknown;
  output: string | null;
  /** Null: it succeeded. */
  error: string | null;
  /** It was never run. */
  denied: Denial | null;
  /** File that it is about, as the agent said it. */
  path?: string | null;
  exitCode?: number | null;
  durationMs?: number | null;
  mcpServer?: string | null;
  /** Our id of the session that it started. */
  childSession?: string | null;
  interrupted?: boolean;
  /** How it is recognised; by the agent's call id when absent. */
  identity?: Identity;
  /** What else goes into the body. */
  extra?: Fields;
}

/** Hook and transcript of one call share this identity. */
export const callIdentity = ({ callId, tool, input }: Call, phase = 'call'): Identity =>
  identityOf(callId, phase, `${tool}\n${toJson(input)}`);

export function callDraft(scene: Scene, call: Call): DraftInput {
  const { tool, callId, denied, input, output, nativeTool = tool } = call;
  const path = call.path == null ? null : relativePath(call.path, scene.base);
  const error =
    denied === null ? call.error : `rejected${denied.reason === null ? '' : `: ${denied.reason}`}`;
  const status: Status = denied !== null ? 'rejected' : call.error !== null ? 'failed' : 'ok';
  const mcpServer = call.mcpServer ?? mcpName(tool)?.[0] ?? null;
  return draftOf(scene, {
    type: 'tool.called',
    identity: call.identity ?? callIdentity(call),
    actor: agentActor(scene),
    status,
    paths: path === null ? [] : [path],
    text: callText({ tool, input, path, output, error }),
    body: {
      tool,
      ...(nativeTool === tool ? {} : { nativeTool }),
      ...known({ callId }),
      input,
      ...known({ output, error: error === null ? null : (denied?.reason ?? call.error ?? error) }),
      ...(denied === null ? {} : { refusedBy: denied.by }),
      ...known({ exitCode: call.exitCode, durationMs: call.durationMs }),
      ...known({ mcpServer, childSession: call.childSession }),
      ...(call.interrupted ? { interrupted: true } : {}),
      ...call.extra,
    },
  });
}

export interface Hunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  /** Each with its leading space, + or -. */
  lines: string[];
}

export interface Edit {
  path: string;
  change: 'created' | 'updated' | 'deleted';
  hunks: Hunk[];
  /** The whole new text, where that is what was written. */
  content?: string;
}

/** A call that changed a file, with its effect: one event. A call that changed several is one for each, told apart by their identity. */
export function editDraft(
  scene: Scene,
  edit: Edit,
  call: Pick<Call, 'tool' | 'nativeTool' | 'callId' | 'durationMs' | 'extra'> & { identity: Identity },
): DraftInput {
  const { tool, nativeTool = tool, callId, durationMs, extra, identity } = call;
  const path = relativePath(edit.path, scene.base);
  const changed = edit.hunks.flatMap((hunk) =>
    hunk.lines.filter((line) => line.startsWith('+') || line.startsWith('-')),
  );
  return draftOf(scene, {
    type: 'file.edited',
    identity,
    actor: agentActor(scene),
    paths: [path],
    text: editText(tool, path, edit.content === undefined ? changed : [edit.content]),
    body: {
      tool,
      ...(nativeTool === tool ? {} : { nativeTool }),
      ...known({ callId }),
      path,
      change: edit.change,
      hunks: edit.hunks,
      ...(edit.content === undefined ? {} : { content: edit.content }),
      ...known({ durationMs }),
      ...extra,
    },
  });
}

/** The fields that are known: a body says nothing of the others. */
const known = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
