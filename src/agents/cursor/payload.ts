import type { DraftInput } from '../../schema/event.ts';
import type { HookPayload, Translation } from '../agent.ts';
import { type Fields, listAt, parseFields, stringAt, wordAt } from '../fields.ts';
import { draftOf, humanActor, identityOf, programActor, type Scene } from '../scene.ts';
import { compactedDraft, firstStart, promptedDraft, startedDraft } from '../turn.ts';
import { unreadable } from '../unreadable.ts';
import { tellEdit, tellMcp, tellShell, tellTool } from './action.ts';
import { agentName, ourId } from './home.ts';
import { promptIdentity, replyDraft } from './said.ts';
import { durationOf } from './tool.ts';

/*
 * postToolUse and postToolUseFailure tell of tools, with Cursor's ids; where Cursor is too old for them, the older
 * hooks do (version.ts). What was asked and answered is told by beforeSubmitPrompt and afterAgentResponse, and is
 * known by its text, because the transcript, which tells it once more, has no ids. No hook of ours permits anything.
 * Cursor also runs the hooks of Claude Code: the adapter for that drops what they bring.
 */

/** Null: the payload lacks what its event must have. */
export type Teller = (payload: Fields, scene: Scene, hook: HookPayload) => DraftInput[] | null;

const tellers: Readonly<Record<string, Teller>> = {
  sessionStart: tellStart,
  beforeSubmitPrompt: tellPrompt,
  postToolUse: tellTool,
  postToolUseFailure: tellTool,
  afterShellExecution: tellShell,
  afterMCPExecution: tellMcp,
  afterFileEdit: tellEdit,
  subagentStart: tellChildStart,
  subagentStop: tellChildEnd,
  preCompact: tellCompaction,
  afterAgentResponse: (payload, scene) => {
    const text = stringAt(payload, 'text');
    return text === null ? null : replyDraft(scene, text);
  },
  stop: tellStop,
  sessionEnd: tellEnd,
};

const nothing: Translation = { cwd: null, session: null, drafts: [], wants: null, transcript: null };

/** What a hook payload of Cursor says, as drafts. Never throws: what cannot be read is kept as text. */
export function translate(hook: HookPayload): Translation {
  const payload = parseFields(hook.payload);
  const keys = { session: 'conversation_id', prompt: 'generation_id' };
  if (payload === null) return hook.payload.trim() === '' ? nothing : unreadable(agentName, hook, keys);
  const cwd = rootOf(payload);
  const tell = Object.hasOwn(tellers, hook.event) ? tellers[hook.event] : undefined;
  const id = wordAt(payload, 'conversation_id') ?? wordAt(payload, 'session_id');
  if (tell === undefined) return { ...nothing, cwd };
  if (id === null) return { ...unreadable(agentName, hook, keys), cwd };
  const scene: Scene = {
    agent: agentName,
    nativeId: id,
    agentId: null,
    session: ourId(id),
    rootSession: ourId(id),
    promptId: wordAt(payload, 'generation_id'),
    model: wordAt(payload, 'model'),
    base: cwd,
    at: Math.max(0, Math.trunc(hook.at)),
  };
  const drafts = tell(payload, scene, hook);
  if (drafts === null) return { ...unreadable(agentName, hook, keys), cwd };
  const wants = hook.event === 'sessionStart' ? { kind: 'brief' as const } : null;
  return { cwd, session: scene.session, drafts, wants, transcript: null };
}

/** The root of the workspace that the payload is about: user hooks run in ~/.cursor, so that their directory tells nothing. */
function rootOf(payload: Fields): string | null {
  const roots = (listAt(payload, 'workspace_roots') ?? []).filter(
    (root): root is string => typeof root === 'string' && root !== '',
  );
  const about = wordAt(payload, 'cwd') ?? wordAt(payload, 'file_path');
  const containing = roots.find((root) => about === root || about?.startsWith(`${root}/`));
  return containing ?? roots[0] ?? wordAt(payload, 'cwd');
}

function tellStart(payload: Fields, scene: Scene): DraftInput[] {
  const version = wordAt(payload, 'cursor_version');
  const body = {
    ...(scene.base === null ? {} : { cwd: scene.base }),
    ...(version === null ? {} : { agentVersion: version.slice(0, 100) }),
  };
  const source = payload.is_background_agent === true ? 'background' : 'startup';
  const start = { ...scene, promptId: null };
  return [startedDraft(start, { source, identity: firstStart(scene), body })];
}

function tellPrompt(payload: Fields, scene: Scene): DraftInput[] | null {
  const prompt = stringAt(payload, 'prompt');
  if (prompt === null) return null;
  return [promptedDraft(scene, { prompt, source: 'human', human: true, identity: promptIdentity(prompt) })];
}

/** The scene of a subagent; null when the payload does not say which. */
function childScene(payload: Fields, scene: Scene): Scene | null {
  const id =
    wordAt(payload, 'subagent_id') ??
    /([^\\/]+)\.jsonl$/.exec(wordAt(payload, 'agent_transcript_path') ?? '')?.[1] ??
    null;
  if (id === null) return null;
  const parent = wordAt(payload, 'parent_conversation_id') ?? scene.nativeId;
  return { ...scene, nativeId: id, agentId: id, session: ourId(id), rootSession: ourId(parent) };
}

function tellChildStart(payload: Fields, scene: Scene): DraftInput[] | null {
  const child = childScene(payload, scene);
  if (child === null) return null;
  const role = wordAt(payload, 'subagent_type');
  const call = wordAt(payload, 'tool_call_id');
  const body = {
    ...(role === null ? {} : { role: role.slice(0, 200) }),
    ...(call === null ? {} : { startedByCall: call.slice(0, 500) }),
    ...(scene.base === null ? {} : { cwd: scene.base }),
  };
  const start = startedDraft(child, { source: 'subagent', identity: firstStart(child), body });
  const task = wordAt(payload, 'task');
  if (task === null) return [start];
  const asked = { prompt: task, source: 'subagent', human: false, identity: promptIdentity(task) };
  return [start, promptedDraft(child, asked)];
}

function tellChildEnd(payload: Fields, scene: Scene): DraftInput[] | null {
  const child = childScene(payload, scene);
  if (child === null) return null;
  const reason = wordAt(payload, 'status') ?? 'completed';
  const files = (listAt(payload, 'modified_files') ?? []).filter((file) => typeof file === 'string');
  const ended = draftOf(child, {
    type: 'session.ended',
    identity: identityOf(child.nativeId, 'ended', ''),
    actor: programActor(child),
    paths: files,
    text: `session ended (${reason})`,
    body: { reason, ...(durationOf(payload) === null ? {} : { durationMs: durationOf(payload) }) },
  });
  return [...replyDraft(child, stringAt(payload, 'summary') ?? ''), ended];
}

function tellCompaction(payload: Fields, scene: Scene): DraftInput[] {
  const trigger = wordAt(payload, 'trigger') ?? 'auto';
  return [compactedDraft(scene, { trigger, summary: null, nth: 1, key: scene.promptId })];
}

/** A turn's end is told by its answer; only one that was cut short says more. */
function tellStop(payload: Fields, scene: Scene): DraftInput[] {
  const status = stringAt(payload, 'status');
  if (status !== 'aborted' && status !== 'error') return [];
  const isError = status === 'error';
  return [
    draftOf(scene, {
      type: 'turn.interrupted',
      identity: identityOf(scene.promptId, 'interrupted', status),
      actor: isError ? programActor(scene) : humanActor,
      status: isError ? 'failed' : 'ok',
      text: isError ? 'stopped by an error' : 'interrupted by the user',
      body: { reason: status },
    }),
  ];
}

function tellEnd(payload: Fields, scene: Scene): DraftInput[] {
  const reason = wordAt(payload, 'reason') ?? 'completed';
  const error = wordAt(payload, 'error_message');
  // A conversation that is opened again ends again.
  const identity = { content: `ended:${Math.floor((scene.at ?? 0) / 60_000)}` };
  const parts = { type: 'session.ended', identity, actor: programActor(scene) };
  const text = `session ended (${reason})${error === null ? '' : `\n${error}`}`;
  const body = { reason, ...(error === null ? {} : { error }) };
  return [draftOf({ ...scene, promptId: null }, { ...parts, text, body })];
}
