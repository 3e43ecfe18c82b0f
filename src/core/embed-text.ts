import type { FoundEvent } from '../schema/event.ts';
import { isGone } from '../schema/forgotten.ts';
import { redactText, unmarked } from './redact.ts';

/** Types of events that have something to say; whole families end with a dot. */
const told = [
  'turn.prompted',
  'turn.replied',
  'tool.called',
  'file.edited',
  'session.compacted',
  'memory.',
  'plan.',
  'handoff.offered',
] as const;

/** Characters of a text that are embedded: models read some 500 tokens, and the beginning says what it is about. */
const mostCharacters = 2_000;
/** Of a long tool call the end is kept as well: there the error stands. */
const tailCharacters = 700;

/** Characters under which nothing is said that words would not find. */
const leastCharacters = 3;

/** Whether the event is found by meaning at all. */
export const isEmbedded = ({ type, agent }: Pick<FoundEvent, 'type' | 'agent'>): boolean =>
  agent !== 'hivemind' && told.some((one) => (one.endsWith('.') ? type.startsWith(one) : type === one));

/** The text of an event that is embedded; null when it has none. */
export function embeddedText({
  type,
  agent,
  text,
}: Pick<FoundEvent, 'type' | 'agent' | 'text'>): string | null {
  const whole = text.trim();
  if (isGone(whole) || !isEmbedded({ type, agent }) || whole.length < leastCharacters) return null;
  if (whole.length <= mostCharacters) return whole.toWellFormed();
  if (type !== 'tool.called') return whole.slice(0, mostCharacters).toWellFormed();
  const head = whole.slice(0, mostCharacters - tailCharacters);
  return `${head}\n…\n${whole.slice(-tailCharacters)}`.toWellFormed();
}

/** A question as it may be sent to a model: what is stored was redacted before, and a question may quote anything. */
export const queryText = (question: string): string =>
  redactText(question.trim(), unmarked).text.slice(0, mostCharacters).toWellFormed();

/**
 * The text without what differs from one run of the same thing to the next: space, case, ids, hashes, times. Texts that
 * are alike so far are given one vector. Short numbers stay: 404 is not 500, and issue 1201 not 1202.
 */
export const likeness = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\b(?=[a-z]*\d)[0-9a-f]{7,}\b|\d{6,}/g, '0')
    .replace(/\s+/g, ' ')
    .trim();
