import type { DraftInput } from '../../schema/event.ts';
import type { HookPayload, Translation } from '../agent.ts';
import { type Fields, fieldsAt, listAt, parseFields, wordAt } from '../fields.ts';
import { draftOf, programActor } from '../scene.ts';
import { unreadable } from '../unreadable.ts';
import {
  ourId,
  partsIn,
  promptDrafts,
  promptOf,
  replyDrafts,
  sceneOf,
  startDrafts,
  type Talk,
  titleDrafts,
  toolDrafts,
  triggerOf,
} from './conversation.ts';
import { agentName } from './home.ts';

/*
 * OpenCode runs no shell hooks: these events are those of our plugin (plugin-text.ts), which hands over objects of
 * OpenCode's own bus when they are final. A tool call comes from its part (message.part.updated), not from
 * tool.execute.after, which is silent about calls that failed or were refused. The database holds the same objects
 * with the same ids: see store.ts.
 */

interface Told {
  drafts: DraftInput[];
  wants?: Translation['wants'];
}

/** Null: the payload lacks what its event must have. */
type Teller = (payload: Fields, talk: Talk, at: number) => Told | null;

const tellers: Readonly<Record<string, Teller>> = {
  SessionStart: (payload, talk, at) => ({
    drafts: startDrafts(talk, fieldsAt(payload, 'message'), {
      source: wordAt(payload, 'source') ?? 'startup',
      at,
      call: wordAt(payload, 'call'),
    }),
    wants: talk.parent === null ? { kind: 'brief' } : null,
  }),
  UserPromptSubmit: tellPrompt,
  SubagentStart: (payload, talk, at) => ({
    drafts: startDrafts(talk, fieldsAt(payload, 'message'), {
      source: 'startup',
      at,
      call: wordAt(payload, 'call'),
    }),
  }),
  SubagentPrompt: (payload, talk) => {
    const told = tellPrompt(payload, talk);
    return told === null ? null : { drafts: told.drafts };
  },
  SessionTitled: (_payload, talk, at) => ({ drafts: titleDrafts(talk, at) }),
  ToolEnded: (payload, talk) => {
    const part = fieldsAt(payload, 'part');
    return part === null ? null : { drafts: toolDrafts(talk, fieldsAt(payload, 'message'), part) };
  },
  MessageEnded: (payload, talk) => {
    const message = fieldsAt(payload, 'message');
    if (message === null) return null;
    const parts = partsIn(payload, 'parts');
    const trigger = triggerOf(partsIn(payload, 'asked'));
    return { drafts: replyDrafts(talk, message, { parts, trigger }) };
  },
  SessionEnd: tellEnd,
};

function tellPrompt(payload: Fields, talk: Talk): Told | null {
  const message = fieldsAt(payload, 'message');
  if (message === null || listAt(payload, 'parts') === null) return null;
  const parts = partsIn(payload, 'parts');
  const drafts = promptDrafts(talk, message, parts);
  const wants = drafts.length === 0 ? null : { kind: 'context' as const, prompt: promptOf(parts) };
  return { drafts, wants };
}

function tellEnd(payload: Fields, talk: Talk, at: number): Told {
  const scene = sceneOf(talk, null, at);
  const reason = wordAt(payload, 'reason') ?? 'exit';
  // A session goes on when OpenCode is started again, and may end many times.
  const identity = { content: `ended:${Math.floor(at / 1000)}` };
  const parts = {
    type: 'session.ended',
    identity,
    actor: programActor(scene),
    text: `session ended (${reason})`,
  };
  return { drafts: [draftOf(scene, { ...parts, body: { reason } })] };
}

/** What the plugin hands over, as drafts. Never throws: what cannot be read is kept as text. */
export function translate(hook: HookPayload): Translation {
  const payload = parseFields(hook.payload);
  const keys = { session: 'sessionID' };
  if (payload === null) return hook.payload.trim() === '' ? nothing : unreadable(agentName, hook, keys);
  const tell = Object.hasOwn(tellers, hook.event) ? tellers[hook.event] : undefined;
  const cwd = wordAt(payload, 'cwd');
  if (tell === undefined) return { ...nothing, cwd };
  const talk = talkOf(payload, cwd);
  const told = talk === null ? null : tell(payload, talk, Math.max(0, Math.trunc(hook.at)));
  if (told === null || talk === null) return unreadable(agentName, hook, keys);
  return {
    cwd: talk.directory,
    session: ourId(talk.id),
    drafts: told.drafts,
    wants: told.wants ?? null,
    transcript: null,
  };
}

const nothing: Translation = { cwd: null, session: null, drafts: [], wants: null, transcript: null };

function talkOf(payload: Fields, cwd: string | null): Talk | null {
  const id = wordAt(payload, 'sessionID');
  if (id === null) return null;
  const info = fieldsAt(payload, 'session') ?? {};
  const parent = wordAt(info, 'parentID');
  const directory = wordAt(info, 'directory') ?? cwd;
  return { id, parent, root: wordAt(payload, 'root') ?? parent ?? id, directory, info };
}
