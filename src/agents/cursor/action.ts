import type { DraftInput, Identity } from '../../schema/event.ts';
import { type Call, callDraft, type Denial, editDraft } from '../call.ts';
import { type Fields, listAt, stringAt, wordAt } from '../fields.ts';
import { identityOf, type Scene } from '../scene.ts';
import { toJson } from '../tool-text.ts';
import { answerOf, durationOf, editOf, hunksOf, sharedCall } from './tool.ts';
import { familyOf, isAction } from './version.ts';

const familyIn = (payload: Fields) => familyOf(wordAt(payload, 'cursor_version'));

/** postToolUse and postToolUseFailure. */
export function tellTool(payload: Fields, scene: Scene): DraftInput[] | null {
  const nativeTool = wordAt(payload, 'tool_name');
  if (nativeTool === null) return null;
  const { path, ...asked } = sharedCall(nativeTool, payload.tool_input);
  if (familyIn(payload) === 'actions' && isAction(asked.tool)) return [];
  const { output, exitCode } = answerOf(payload.tool_output);
  const identity = identityOf(
    wordAt(payload, 'tool_use_id'),
    'call',
    `${nativeTool}\n${toJson(payload.tool_input)}`,
  );
  const call: Call = {
    ...asked,
    ...endingOf(payload, output, exitCode),
    callId: wordAt(payload, 'tool_use_id'),
    path,
    exitCode,
    durationMs: durationOf(payload),
    interrupted: payload.is_interrupt === true,
    identity,
  };
  const isDone = call.error === null && call.denied === null;
  const edit = isDone ? editOf(call.tool, call.input, path) : null;
  return [edit === null ? callDraft(scene, call) : editDraft(scene, edit, { ...call, identity })];
}

function endingOf(
  payload: Fields,
  output: string | null,
  exitCode: number | null,
): Pick<Call, 'output' | 'error' | 'denied'> {
  const kind = wordAt(payload, 'failure_type');
  const message = wordAt(payload, 'error_message');
  if (kind === 'permission_denied') {
    // Whether a person or a rule refused it Cursor does not say; it is the person who is asked.
    const denied: Denial = { reason: message, by: 'person' };
    return { output: null, error: null, denied };
  }
  if (kind !== null || message !== null)
    return { output: null, error: message ?? kind ?? 'failed', denied: null };
  if (exitCode !== null && exitCode !== 0)
    return { output: null, error: output || `exit code ${exitCode}`, denied: null };
  return { output, error: null, denied: null };
}

/** The older hooks have no ids: a call is known by all that is said of it within its turn. */
const contentOf = (event: string, scene: Scene, payload: Fields, ...keys: string[]): Identity => ({
  content: [event, scene.promptId ?? '', ...keys.map((key) => toJson(payload[key] ?? null))].join('\n'),
});

export function tellShell(payload: Fields, scene: Scene): DraftInput[] | null {
  if (familyIn(payload) === 'tools') return [];
  const command = stringAt(payload, 'command');
  if (command === null) return null;
  const { output, exitCode } = answerOf(payload.output);
  const ending = endingOf(payload, output, exitCode);
  const identity = contentOf('shell', scene, payload, 'command', 'output', 'duration');
  const asked = { tool: 'Bash', nativeTool: 'Shell', callId: null, input: { command } };
  return [callDraft(scene, { ...asked, ...ending, exitCode, durationMs: durationOf(payload), identity })];
}

export function tellMcp(payload: Fields, scene: Scene): DraftInput[] | null {
  if (familyIn(payload) === 'tools') return [];
  const name = wordAt(payload, 'tool_name');
  if (name === null) return null;
  const input = asJson(payload.tool_input);
  const { output } = answerOf(payload.result_json);
  const identity = contentOf('mcp', scene, payload, 'tool_name', 'tool_input', 'result_json', 'duration');
  const asked = { ...sharedCall(`MCP:${name}`, input), nativeTool: name, callId: null, path: null };
  const ending = { output, error: null, denied: null };
  return [callDraft(scene, { ...asked, ...ending, durationMs: durationOf(payload), identity })];
}

export function tellEdit(payload: Fields, scene: Scene): DraftInput[] | null {
  if (familyIn(payload) === 'tools') return [];
  const path = wordAt(payload, 'file_path');
  if (path === null) return null;
  const hunks = hunksOf(listAt(payload, 'edits') ?? []);
  const identity = contentOf('edit', scene, payload, 'file_path', 'edits');
  const call = { tool: 'Edit', nativeTool: 'Edit', callId: null, identity };
  return [editDraft(scene, { path, change: 'updated', hunks }, call)];
}

function asJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
