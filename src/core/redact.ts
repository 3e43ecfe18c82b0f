import type { DraftInput } from '../schema/event.ts';
import { textRules } from './redact-rules.ts';
import { isSecretField, nameStrength } from './redaction/names.ts';
import { createPrefilter } from './redaction/prefilter.ts';
import { maskOf, maskSpans } from './redaction/span.ts';

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

function redactOnce(text: string, found: Set<string>): string {
  let out = text;
  for (const index of rulesFor(text)) {
    const rule = textRules[index];
    if (rule === undefined) continue;
    const masked = maskSpans(out, rule.find(out), rule.name);
    if (masked !== out) found.add(rule.name);
    out = masked;
  }
  return out;
}

function redactString(text: string, found: Set<string>): string {
  let before = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const after = redactOnce(before, found);
    if (after === before) return after;
    before = after;
  }
  return before;
}

/** Names of fields in which no rule finds anything: events have the same few hundred. */
const harmless = new Set<string>();
const NAMES_KEPT = 5_000;
const NAME_CHARS = 60;

function redactName(name: string, found: Set<string>): string {
  if (harmless.has(name)) return name;
  const safe = redactString(name, found);
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

function redactList(list: readonly unknown[], key: string, found: Set<string>, depth: number): unknown[] {
  const lines = redactLines(list, found);
  return lines.map((item, index) => {
    const flag = lines[index - 1];
    return redactValue(item, isSecretFlag(flag) ? String(flag) : key, found, depth + 1);
  });
}

/** Lines of one text (diff hunks) are read together, so that a key that spans several of them is seen. */
function redactLines(list: readonly unknown[], found: Set<string>): readonly unknown[] {
  if (list.length < 2 || !list.every((item) => typeof item === 'string' && !item.includes('\n'))) return list;
  const joined = list.join('\n');
  const redacted = redactString(joined, found);
  if (redacted === joined) return list;
  const lines = redacted.split('\n');
  const missing = list.length - lines.length;
  if (missing <= 0) return lines;
  const at = lines.findIndex((line) => line.includes(maskOf('private-key')));
  return lines.toSpliced(at + 1, 0, ...Array.from({ length: missing }, () => maskOf('private-key')));
}

function redactRecord(
  record: object,
  key: string,
  found: Set<string>,
  depth: number,
): Record<string, unknown> {
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
      let safeName = redactName(name, found);
      while (taken.has(safeName)) safeName += '+';
      taken.add(safeName);
      return [safeName, redactValue(value, inherited, found, depth + 1)];
    }),
  );
}

function redactValue(value: unknown, key: string, found: Set<string>, depth: number): unknown {
  if (typeof value === 'string') {
    if (isSecretField(key, value)) {
      found.add('field');
      return maskOf('field');
    }
    return redactString(value, found);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MOST_DEPTH) return CUT;
  return Array.isArray(value) ? redactList(value, key, found, depth) : redactRecord(value, key, found, depth);
}

/** Masks every secret that a rule finds as `[redacted:RULE]`; redacting twice changes nothing. `found` names the rules. */
export function redactText(text: string): { text: string; found: string[] } {
  const found = new Set<string>();
  const redacted = redactString(text, found);
  return { text: redacted, found: [...found] };
}

/**
 * Masks the secrets in a draft's text, paths and body: strings at any depth, keys, and whatever string stands under
 * a key named like a secret (rule `field`). The identity is left as it is: it is hashed, never stored.
 */
export function redactDraft<D extends DraftInput>(draft: D): { draft: D; found: string[] } {
  const found = new Set<string>();
  const redacted = { ...draft };
  if (draft.text !== undefined) redacted.text = redactString(draft.text, found);
  if (draft.paths !== undefined) redacted.paths = draft.paths.map((path) => redactString(path, found));
  if (draft.body !== undefined) redacted.body = redactRecord(draft.body, '', found, 0);
  return { draft: redacted, found: [...found] };
}
