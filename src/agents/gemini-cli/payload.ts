import type { DraftInput } from '../../schema/event.ts';
import type { HookPayload, Translation } from '../agent.ts';
import { asFields, type Fields, fieldsAt, parseFields, stringAt, wordAt } from '../fields.ts';
import { agentActor, draftOf, type Scene, sessionsOf } from '../scene.ts';
import { firstStart, promptedDraft, repeatedStart, repliedDraft, startedDraft } from '../turn.ts';
import { unreadable } from '../unreadable.ts';
import { agentName } from './home.ts';
import { toolDraft } from './tool.ts';
import { textOf, withoutInjections } from './words.ts';

interface Told {
  drafts: DraftInput[];
  wants?: Translation['wants'];
}

/** Null: the payload lacks what its event must have. */
type Teller = (payload: Fields, scene: Scene, at: number) => Told | null;

/**
 * What each hook says. Gemini's hooks tell no ids of prompts, replies and calls, so that they could not be paired with
 * the transcript, which has them: all three are told by the transcript alone, and the hooks ask for context and say
 * that there is more to read. They tell them only where there is no transcript (Gemini stops writing it when the disk
 * is full). A session's start is told by both, its end and each resume by the hook alone.
 *
 * Not installed: BeforeTool (takes no note without blocking the call), AfterTool (the transcript has the call, with its
 * id), BeforeModel, AfterModel and BeforeToolSelection (once per request or piece of an answer), PreCompress (before
 * each request, whether anything is compressed or not), Notification.
 */
const tellers: Record<string, Teller> = {
  SessionStart: tellStart,
  BeforeAgent: tellPrompt,
  AfterTool: tellTool,
  AfterAgent: tellReply,
  SessionEnd: tellEnd,
};

/** What a hook payload of Gemini CLI says, as drafts. Never throws: what cannot be read is kept as text. */
export function translate(hook: HookPayload): Translation {
  const payload = parseFields(hook.payload);
  if (payload === null)
    return hook.payload.trim() === '' ? nothing : unreadable(agentName, hook, { session: 'session_id' });
  const tell = Object.hasOwn(tellers, hook.event) ? tellers[hook.event] : undefined;
  const cwd = wordAt(payload, 'cwd');
  if (tell === undefined) return { ...nothing, cwd };
  const nativeId = wordAt(payload, 'session_id');
  const at = Math.max(0, Math.trunc(hook.at));
  const scene = nativeId === null ? null : sceneOf(nativeId, cwd, at);
  const told = scene === null ? null : tell(payload, scene, at);
  if (scene === null || told === null) return unreadable(agentName, hook, { session: 'session_id' });
  const transcript = wordAt(payload, 'transcript_path');
  const isTold = transcript !== null && transcribed.has(hook.event);
  return {
    cwd,
    session: scene.session,
    drafts: isTold ? [] : told.drafts,
    wants: told.wants ?? null,
    transcript: readOnAfter.has(hook.event) ? transcript : null,
  };
}

const nothing: Translation = { cwd: null, session: null, drafts: [], wants: null, transcript: null };

/** Hooks whose facts the transcript tells. */
const transcribed = new Set(['BeforeAgent', 'AfterTool', 'AfterAgent']);

/** Hooks after which the transcript has more to say. */
const readOnAfter = new Set(['AfterTool', 'AfterAgent', 'SessionEnd']);

const sceneOf = (nativeId: string, base: string | null, at: number): Scene => ({
  agent: agentName,
  nativeId,
  agentId: null,
  ...sessionsOf(agentName, nativeId, null),
  promptId: null,
  model: null,
  base,
  at,
});

function tellStart(payload: Fields, scene: Scene, at: number): Told {
  const source = wordAt(payload, 'source') ?? 'startup';
  const identity = source === 'resume' ? repeatedStart(source, at) : firstStart(scene);
  const body = scene.base === null ? {} : { cwd: scene.base };
  return { drafts: [startedDraft(scene, { source, identity, body })], wants: { kind: 'brief' } };
}

function tellPrompt(payload: Fields, scene: Scene, at: number): Told | null {
  const said = stringAt(payload, 'prompt');
  if (said === null) return null;
  // Without a terminal Gemini puts what the hooks of SessionStart said in front of the first prompt.
  const prompt = withoutInjections(said);
  if (prompt === '') return { drafts: [] };
  const identity = { content: `prompt\n${at}\n${prompt}` };
  return {
    drafts: [promptedDraft(scene, { prompt, source: 'human', human: true, identity })],
    wants: { kind: 'context', prompt },
  };
}

function tellTool(payload: Fields, scene: Scene, at: number): Told | null {
  const name = wordAt(payload, 'tool_name');
  if (name === null) return null;
  const response = fieldsAt(payload, 'tool_response');
  const server = fieldsAt(payload, 'mcp_context');
  const [serverName, serverTool] = [wordAt(server, 'server_name'), wordAt(server, 'tool_name')];
  const draft = toolDraft(scene, {
    name,
    displayName:
      serverName === null || serverTool === null ? null : `${serverTool} (${serverName} MCP Server)`,
    callId: null,
    args: payload.tool_input,
    answer: withoutInjections(textOf(response?.llmContent)),
    error: wordAt(fieldsAt(response, 'error'), 'message'),
    isCancelled: false,
    display: asFields(response?.returnDisplay),
  });
  return { drafts: [{ ...draft, identity: { content: `call\n${at}\n${draft.text}` } }] };
}

function tellReply(payload: Fields, scene: Scene, at: number): Told | null {
  const message = stringAt(payload, 'prompt_response')?.trim();
  if (message === undefined) return null;
  const identity = { content: `reply\n${at}\n${message}` };
  return { drafts: message === '' ? [] : [repliedDraft(scene, { message, final: true, identity })] };
}

function tellEnd(payload: Fields, scene: Scene, at: number): Told {
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
