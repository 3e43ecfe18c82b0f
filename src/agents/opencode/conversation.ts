import type { DraftInput } from '../../schema/event.ts';
import { sessionId } from '../../schema/ids.ts';
import { type Call, callDraft, editDraft } from '../call.ts';
import { asFields, countAt, type Fields, fieldsAt, listAt, stringAt, wordAt } from '../fields.ts';
import { agentActor, draftOf, humanActor, identityOf, programActor, type Scene } from '../scene.ts';
import { toJson } from '../tool-text.ts';
import { firstStart, promptedDraft, repeatedStart, startedDraft } from '../turn.ts';
import { editsOf } from './edit.ts';
import { agentName } from './home.ts';
import { endingOf, sharedCall } from './tool.ts';

/*
 * OpenCode's plugin and its database speak of the same three objects: session, message, part. What they say in our
 * words is told here once, so that both give the same events with the same identities.
 */

/** A session as OpenCode describes it, with the session at the root of its tree. */
export interface Talk {
  id: string;
  parent: string | null;
  root: string;
  directory: string | null;
  info: Fields;
}

/** OpenCode's ids of sessions are unique by themselves: a child's does not hang on its parent's. */
export const ourId = (id: string): string => sessionId(agentName, id);

export function sceneOf(talk: Talk, message: Fields | null, at: number | undefined): Scene {
  const isUser = stringAt(message, 'role') === 'user';
  const model = wordAt(message, 'modelID') ?? wordAt(fieldsAt(message, 'model'), 'modelID');
  return {
    agent: agentName,
    nativeId: talk.id,
    agentId: talk.parent === null ? null : talk.id,
    session: ourId(talk.id),
    rootSession: ourId(talk.root),
    promptId: isUser ? wordAt(message, 'id') : wordAt(message, 'parentID'),
    model,
    base: talk.directory,
    at: at === undefined ? undefined : Math.trunc(at),
  };
}

/** Names that OpenCode gives by itself until the model has found one. */
const standInTitle = /^(New|Child) session - \d{4}-\d{2}-\d{2}T/;

export function titleDrafts(talk: Talk, at: number | undefined): DraftInput[] {
  const title = wordAt(talk.info, 'title');
  if (title === null || standInTitle.test(title)) return [];
  const scene = sceneOf(talk, null, at);
  const identity = { content: `titled:${title}` };
  const parts = { type: 'session.titled', identity, actor: programActor(scene), text: title };
  return [draftOf(scene, { ...parts, body: { title } })];
}

/** `source`: startup, resume or import; what starts a child is a call of its parent. */
export function startDrafts(
  talk: Talk,
  message: Fields | null,
  { source, at, call }: { source: string; at: number | undefined; call: string | null },
): DraftInput[] {
  const scene = sceneOf(talk, message, at);
  const isChild = talk.parent !== null;
  const identity = source === 'resume' ? repeatedStart(source, at ?? 0) : firstStart(scene);
  const role = isChild ? (wordAt(talk.info, 'agent') ?? wordAt(message, 'agent')) : null;
  const version = wordAt(talk.info, 'version');
  const body = {
    ...(talk.directory === null ? {} : { cwd: talk.directory }),
    ...(version === null ? {} : { agentVersion: version.slice(0, 100) }),
    ...(role === null ? {} : { role: role.slice(0, 200) }),
    ...(call === null ? {} : { startedByCall: call.slice(0, 500) }),
    ...(talk.parent === null ? {} : { parentSession: ourId(talk.parent) }),
  };
  const told = isChild && source === 'startup' ? 'subagent' : source;
  return [
    startedDraft({ ...scene, promptId: null }, { source: told, identity, body }),
    ...titleDrafts(talk, at),
  ];
}

/** Text that the user typed or the model said; what OpenCode or a plugin put beside it is marked as synthetic. */
const isSaid = (part: Fields): boolean =>
  part.type === 'text' && part.synthetic !== true && part.ignored !== true;

/** A compaction asks with a message of its own, which nobody typed. */
const asksToCompact = (parts: readonly Fields[]): Fields | undefined =>
  parts.find(({ type }) => type === 'compaction');

export function promptOf(parts: readonly Fields[]): string {
  return parts
    .flatMap((part) => (isSaid(part) ? (wordAt(part, 'text') ?? []) : []))
    .join('\n')
    .trim();
}

export function promptDrafts(talk: Talk, message: Fields, parts: readonly Fields[]): DraftInput[] {
  const prompt = promptOf(parts);
  if (prompt === '' || asksToCompact(parts) !== undefined) return [];
  const scene = sceneOf(talk, message, countAt(fieldsAt(message, 'time'), 'created') ?? undefined);
  const identity = identityOf(wordAt(message, 'id'), 'prompt', prompt);
  const isChild = talk.parent !== null;
  return [
    promptedDraft(scene, { prompt, source: isChild ? 'subagent' : 'human', human: !isChild, identity }),
  ];
}

/** What a finished message of the model says: one reply with what it took; only that where it says nothing. */
export function replyDrafts(
  talk: Talk,
  message: Fields,
  { parts, trigger }: { parts: readonly Fields[]; trigger: string },
): DraftInput[] {
  const time = fieldsAt(message, 'time');
  const scene = sceneOf(talk, message, countAt(time, 'completed') ?? countAt(time, 'created') ?? undefined);
  const id = wordAt(message, 'id');
  const text = parts
    .flatMap((part) => (isSaid(part) ? (stringAt(part, 'text')?.trim() ?? '') : []))
    .filter((said) => said !== '')
    .join('\n\n');
  const error = fieldsAt(message, 'error');
  const spent = spentOn(message);
  if (message.summary === true) {
    const identity = identityOf(id, 'compacted', text);
    const summary = text === '' ? {} : { summary: text };
    const parts = { type: 'session.compacted', identity, actor: programActor(scene) };
    const body = { trigger, ...summary, ...spent };
    return [draftOf(scene, { ...parts, text: text || `context compacted (${trigger})`, body })];
  }
  const isStopped = stringAt(error, 'name') === 'MessageAbortedError';
  const failure = error === null || isStopped ? '' : errorText(error);
  const said = [text, failure].filter((part) => part !== '').join('\n');
  const drafts: DraftInput[] = [];
  if (said !== '') {
    const final = ['stop', 'length', 'content-filter'].includes(stringAt(message, 'finish') ?? '');
    drafts.push(
      draftOf(scene, {
        type: 'turn.replied',
        identity: identityOf(id, 'reply', said),
        actor: agentActor(scene),
        status: failure === '' ? 'ok' : 'failed',
        text: said,
        body: { message: said, ...(final ? { final } : {}), ...spent },
      }),
    );
  }
  if (said === '' && Object.keys(spent).length > 0) {
    const identity = identityOf(id, 'measured', '');
    const parts = { type: 'turn.measured', identity, actor: agentActor(scene), text: '' };
    drafts.push(draftOf(scene, { ...parts, body: spent }));
  }
  if (isStopped) {
    const identity = identityOf(id, 'interrupted', '');
    const text = 'interrupted by the user';
    drafts.push(draftOf(scene, { type: 'turn.interrupted', identity, actor: humanActor, text, body: {} }));
  }
  return drafts;
}

const errorText = (error: Fields): string => {
  const message = wordAt(fieldsAt(error, 'data'), 'message') ?? wordAt(error, 'message');
  return [wordAt(error, 'name') ?? 'error', ...(message === null ? [] : [message])].join(': ');
};

function spentOn(message: Fields): Fields {
  const told = fieldsAt(message, 'tokens');
  const cache = fieldsAt(told, 'cache');
  const count = (fields: Fields | null, key: string): number =>
    Math.min(Number.MAX_SAFE_INTEGER, Math.trunc(countAt(fields, key) ?? 0));
  const tokens = {
    input: count(told, 'input'),
    output: count(told, 'output') + count(told, 'reasoning'),
    cacheRead: count(cache, 'read'),
    cacheWrite: count(cache, 'write'),
  };
  const costUsd = countAt(message, 'cost');
  const isKnown = Object.values(tokens).some((number) => number > 0);
  return { ...(isKnown ? { tokens } : {}), ...(costUsd ? { costUsd } : {}) };
}

/** A tool call that has ended; a patch is one event for each file that it changed. */
export function toolDrafts(talk: Talk, message: Fields | null, part: Fields): DraftInput[] {
  const state = fieldsAt(part, 'state');
  const status = stringAt(state, 'status');
  const nativeTool = wordAt(part, 'tool');
  if (state === null || nativeTool === null || (status !== 'completed' && status !== 'error')) return [];
  const time = fieldsAt(state, 'time');
  const [start, end] = [countAt(time, 'start'), countAt(time, 'end')];
  const scene = sceneOf(talk, message, end ?? start ?? undefined);
  const input = fieldsAt(state, 'input');
  const metadata = fieldsAt(state, 'metadata');
  const meant = nativeTool === 'invalid' ? (wordAt(input, 'tool') ?? nativeTool) : nativeTool;
  const call: Call = {
    ...sharedCall(meant, state.input),
    ...endingOf(nativeTool, state),
    callId: wordAt(part, 'callID'),
    path: wordAt(input, 'filePath'),
    durationMs: start === null || end === null || end < start ? null : end - start,
    childSession: childOf(metadata),
    // A call's id is the provider's, and some begin anew with every message.
    identity: identityOf(wordAt(part, 'id'), 'call', `${nativeTool}\n${toJson(state.input)}`),
  };
  const isDone = call.error === null && call.denied === null;
  const edits = isDone ? editsOf(nativeTool, input, metadata) : [];
  if (edits.length === 0) return [callDraft(scene, call)];
  return edits.map((edit, index) => {
    const phase = edits.length === 1 ? 'call' : `call:${index}`;
    const identity = identityOf(wordAt(part, 'id'), phase, `${edit.path}\n${toJson(state.input)}`);
    return editDraft(scene, edit, { ...call, identity });
  });
}

function childOf(metadata: Fields | null): string | null {
  const child = wordAt(metadata, 'sessionId') ?? wordAt(metadata, 'sessionID');
  return child === null ? null : ourId(child);
}

/** Whether a compaction was asked for or came by itself, from the message that it answers. */
export function triggerOf(parts: readonly Fields[]): string {
  const part = asksToCompact(parts);
  return part === undefined || part.auto !== false ? 'auto' : 'manual';
}

export const partsIn = (value: Fields | null, key: string): Fields[] =>
  (listAt(value, key) ?? []).flatMap((part): Fields[] => {
    const fields = asFields(part);
    return fields === null ? [] : [fields];
  });
