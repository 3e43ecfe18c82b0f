import type { DraftInput } from '../../schema/event.ts';
import type { HookPayload, Translation } from '../agent.ts';
import { countAt, type Fields, fieldsAt, parseFields, stringAt, wordAt } from '../fields.ts';
import { agentActor, draftOf, identityOf, type Scene, sessionsOf } from '../scene.ts';
import {
  compactedDraft,
  firstStart,
  promptedDraft,
  repeatedStart,
  repliedDraft,
  startedDraft,
} from '../turn.ts';
import { unreadable } from '../unreadable.ts';
import { agentName, startDirectory } from './home.ts';
import { sourceOf } from './prompt-source.ts';
import { denialOf, errorText, type ToolFact, toolDraft } from './tool.ts';

interface Told {
  drafts: DraftInput[];
  wants?: Translation['wants'];
}

/** Null: the payload lacks what its event must have. */
type Teller = (
  payload: Fields,
  scene: Scene,
  hook: { event: string; at: number; extra: Fields },
) => Told | null;

/**
 * What each hook says. PreToolUse says nothing that its PostToolUse does not: it only asks whether to warn. Not among them: PostToolBatch (says the calls
 * again) and PreCompact (PostCompact is the same compaction, with its summary).
 */
const tellers: Record<string, Teller> = {
  SessionStart: tellStart,
  UserPromptSubmit: tellPrompt,
  PreToolUse: askAboutCall,
  PostToolUse: tellTool,
  PostToolUseFailure: tellTool,
  PermissionDenied: tellTool,
  SubagentStart: tellChildStart,
  SubagentStop: (payload, scene) => (isHelper(payload) ? { drafts: [] } : tellReply(payload, scene)),
  Stop: (payload, scene) => tellReply(payload, scene),
  PostCompact: tellCompaction,
  SessionEnd: tellEnd,
};

/** What a hook payload of Claude Code says, as drafts. Never throws: what cannot be read is kept as text. */
export function translate(hook: HookPayload): Translation {
  const payload = parseFields(hook.payload);
  if (payload === null) return hook.payload.trim() === '' ? nothing : unreadable(agentName, hook);
  // Cursor runs the hooks of Claude Code too, with payloads of its own; its own adapter has them already.
  if ('cursor_version' in payload || 'conversation_id' in payload) return nothing;
  const tell = Object.hasOwn(tellers, hook.event) ? tellers[hook.event] : undefined;
  const cwd = wordAt(payload, 'cwd');
  const nativeId = wordAt(payload, 'session_id');
  if (nativeId === null) return tell === undefined ? { ...nothing, cwd } : unreadable(agentName, hook);
  const scene = sceneOf(payload, nativeId, hook.at);
  const extra = hook.bytes === undefined ? {} : { payloadBytes: hook.bytes };
  const told =
    tell === undefined ? { drafts: [] } : tell(payload, scene, { event: hook.event, at: hook.at, extra });
  if (told === null) return unreadable(agentName, hook);
  return {
    cwd: scene.base,
    session: scene.session,
    drafts: told.drafts,
    wants: told.wants ?? null,
    transcript: readOnAfter.has(hook.event) ? transcriptOf(payload) : null,
  };
}

/** What an agent says between its calls, and tokens, stand in the transcript alone; it is read when something is done. */
const readOnAfter = new Set(['SubagentStop', 'Stop', 'PostCompact', 'SessionEnd']);

const transcriptOf = (payload: Fields): string | null =>
  wordAt(payload, 'agent_transcript_path') ?? wordAt(payload, 'transcript_path');

const nothing: Translation = { cwd: null, session: null, drafts: [], wants: null, transcript: null };

function sceneOf(payload: Fields, nativeId: string, at: number): Scene {
  const agentId = wordAt(payload, 'agent_id');
  const cwd = wordAt(payload, 'cwd');
  return {
    agent: agentName,
    nativeId,
    agentId,
    ...sessionsOf(agentName, nativeId, agentId),
    promptId: wordAt(payload, 'prompt_id'),
    model: wordAt(payload, 'model'),
    base: cwd === null ? null : startDirectory(cwd, wordAt(payload, 'transcript_path')),
    at: Math.max(0, Math.trunc(at)),
  };
}

/** Claude's internal helpers (compaction, titles) have no kind; they are no part of the work. */
const isHelper = (payload: Fields): boolean => wordAt(payload, 'agent_type') === null;

const repeatable = new Set(['resume', 'compact']);

function tellStart(payload: Fields, scene: Scene, { at }: { at: number }): Told {
  const source = wordAt(payload, 'source') ?? 'startup';
  const identity = repeatable.has(source) ? repeatedStart(source, at) : firstStart(scene);
  const cwd = wordAt(payload, 'cwd');
  const role = wordAt(payload, 'agent_type');
  const body = { ...(cwd === null ? {} : { cwd }), ...(role === null ? {} : { role }) };
  const moment = source === 'compact' ? { moment: 'compaction' as const } : {};
  return { drafts: [startedDraft(scene, { source, identity, body })], wants: { kind: 'brief', ...moment } };
}

function tellChildStart(payload: Fields, scene: Scene): Told | null {
  if (isHelper(payload)) return { drafts: [] };
  if (scene.agentId === null) return null;
  const cwd = wordAt(payload, 'cwd');
  const body = { role: wordAt(payload, 'agent_type'), ...(cwd === null ? {} : { cwd }) };
  return {
    drafts: [startedDraft(scene, { source: 'subagent', identity: firstStart(scene), body })],
    wants: { kind: 'brief', moment: 'subagent' },
  };
}

function tellPrompt(payload: Fields, scene: Scene): Told | null {
  const prompt = stringAt(payload, 'prompt');
  if (prompt === null) return null;
  const { human, source } = sourceOf(prompt, wordAt(payload, 'source'), null);
  const identity = identityOf(scene.promptId, 'prompt', prompt);
  const drafts = [promptedDraft(scene, { prompt, source, human, identity })];
  return { drafts, wants: human && scene.agentId === null ? { kind: 'context', prompt } : null };
}

function askAboutCall(payload: Fields, scene: Scene): Told {
  const tool = wordAt(payload, 'tool_name');
  if (tool === null) return { drafts: [] };
  const callId = wordAt(payload, 'tool_use_id');
  return {
    drafts: [],
    wants: {
      kind: 'warning',
      tool,
      input: payload.tool_input,
      callId,
      rootSession: scene.rootSession,
      base: scene.base,
    },
  };
}

function tellTool(
  payload: Fields,
  scene: Scene,
  { event, extra }: { event: string; extra: Fields },
): Told | null {
  const tool = wordAt(payload, 'tool_name');
  if (tool === null) return null;
  const isDenied = event === 'PermissionDenied';
  const error = isDenied ? null : stringAt(payload, 'error');
  const denied = isDenied
    ? { reason: wordAt(payload, 'reason'), by: 'rule' as const }
    : error === null
      ? null
      : denialOf(errorText(error));
  const fact: ToolFact = {
    tool,
    callId: wordAt(payload, 'tool_use_id'),
    input: payload.tool_input,
    response: payload.tool_response,
    answer: null,
    error: error === null ? null : errorText(error),
    denied,
    interrupted: payload.is_interrupt === true,
    durationMs: countAt(payload, 'duration_ms'),
    mcpServer: wordAt(fieldsAt(payload, 'mcp_server'), 'name'),
    extra,
  };
  return { drafts: [toolDraft(scene, fact)] };
}

function tellReply(payload: Fields, scene: Scene): Told {
  const message = stringAt(payload, 'last_assistant_message')?.trim();
  return { drafts: message ? [repliedDraft(scene, { message, final: true })] : [] };
}

function tellCompaction(payload: Fields, scene: Scene): Told {
  const trigger = wordAt(payload, 'trigger') ?? 'auto';
  const summary = wordAt(payload, 'compact_summary');
  return { drafts: [compactedDraft(scene, { trigger, summary, nth: 1, key: scene.promptId })] };
}

function tellEnd(payload: Fields, scene: Scene, { at }: { at: number }): Told {
  const reason = wordAt(payload, 'reason') ?? 'other';
  // A session that is resumed ends more than once, so that its id alone does not tell the ends apart.
  const identity = { content: `ended:${reason}:${at}` };
  const text = `session ended (${reason})`;
  return {
    drafts: [
      draftOf(scene, { type: 'session.ended', identity, actor: agentActor(scene), text, body: { reason } }),
    ],
  };
}
