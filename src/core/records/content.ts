import type { FoldedEvent } from '../../schema/event.ts';
import type { Cut } from '../../schema/view.ts';

/**
 * What is about a merge and not about the work, or about what the daemon has seen of others: whoever has looked at a branch
 * need not look again because of it. None of these is taken from outside.
 */
const quiet = new Set(['writer.observed', 'merge.stopped', 'merge.aborted', 'merge.reviewed']);

/** Types that are quiet when the daemon itself writes them: what it has told, and what it derives from other events. */
const quietOfDaemon = new Set(['recall.injected', 'recall.warned', 'memory.attempted']);

/** By which the daemon signs what it writes; adapters have the kind as well, with the name of their agent. */
export const isDaemon = ({ kind, name }: FoldedEvent['actor']): boolean =>
  kind === 'daemon' && name === 'hivemind';

/** Types of which text and body tell whether they say anything. */
export const contentReads: readonly string[] = ['session.ended'];

/** Whether an event adds to what a branch has to say. */
export function isContent(event: FoldedEvent): boolean {
  const { type, actor } = event;
  if (quiet.has(type)) return false;
  if (quietOfDaemon.has(type)) return !isDaemon(actor);
  return type !== 'session.ended' || saysMore(event);
}

/** An end says how it came, in a word. Whatever says more is read by others once it is merged. */
const saysMore = ({ text = '', paths = [], body = {} }: FoldedEvent): boolean =>
  !/^(?:session ended \([\w.-]{0,40}\))?$/.test(text) ||
  paths.length > 0 ||
  !Object.entries(body).every(
    ([field, value]) => isWord(field) && (typeof value === 'number' || isWord(value)),
  );

const isWord = (value: unknown): boolean => typeof value === 'string' && /^[\w.-]{0,40}$/.test(value);

/** Branch id → how far each writer has gone on it with something to say; any order of arrival gives the same. */
export type Content = Map<string, Cut>;

export function foldContent(content: Content, event: FoldedEvent): void {
  if (!isContent(event)) return;
  const { branch, writer, seq } = event;
  const cut = content.get(branch) ?? {};
  if (seq > (cut[writer] ?? 0)) cut[writer] = seq;
  content.set(branch, cut);
}
