import type { DraftInput } from '../../schema/event.ts';
import type { HookPayload, Translation } from '../agent.ts';
import { asFields, type Fields, listAt, parseFields, stringAt, wordAt } from '../fields.ts';
import { draftOf, identityOf, programActor, type Scene, sessionsOf } from '../scene.ts';
import { blocksText } from '../tool-text.ts';
import {
  compactedDraft,
  firstStart,
  promptedDraft,
  repeatedStart,
  repliedDraft,
  startedDraft,
} from '../turn.ts';
import { unreadable } from '../unreadable.ts';
import { answerOf } from './answer.ts';
import { finishedCall } from './call.ts';
import { interruptedDraft } from './event.ts';
import { agentName } from './home.ts';
import { toolOf } from './tool.ts';

/*
 * Who tells what. Codex's hooks know neither exit codes (a command that failed is an ordinary PostToolUse), nor calls
 * that failed before they ran (no PostToolUse at all), nor tokens, nor how often a thing was said; the rollout knows
 * all of that, a moment later. So:
 *   hook and rollout, by one identity   the first start of a session (thread id), of a subagent (its thread id), the
 *                                       first prompt of a turn (turn id), an interruption (turn id)
 *   hook alone                          a session that starts again (resume, clear, compact), and its end
 *   rollout alone                       calls, edits, replies, compactions, prompts that are typed into a turn
 * Where there is no rollout (an ephemeral session has no path), the hook tells calls, replies and compactions too.
 */

interface Told {
  drafts: DraftInput[];
  wants?: Translation['wants'];
}

interface Hook {
  event: string;
  at: number;
  extra: Fields;
}

/** Null: the payload lacks what its event must have. */
type Teller = (payload: Fields, scene: Scene, hook: Hook) => Told | null;

const tellers: Record<string, Teller> = {
  SessionStart: tellStart,
  UserPromptSubmit: tellPrompt,
  PreToolUse: askAboutCall,
  PostToolUse: ephemeral(tellTool),
  SubagentStart: tellChildStart,
  SubagentStop: ephemeral(tellReply),
  Stop: ephemeral(tellReply),
  PostCompact: ephemeral(tellCompaction),
  Interrupt: (_payload, scene) => ({ drafts: [interruptedDraft(scene, 'interrupted')] }),
  SessionEnd: tellEnd,
};

/** What a hook payload of Codex says, as drafts. Never throws: what cannot be read is kept as text. */
export function translate(hook: HookPayload): Translation {
  const keys = { session: 'session_id', prompt: 'turn_id' };
  const payload = parseFields(hook.payload);
  if (payload === null) return hook.payload.trim() === '' ? nothing : unreadable(agentName, hook, keys);
  const tell = Object.hasOwn(tellers, hook.event) ? tellers[hook.event] : undefined;
  const cwd = wordAt(payload, 'cwd');
  const nativeId = wordAt(payload, 'session_id');
  const transcript = rolloutOf(payload);
  if (tell === undefined) return { ...nothing, cwd, transcript };
  if (nativeId === null) return unreadable(agentName, hook, keys);
  const scene = sceneOf(payload, nativeId, hook.at);
  const extra = hook.bytes === undefined ? {} : { payloadBytes: hook.bytes };
  const told = tell(payload, scene, { event: hook.event, at: hook.at, extra });
  if (told === null) return { ...unreadable(agentName, hook, keys), transcript };
  return { cwd, session: scene.session, drafts: told.drafts, wants: told.wants ?? null, transcript };
}

const nothing: Translation = { cwd: null, session: null, drafts: [], wants: null, transcript: null };

/** The rollout that says more: where a subagent stops it is the subagent's. */
const rolloutOf = (payload: Fields): string | null =>
  wordAt(payload, 'agent_transcript_path') ?? wordAt(payload, 'transcript_path');

/** A teller that is asked only where no rollout tells the same. */
function ephemeral(tell: Teller): Teller {
  return (payload, scene, hook) =>
    rolloutOf(payload) === null ? tell(payload, scene, hook) : { drafts: [] };
}

function sceneOf(payload: Fields, nativeId: string, at: number): Scene {
  const agentId = wordAt(payload, 'agent_id');
  return {
    agent: agentName,
    nativeId,
    agentId,
    ...sessionsOf(agentName, nativeId, agentId),
    promptId: wordAt(payload, 'turn_id'),
    model: wordAt(payload, 'model'),
    base: wordAt(payload, 'cwd'),
    at: Math.max(0, Math.trunc(at)),
  };
}

const repeatable = new Set(['resume', 'compact']);

function tellStart(payload: Fields, scene: Scene, { at }: Hook): Told {
  const source = wordAt(payload, 'source') ?? 'startup';
  const identity = repeatable.has(source) ? repeatedStart(source, at) : firstStart(scene);
  const cwd = wordAt(payload, 'cwd');
  const body = cwd === null ? {} : { cwd };
  const moment = source === 'compact' ? { moment: 'compaction' as const } : {};
  return { drafts: [startedDraft(scene, { source, identity, body })], wants: { kind: 'brief', ...moment } };
}

function tellChildStart(payload: Fields, scene: Scene): Told | null {
  if (scene.agentId === null) return null;
  const [cwd, role] = [wordAt(payload, 'cwd'), wordAt(payload, 'agent_type')];
  const body = { ...(role === null ? {} : { role }), ...(cwd === null ? {} : { cwd }) };
  return {
    drafts: [startedDraft(scene, { source: 'subagent', identity: firstStart(scene), body })],
    wants: { kind: 'brief', moment: 'subagent' },
  };
}

/** Fires for what a subagent is asked, too: then it is no person's, and nobody waits for context. */
function tellPrompt(payload: Fields, scene: Scene): Told | null {
  const prompt = stringAt(payload, 'prompt');
  if (prompt === null) return null;
  const human = scene.agentId === null;
  const identity = identityOf(scene.promptId, 'prompt', prompt);
  const source = human ? 'human' : 'subagent';
  return {
    drafts: [promptedDraft(scene, { prompt, source, human, identity })],
    wants: human ? { kind: 'context', prompt } : null,
  };
}

function askAboutCall(payload: Fields, scene: Scene): Told {
  const name = wordAt(payload, 'tool_name');
  if (name === null) return { drafts: [] };
  const { tool, input } = toolOf(name, null, payload.tool_input);
  const callId = wordAt(payload, 'tool_use_id');
  return {
    drafts: [],
    wants: { kind: 'warning', tool, input, callId, rootSession: scene.rootSession, base: scene.base },
  };
}

function tellTool(payload: Fields, scene: Scene, { extra }: Hook): Told | null {
  const name = wordAt(payload, 'tool_name');
  if (name === null) return null;
  const response = payload.tool_response;
  const blocks = listAt(asFields(response), 'content');
  const answer = answerOf(blocks === null ? response : blocksText(blocks));
  const call = {
    scene,
    tool: toolOf(name, null, payload.tool_input),
    callId: wordAt(payload, 'tool_use_id'),
    cwd: scene.base,
  };
  return { drafts: finishedCall(call, answer, null, extra) };
}

function tellReply(payload: Fields, scene: Scene): Told {
  const message = stringAt(payload, 'last_assistant_message')?.trim();
  return { drafts: message ? [repliedDraft(scene, { message, final: true })] : [] };
}

function tellCompaction(payload: Fields, scene: Scene): Told {
  const trigger = wordAt(payload, 'trigger') ?? 'auto';
  return { drafts: [compactedDraft(scene, { trigger, summary: null, nth: 1, key: scene.promptId })] };
}

function tellEnd(payload: Fields, scene: Scene, { at }: Hook): Told {
  const reason = wordAt(payload, 'reason') ?? 'other';
  // A session that is resumed ends more than once, so that its id alone does not tell the ends apart.
  const identity = { content: `ended:${reason}:${at}` };
  const text = `session ended (${reason})`;
  const actor = programActor(scene);
  return { drafts: [draftOf(scene, { type: 'session.ended', identity, actor, text, body: { reason } })] };
}
