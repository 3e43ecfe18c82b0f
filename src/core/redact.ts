import type { DraftInput } from '../schema/event.ts';
import { textRules } from './redact-rules.ts';
import { isSecretField, nameStrength } from './redaction/names.ts';
import { createPrefilter } from './redaction/prefilter.ts';
import { firstMask, type Marker, maskOf, maskSpans, privateMask } from './redaction/span.ts';

export type { Marker } from './redaction/span.ts';

/**
 * Version of the rules; events carry the one that they went through (`redaction`). It goes up whenever what the rules do
 * to some text changes: `hivemind scan` then knows which events are worth a second look. 1 is said of no event: it was
 * before versions were kept.
 */
export const redactionVersion = 2;

/** Every rule of the redaction, for the reference docs; the name is what the mask says. */
export const redactionRules: readonly { name: string; summary: string }[] = [
  ...textRules.map(({ name, summary }) => ({ name, summary })),
  {
    name: 'field',
    summary: 'Strings under a key such as password, api_key or authorization in structured data',
  },
];

/** Masking one secret can lay bare another; redaction runs until nothing changes, and never longer than this. */
const MOST_ROUNDS = 8;
/** Nesting beyond this is cut: no agent writes it, and walking on would exhaust the stack. */
const MOST_DEPTH = 100;
const CUT = '[cut: nested too deep]';

const rulesFor = createPrefilter(textRules);

/** What a run of the redaction has found, and how it marks. */
interface Run {
  found: Set<string>;
  mark: Marker;
}

function redactOnce(text: string, { found, mark }: Run): string {
  let out = text;
  for (const index of rulesFor(text)) {
    const rule = textRules[index];
    if (rule === undefined) continue;
    const masked = maskSpans(out, rule.find(out), rule, mark);
    if (masked !== out) found.add(rule.name);
    out = masked;
  }
  return out;
}

function redactString(text: string, run: Run): string {
  let before = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const after = redactOnce(before, run);
    if (after === before) return after;
    before = after;
  }
  return before;
}

/** Names of fields in which no rule finds anything: events have the same few hundred. */
const harmless = new Set<string>();
const NAMES_KEPT = 5_000;
const NAME_CHARS = 60;

function redactName(name: string, run: Run): string {
  if (harmless.has(name)) return name;
  const safe = redactString(name, run);
  if (safe !== name || name.length > NAME_CHARS) return safe;
  if (harmless.size >= NAMES_KEPT) harmless.clear();
  harmless.add(name);
  return safe;
}

/** A flag whose value is the next argument: `['--password', 'hunter2']`. */
const isSecretFlag = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^--?[A-Za-z][A-Za-z0-9_.-]{1,60}$/.test(value) &&
  nameStrength(value) !== null;

function redactList(list: readonly unknown[], key: string, run: Run, depth: number): unknown[] {
  const lines = redactLines(list, run);
  return lines.map((item, index) => {
    const flag = lines[index - 1];
    return redactValue(item, isSecretFlag(flag) ? String(flag) : key, run, depth + 1);
  });
}

/** Lines of one text (diff hunks) are read together, so that a key that spans several of them is seen. */
function redactLines(list: readonly unknown[], run: Run): readonly unknown[] {
  if (list.length < 2 || !list.every((item) => typeof item === 'string' && !item.includes('\n'))) return list;
  const joined = list.join('\n');
  const redacted = redactString(joined, run);
  if (redacted === joined) return list;
  const lines = redacted.split('\n');
  const missing = list.length - lines.length;
  if (missing <= 0) return lines;
  const at = lines.findIndex((line) => lineMask(line) !== null);
  const mask = lineMask(lines[at] ?? '') ?? privateMask;
  return lines.toSpliced(at + 1, 0, ...Array.from({ length: missing }, () => mask));
}

/** What stands in a line for more than one. */
const lineMask = (line: string): string | null =>
  firstMask(line, 'private-key') ??
  firstMask(line, 'encoded') ??
  (line.includes(privateMask) ? privateMask : null);

function redactRecord(record: object, key: string, run: Run, depth: number): Record<string, unknown> {
  const entries = Object.entries(record);
  // A header or an environment variable as a pair: {name: 'Authorization', value: '…'}.
  const named = entries.find(
    ([name, value]) => (name === 'name' || name === 'key') && typeof value === 'string',
  )?.[1];
  const taken = new Set<string>();
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const inherited =
        nameStrength(name) !== null ? name : name === 'value' && typeof named === 'string' ? named : key;
      let safeName = redactName(name, run);
      while (taken.has(safeName)) safeName += '+';
      taken.add(safeName);
      return [safeName, redactValue(value, inherited, run, depth + 1)];
    }),
  );
}

function redactValue(value: unknown, key: string, run: Run, depth: number): unknown {
  if (typeof value === 'string') {
    if (isSecretField(key, value)) {
      run.found.add('field');
      return maskOf('field', run.mark(value));
    }
    return redactString(value, run);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MOST_DEPTH) return CUT;
  return Array.isArray(value) ? redactList(value, key, run, depth) : redactRecord(value, key, run, depth);
}

/** Masks that name the rule alone: for what leaves this machine, or is not kept. */
export const unmarked: Marker = () => '';

/**
 * Masks every secret that a rule finds as `[redacted:RULE:MARK]`; redacting twice changes nothing. `found` names the
 * rules. `mark` is a keyed hash of this machine, so that equal secrets can be recognised and none can be guessed.
 */
export function redactText(text: string, mark: Marker): { text: string; found: string[] } {
  const run = { found: new Set<string>(), mark };
  const redacted = redactString(text, run);
  return { text: redacted, found: [...run.found] };
}

/** The same for all strings of a JSON value, keys included. */
export const redactJson = (value: unknown, mark: Marker): unknown =>
  redactValue(value, '', { found: new Set<string>(), mark }, 0);

/**
 * Masks the secrets in all of a draft that is stored as somebody said it: its text, paths and body (strings at any
 * depth, keys, and whatever string stands under a key named like a secret, rule `field`), the names of agent, actor
 * and model. The identity is left as it is: it is hashed, never stored.
 */
export function redactDraft<D extends DraftInput>(draft: D, mark: Marker): { draft: D; found: string[] } {
  const run = { found: new Set<string>(), mark };
  const { agent, actor } = draft;
  const redacted = {
    ...draft,
    agent: shortened(redactName(agent, run), agent),
    actor: { ...actor, name: shortened(redactName(actor.name, run), actor.name) },
  };
  if (actor.model !== undefined) redacted.actor.model = shortened(redactName(actor.model, run), actor.model);
  if (draft.text !== undefined) redacted.text = redactString(draft.text, run);
  if (draft.paths !== undefined) redacted.paths = draft.paths.map((path) => redactString(path, run));
  if (draft.body !== undefined) redacted.body = redactRecord(draft.body, '', run, 0);
  return { draft: redacted, found: [...run.found] };
}

/** A mask may be longer than what it stands for; names have a greatest length. */
const shortened = (name: string, raw: string): string => (name === raw ? name : name.slice(0, 100));
