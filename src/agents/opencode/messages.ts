import type { DraftInput } from '../../schema/event.ts';
import { type Fields, fieldsAt, stringAt, wordAt } from '../fields.ts';
import { promptDrafts, replyDrafts, type Talk, toolDrafts, triggerOf } from './conversation.ts';

/** A message as it is stored, with its parts in order. */
export interface Message {
  info: Fields;
  parts: Fields[];
}

/** What stored messages of one session say, in their order; of one that the model has not finished only its calls. */
export function messageDrafts(talk: Talk, messages: readonly Message[]): DraftInput[] {
  const triggers = new Map<string, string>();
  return messages.flatMap(({ info, parts }) => {
    const role = stringAt(info, 'role');
    if (role === 'user') {
      triggers.set(wordAt(info, 'id') ?? '', triggerOf(parts));
      return promptDrafts(talk, info, parts);
    }
    if (role !== 'assistant') return [];
    const calls = parts.flatMap((part) => (part.type === 'tool' ? toolDrafts(talk, info, part) : []));
    const isFinished = fieldsAt(info, 'time')?.completed !== undefined || fieldsAt(info, 'error') !== null;
    if (!isFinished) return calls;
    const turn = wordAt(info, 'parentID') ?? '';
    const trigger = triggers.get(turn) ?? 'auto';
    return [...calls, ...replyDrafts(talk, info, { parts, trigger })];
  });
}

/** Types of parts that carry something, or are known to carry nothing that another does not. */
const knownParts = new Set([
  ...['text', 'tool', 'compaction', 'reasoning', 'step-start', 'step-finish', 'snapshot'],
  ...['patch', 'file', 'agent', 'subtask', 'retry'],
]);

/** Counts what this adapter does not know. */
export function countUnknown(counts: Record<string, number>, { info, parts }: Message): void {
  const count = (type: string): void => {
    counts[type] = (counts[type] ?? 0) + 1;
  };
  const role = stringAt(info, 'role') ?? 'nothing';
  if (role !== 'user' && role !== 'assistant') count(`message ${role}`.slice(0, 100));
  for (const part of parts) {
    const type = stringAt(part, 'type') ?? 'nothing';
    if (!knownParts.has(type)) count(`part ${type}`.slice(0, 100));
  }
}
