import type { Event } from '../../schema/event.ts';
import { forgottenBy } from '../../schema/forgotten.ts';
import { type Call, callOf, callOfEdit } from './call.ts';
import type { Ended } from './gate.ts';

type Told = Pick<
  Event,
  'id' | 'type' | 'session' | 'branch' | 'writer' | 'seq' | 'at' | 'status' | 'paths' | 'body'
>;

/** Types of events that say how a call ended. */
export const callTypes: readonly string[] = ['tool.called', 'file.edited'];

/** The call that an event says has ended, and how; null for any other event. */
export function finishedCall(event: Told, base: string | null): { call: Call; ended: Ended } | null {
  const { body } = event;
  if (!callTypes.includes(event.type) || typeof body.tool !== 'string') return null;
  if (forgottenBy(event) !== null) return null;
  const { id, at, branch, writer, seq } = event;
  const failed = event.status !== 'ok';
  const isEdit = event.type === 'file.edited';
  const error = typeof body.error === 'string' ? body.error : '';
  const about = { session: event.session, base };
  return {
    call: isEdit
      ? callOfEdit(body.tool, event.paths[0] ?? '', linesOfHunks(body.hunks), about)
      : callOf(body.tool, body.input, about),
    ended: {
      event: id,
      at,
      branch,
      writer,
      seq,
      failed,
      // A refusal is told as such, whatever the person wrote.
      error: event.status === 'rejected' ? `rejected: ${error}` : error,
      edited: isEdit && !failed,
    },
  };
}

/** The changed lines of a patch, each with its + or -. */
export function linesOfHunks(hunks: unknown): string[] {
  if (!Array.isArray(hunks)) return [];
  return hunks.flatMap((hunk) => {
    const lines = typeof hunk === 'object' && hunk !== null ? (hunk as { lines?: unknown }).lines : null;
    if (!Array.isArray(lines)) return [];
    return lines.filter((line): line is string => typeof line === 'string' && /^[+-]/.test(line));
  });
}
