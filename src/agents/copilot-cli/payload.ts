import type { HookPayload, Translation } from '../agent.ts';
import { type Fields, parseFields, stringAt, wordAt } from '../fields.ts';
import { type Scene, sessionsOf } from '../scene.ts';
import { firstStart, startedDraft } from '../turn.ts';
import { type PayloadKeys, unreadable } from '../unreadable.ts';
import { agentName } from './home.ts';
import { hookTool } from './tool-name.ts';

type Told = Pick<Translation, 'drafts' | 'wants'>;

/** Null: the payload lacks what its event must have. */
type Teller = (payload: Fields, scene: Scene) => Told | null;

/**
 * What each hook says. Copilot's hooks tell no ids of prompts, replies and calls, so that they could not be paired with
 * the transcript, which has them: all three are told by the transcript alone, and so are subagents, resumes and ends,
 * of which it says more. The hooks ask for context and warnings, and agentStop says where the transcript is.
 * A session's start is told by both.
 *
 * Not installed: postToolUse and postToolUseFailure (the transcript has the call, with its id, and they do not say
 * where it is), sessionEnd, subagentStart and subagentStop (the same), userPromptTransformed, permissionRequest,
 * preMcpToolCall, preCompact, errorOccurred, notification.
 */
const tellers: Record<string, Teller> = {
  sessionStart: tellStart,
  userPromptSubmitted: tellPrompt,
  preToolUse: askAboutCall,
  agentStop: () => ({ drafts: [], wants: null }),
};

const keys: PayloadKeys = { session: 'sessionId' };

/** What a hook payload of Copilot CLI says, as drafts. Never throws: what cannot be read is kept as text. */
export function translate(hook: HookPayload): Translation {
  const payload = parseFields(hook.payload);
  if (payload === null) return hook.payload.trim() === '' ? nothing : unreadable(agentName, hook, keys);
  const tell = Object.hasOwn(tellers, hook.event) ? tellers[hook.event] : undefined;
  const cwd = wordAt(payload, 'cwd');
  const transcript = wordAt(payload, 'transcriptPath');
  if (tell === undefined) return { ...nothing, cwd, transcript };
  const scene = sceneOf(payload, cwd, Math.max(0, Math.trunc(hook.at)));
  const told = scene === null ? null : tell(payload, scene);
  if (scene === null || told === null) return unreadable(agentName, hook, keys);
  return { cwd, session: scene.session, ...told, transcript };
}

const nothing: Translation = { cwd: null, session: null, drafts: [], wants: null, transcript: null };

/** A subagent's payloads have its own id as the session's, and name the one that started it. */
function sceneOf(payload: Fields, base: string | null, at: number): Scene | null {
  const session = wordAt(payload, 'sessionId');
  if (session === null) return null;
  const agentId = wordAt(payload, 'agentId');
  const nativeId = (agentId === null ? null : wordAt(payload, 'parentAgentId')) ?? session;
  const ids = sessionsOf(agentName, nativeId, agentId);
  return { agent: agentName, nativeId, agentId, ...ids, promptId: null, model: null, base, at };
}

function tellStart(payload: Fields, scene: Scene): Told {
  const source = wordAt(payload, 'source') ?? 'startup';
  const body = scene.base === null ? {} : { cwd: scene.base };
  const start = startedDraft(scene, {
    source: source === 'new' ? 'startup' : source,
    identity: firstStart(scene),
    body,
  });
  return { drafts: source === 'resume' ? [] : [start], wants: { kind: 'brief' } };
}

function tellPrompt(payload: Fields, scene: Scene): Told | null {
  const prompt = stringAt(payload, 'prompt')?.trim();
  if (prompt === undefined) return null;
  const isHuman = scene.agentId === null && prompt !== '';
  return { drafts: [], wants: isHuman ? { kind: 'context', prompt } : null };
}

function askAboutCall(payload: Fields, scene: Scene): Told {
  const name = wordAt(payload, 'toolName');
  if (name === null) return { drafts: [], wants: null };
  const { tool, input } = hookTool(name, payload.toolArgs);
  const { rootSession, base } = scene;
  return { drafts: [], wants: { kind: 'warning', tool, input, callId: null, rootSession, base } };
}
