import { isMask } from './span.ts';

/** `strong`: whatever is literally assigned to it is a secret. `weak`: it is one when it also looks random. */
export type NameStrength = 'strong' | 'weak';

const STRONG =
  /(?:password|passwd|pswd|passphrase|passcode|secret|mnemonic|seed_phrase|secret_key_base|_pwd|_pass|api_?key|access_?key|secret_?key|private_?key|account_?key|client_?key|auth_?key|master_?key|encryption_?key|signing_?key|(?:auth|access|refresh|session|bearer|security|id)_?token|connection_?string|authorization)$/;
const WEAK =
  /(?:token|jwt|(?:^|_)auth|^pwd|(?:^|_)pass|credentials?|cookies?|(?:shared|storage|deploy|license|webhook|hmac|session|ssh|service|role|anon|service_account)_?key|passwords|secrets)$/;
const DEPLOYMENT =
  /_(?:id|value|base64|b64|prod|production|dev|development|staging|stage|test|live|old|new|primary|secondary|\d{1,3})$/;
/** Longest name that is looked at: enough for any real one, and a bound for hostile ones. */
const NAME_CHARS = 80;

/** `dbPassword`, `DB-PASSWORD` and `db.password` are all the words db and password. */
export const splitWords = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

/** Strengths of names that were asked for before: the fields of the events are the same few hundred. */
const known = new Map<string, NameStrength | null>();
const NAMES_KNOWN = 5_000;

/** Says how much the name alone tells that its value is a secret; null when nothing. */
export function nameStrength(name: string): NameStrength | null {
  if (name.length > NAME_CHARS) return strengthOf(name);
  const before = known.get(name);
  if (before !== undefined) return before;
  const strength = strengthOf(name);
  if (known.size >= NAMES_KNOWN) known.clear();
  known.set(name, strength);
  return strength;
}

function strengthOf(name: string): NameStrength | null {
  const full = splitWords(name.slice(-NAME_CHARS)).join('_');
  const bare = full.replace(DEPLOYMENT, '');
  if (STRONG.test(full) || STRONG.test(bare)) return 'strong';
  return WEAK.test(full) || WEAK.test(bare) ? 'weak' : null;
}

const REFERENCE =
  /^(?:\$[A-Z_][A-Z0-9_]*$|\$[a-z_]+$|\$\{|\$\(|%[A-Za-z_]+%$|\{\{|\{[A-Za-z_.]*\}$|<[^>]*>$|#\{|@[a-z]+\()/;
const BLANK = /^(?:[*.xX•_-]{2,}|…)$/;
const PLACEHOLDER =
  /^(?:(?:your|example|placeholder|redacted|hidden|masked|dummy|insert|replace)[^0-9]*|change-?_?me)$/i;
const OWN_WORD =
  /^(?:(?:my|the|user|new|old|db)?[ _-]?(?:password|passwd|passphrase|secret|token|api[ _-]?key|pwd|pass|key|cookie|authorization|credentials?))$/i;

/** Stands for a value without being one: a variable, a template, asterisks, the word itself, a mask of ours. */
export const isPlaceholder = (value: string): boolean =>
  value === '' ||
  isMask(value) ||
  REFERENCE.test(value) ||
  BLANK.test(value) ||
  PLACEHOLDER.test(value) ||
  OWN_WORD.test(value);

const PROSE =
  /\b(?:passwords?|passphrase|secrets?|tokens?|keys?|required|must|should|enter|invalid|incorrect|please|your|the|is|not|for|with|from|than|least|match|wrong|missing)\b/i;
const LABEL_PATH = /^[A-Za-z]+(?:[.:/][A-Za-z_-]+)+$/;

/** A sentence or the key of one (`form.password.label`): text about a secret. */
export const isProse = (value: string): boolean =>
  (/\S\s+\S/.test(value) && PROSE.test(value)) ||
  (LABEL_PATH.test(value) && /pass|secret|token|key|auth/i.test(value));

/** Letters and digits together, or long and of mixed case: what people do not type as a word. */
export function looksRandom(value: string, least: number): boolean {
  if (value.length < least || /\s/.test(value) || /^(?:https?:|[./~]|[A-Za-z]:\\)/.test(value)) return false;
  if (/\d/.test(value) && /[A-Za-z]/.test(value)) return true;
  // Letters alone: an identifier's words are long (`TestGetCurrentHookAgent`), those of a random string are not.
  return value.length >= 20 && /^[A-Za-z+/=_-]+$/.test(value) && value.length / splitWords(value).length < 3;
}

/** Whether a string that stands under `key` in structured data is to be masked. */
export function isSecretField(key: string, value: string): boolean {
  const strength = nameStrength(key);
  if (strength === null || isPlaceholder(value) || isProse(value)) return false;
  if (strength === 'strong') return !/^(?:true|false|null|none|yes|no)$/i.test(value);
  if (/^\d{1,9}$/.test(value) || /^[A-Za-z]{1,20}(?:[-_ .][a-z]{1,20}){0,3}$/.test(value)) return false;
  return value.length >= 8 && (value.length > 24 || looksRandom(value, 8));
}
