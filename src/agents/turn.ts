import type { Actor, DraftInput, Identity } from '../schema/event.ts';
import { agentActor, draftOf, humanActor, identityOf, programActor, type Scene } from './scene.ts';

export interface Prompt {
  prompt: string;
  source: string;
  human: boolean;
  identity: Identity;
}

export function promptedDraft(scene: Scene, { prompt, source, human, identity }: Prompt): DraftInput {
  const actor: Actor = scene.agentId !== null ? agentActor(scene) : human ? humanActor : programActor(scene);
  return draftOf(scene, { type: 'turn.prompted', identity, actor, text: prompt, body: { prompt, source } });
}

export interface Reply {
  message: string;
  final: boolean;
  failed?: boolean;
  /** How many times the same text was said before in this turn. */
  ordinal?: number;
  /** How it is recognised, where the agent numbers its replies. */
  identity?: Identity;
  /** What else goes into the body (tokens, cost). */
  extra?: Record<string, unknown>;
}

/** For agents whose hooks and transcripts do not number replies alike: a reply is known by its text within its turn. */
export const replyKey = (scene: Scene, message: string): string =>
  `${scene.agentId ?? scene.promptId ?? ''}\n${message.trim()}`;

export function repliedDraft(scene: Scene, { message, final, failed, ordinal, ...more }: Reply): DraftInput {
  const said: Identity = { content: replyKey(scene, message), ...(ordinal ? { ordinal } : {}) };
  const { identity = said, extra } = more;
  return draftOf(scene, {
    type: 'turn.replied',
    identity,
    actor: agentActor(scene),
    status: failed ? 'failed' : 'ok',
    text: message,
    body: { message, ...(final ? { final } : {}), ...extra },
  });
}

/** What an answer took, for when the answer itself is stored already: hooks tell no tokens. */
export const measured = (body: Record<string, unknown>): DraftInput['otherwise'] => ({
  type: 'turn.measured',
  body,
});

export interface Start {
  source: string;
  identity: Identity;
  body: Record<string, unknown>;
}

/** The first start of a session: reported once by hook and transcript together. */
export const firstStart = (scene: Scene): Identity =>
  identityOf(scene.agentId ?? scene.nativeId, 'started', scene.nativeId);

/** A start that can happen again in the same session (resume, compact): known by its time. */
export const repeatedStart = (source: string, at: number): Identity => ({
  // To the minute: a hook that stands in the user's and in the project's settings runs twice for one start.
  content: `started:${source}:${Math.floor(at / 60_000)}`,
});

export function startedDraft(scene: Scene, { source, identity, body }: Start): DraftInput {
  const isChild = scene.agentId !== null;
  return draftOf(scene, {
    type: 'session.started',
    identity,
    actor: agentActor(scene),
    text: `session started (${source})`,
    body: {
      source,
      nativeId: (scene.agentId ?? scene.nativeId).slice(0, 500),
      ...(scene.model === null ? {} : { model: scene.model }),
      ...(isChild ? { parentSession: scene.rootSession } : {}),
      ...body,
    },
  });
}

/** `nth`: which compaction of its prompt it is; the hook cannot know and calls each the first. */
export function compactedDraft(
  scene: Scene,
  {
    trigger,
    summary,
    nth,
    key,
  }: { trigger: string; summary: string | null; nth: number; key: string | null },
): DraftInput {
  const phase = nth === 1 ? 'compacted' : `compacted:${nth}`;
  return draftOf(scene, {
    type: 'session.compacted',
    identity: identityOf(key, phase, summary ?? ''),
    actor: programActor(scene),
    text: summary ?? `context compacted (${trigger})`,
    body: { trigger, ...(summary === null ? {} : { summary }) },
  });
}
