import type { DraftInput, Identity } from '../../schema/event.ts';
import { agentActor, draftOf, type Scene } from '../scene.ts';

/*
 * Cursor's transcripts have neither ids nor times: what was said is recognised by its text within its conversation,
 * by hook and transcript alike. The price: the same words, said again in the same conversation, are one event.
 */

export const promptIdentity = (prompt: string): Identity => ({ content: `prompt\n${prompt.trim()}` });

export interface Asked {
  tool: string;
  path: string | null;
  input: unknown;
}

/** What the model said; `calls` are those that the transcript tells, whose outcome it does not. Empty for nothing. */
export function replyDraft(scene: Scene, text: string, calls: readonly Asked[] = []): DraftInput[] {
  const message = text.trim();
  const asked = calls.map(({ tool, path, input }) => `${tool} ${path ?? JSON.stringify(input) ?? ''}`);
  if (message === '' && asked.length === 0) return [];
  return [
    draftOf(scene, {
      type: 'turn.replied',
      identity: { content: `reply\n${message === '' ? asked.join('\n') : message}` },
      actor: agentActor(scene),
      paths: calls.flatMap(({ path }) => path ?? []),
      text: [message, ...asked].filter((part) => part !== '').join('\n'),
      body: {
        message,
        ...(calls.length === 0 ? {} : { calls: calls.map(({ tool, input }) => ({ tool, input })) }),
      },
    }),
  ];
}
