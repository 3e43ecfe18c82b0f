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
  calls: Map<string, OpenCall>;
  /** Tokens of questions to the model whose answer has not come yet, by the id of the question. */
  usage: Map<string, Fields>;
  /** Tokens of an answer without words, for the first of its calls. */
  spare: Map<string, Fields>;
}

export const createThread = (agentId: string | null): Thread => ({
  agentId,
  promptId: null,
  model: null,
  calls: new Map(),
  usage: new Map(),
  spare: new Map(),
});

/** Calls whose end never came, with an identity of their own. */
export function unansweredDrafts(thread: Thread): DraftInput[] {
  const drafts = [...thread.calls.values()].flatMap(({ scene, ...call }) =>
    toolDrafts(scene, { ...call, complete: null, durationMs: null }),
  );
  thread.calls.clear();
  return drafts;
}
