import type { FoldedEvent } from '../../schema/event.ts';
import type { Cut } from '../../schema/view.ts';

/**
 * What the daemon notes for itself, or what is about a merge and not about the work: whoever has looked at a branch need
 * not look again because of it.
 */
const quiet = new Set([
  'writer.observed',
  'merge.stopped',
  'merge.aborted',
  'merge.reviewed',
  'recall.injected',
  'recall.warned',
  'session.ended',
]);

/** Whether an event adds to what a branch has to say. What the daemon derives from other events adds nothing to them. */
export const isContent = ({ type, actor }: Pick<FoldedEvent, 'type' | 'actor'>): boolean =>
  !quiet.has(type) && !(actor.kind === 'daemon' && type === 'memory.attempted');

/** Branch id → how far each writer has gone on it with something to say; any order of arrival gives the same. */
export type Content = Map<string, Cut>;

export function foldContent(content: Content, event: FoldedEvent): void {
  if (!isContent(event)) return;
  const { branch, writer, seq } = event;
  const cut = content.get(branch) ?? {};
  if (seq > (cut[writer] ?? 0)) cut[writer] = seq;
  content.set(branch, cut);
}
