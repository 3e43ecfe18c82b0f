import type { DraftInput } from '../../schema/event.ts';
import type { Fields } from '../fields.ts';
import type { Scene } from '../scene.ts';
import { toolDrafts } from './tool.ts';
import type { NamedTool } from './tool-name.ts';

/** A call that was begun. */
export interface OpenCall {
  scene: Scene;
  named: NamedTool;
  nativeTool: string;
  callId: string;
  startedAt: number | undefined;
  permission: string | null;
  /** Our id of the session that it started. */
  childSession: string | null;
  extra: Fields;
}

/** What is remembered of one session between its lines. */
export interface Thread {
  agentId: string | null;
  promptId: string | null;
  model: string | null;
  /** Calls that have not come to their end, of all sessions of the file: a subagent's start names its parent's. */
  calls: Map<string, OpenCall>;
  /** Tokens of questions to the model whose answer has not come yet, by the id of the question. */
  usage: Map<string, Fields>;
  /** Tokens of an answer without words, for the first of its calls. */
  spare: Map<string, Fields>;
}

export const createThread = (agentId: string | null, calls: Thread['calls']): Thread => ({
  agentId,
  promptId: null,
  model: null,
  calls,
  usage: new Map(),
  spare: new Map(),
});

/** Calls whose end never came, with an identity of their own. */
export function unansweredDrafts(calls: Thread['calls']): DraftInput[] {
  const drafts = [...calls.values()].flatMap(({ scene, ...call }) =>
    toolDrafts(scene, { ...call, complete: null, durationMs: null }),
  );
  calls.clear();
  return drafts;
}
