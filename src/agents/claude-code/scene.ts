import { cutBody, cutMiddle, stringLimitBytes } from '../../schema/cut.ts';
import type { Actor, DraftInput, Identity, Status } from '../../schema/event.ts';
import { sessionId, turnId } from '../../schema/ids.ts';
import { ancestors } from '../paths.ts';

export const agentName = 'claude-code';

/** Where and when something happened: what hook payloads and transcript lines have in common. */
export interface Scene {
  /** Claude's id of the session; a subagent's is that of the session it belongs to. */
  nativeId: string;
  /** Claude's id of the subagent; null in the main session. */
  agentId: string | null;
  session: string;
  rootSession: string;
  promptId: string | null;
  model: string | null;
  /** Directory that paths are made relative to. */
  base: string | null;
  /** Epoch milliseconds. */
  at: number | undefined;
}

/** Our ids of a session of Claude's; the ids of hook and transcript agree because both come from here. */
export const sessionsOf = (
  nativeId: string,
  agentId: string | null,
): Pick<Scene, 'session' | 'rootSession'> => ({
  session: sessionId(agentName, nativeId, agentId ?? ''),
  rootSession: sessionId(agentName, nativeId),
});

/**
 * A subagent is one turn: the prompt id that its hooks carry is the parent's current one, which for a subagent in
 * the background is not the one that started it.
 */
export function turnOf(scene: Scene): string | undefined {
  if (scene.agentId !== null) return turnId(scene.session, scene.agentId);
  return scene.promptId === null ? undefined : turnId(scene.session, scene.promptId);
}

/** Name of the folder in which Claude keeps the transcripts of work done in `cwd`. */
export const slugOf = (cwd: string): string => cwd.replace(/[^a-zA-Z0-9]/g, '-');

/**
 * The directory in which Claude was started. Hooks report the shell's current directory, which moves; the folder of
 * the transcript is named after the first one, so that it is the one above `cwd` with that name.
 */
export function startDirectory(cwd: string, transcriptPath: string | null): string {
  const slug = transcriptPath?.match(/[\\/]projects[\\/]([^\\/]+)[\\/]/)?.[1];
  return ancestors(cwd).find((directory) => slugOf(directory) === slug) ?? cwd;
}

/** Identity by Claude's own id; by content where the id is missing or too long to be one. */
export const identityOf = (nativeId: string | null, phase: string, content: string): Identity =>
  nativeId !== null && nativeId.length > 0 && nativeId.length <= 500
    ? { nativeId, phase }
    : { content: `${phase}\n${nativeId ?? ''}\n${content}` };

export const agentActor = (scene: Scene): Actor => ({
  kind: 'agent',
  name: agentName,
  ...(scene.model === null ? {} : { model: scene.model.slice(0, 200) }),
});

export const programActor: Actor = { kind: 'daemon', name: agentName };

export const humanActor: Actor = { kind: 'human', name: 'user' };

export interface Parts {
  type: string;
  identity: Identity;
  actor: Actor;
  status?: Status;
  paths?: string[];
  text: string;
  body: Record<string, unknown>;
}

/** A draft in its scene, with nothing in it longer than an event carries. */
export function draftOf(scene: Scene, parts: Parts): DraftInput {
  return {
    type: parts.type,
    agent: agentName,
    session: scene.session,
    rootSession: scene.rootSession,
    turn: turnOf(scene),
    identity: parts.identity,
    actor: parts.actor,
    at: scene.at,
    status: parts.status ?? 'ok',
    paths: (parts.paths ?? []).filter((path) => path !== '' && path.length <= 4096).slice(0, 1000),
    text: cutMiddle(parts.text, stringLimitBytes).text,
    body: cutBody(parts.body),
  };
}

/** Epoch milliseconds of an ISO time; undefined when it is none. */
export function timeOf(iso: string | null): number | undefined {
  const at = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(at) || at < 0 ? undefined : at;
}
