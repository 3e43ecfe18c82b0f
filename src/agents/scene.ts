import { cutBody, cutMiddle, stringLimitBytes } from '../schema/cut.ts';
import type { Actor, DraftInput, Identity, Status } from '../schema/event.ts';
import { sessionId, turnId } from '../schema/ids.ts';

/** Where and when something happened: what hook payloads and transcript lines have in common. */
export interface Scene {
  /** Name of the agent's adapter. */
  agent: string;
  /** The agent's own id of the session; a subagent's is that of the session at the root of its tree. */
  nativeId: string;
  /** The agent's own id of the subagent; null in the main session. */
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

/** Our ids of an agent's session; the ids of hook and transcript agree because both come from here. */
export const sessionsOf = (
  agent: string,
  nativeId: string,
  agentId: string | null,
): Pick<Scene, 'session' | 'rootSession'> => ({
  session: sessionId(agent, nativeId, agentId ?? ''),
  rootSession: sessionId(agent, nativeId),
});

/**
 * A subagent is one turn: the prompt id that its hooks carry is the parent's current one, which for a subagent in
 * the background is not the one that started it.
 */
export function turnOf(scene: Scene): string | undefined {
  if (scene.agentId !== null) return turnId(scene.session, scene.agentId);
  return scene.promptId === null ? undefined : turnId(scene.session, scene.promptId);
}

/** Identity by the agent's own id; by content where the id is missing or too long to be one. */
export const identityOf = (nativeId: string | null, phase: string, content: string): Identity =>
  nativeId !== null && nativeId.length > 0 && nativeId.length <= 500
    ? { nativeId, phase }
    : { content: `${phase}\n${nativeId ?? ''}\n${content}` };

export const agentActor = (scene: Scene): Actor => ({
  kind: 'agent',
  name: scene.agent,
  ...(scene.model === null ? {} : { model: scene.model.slice(0, 200) }),
});

/** The agent's client, where neither the model nor a person acts. */
export const programActor = ({ agent }: Scene): Actor => ({ kind: 'daemon', name: agent });

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
    agent: scene.agent,
    session: scene.session,
    rootSession: scene.rootSession,
    turn: turnOf(scene),
    identity: parts.identity,
    actor: parts.actor,
    at: scene.at !== undefined && scene.at >= 0 && Number.isSafeInteger(scene.at) ? scene.at : undefined,
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
