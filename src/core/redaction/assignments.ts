import { isPlaceholder, isProse, looksRandom, nameStrength, splitWords } from './names.ts';
import type { Span } from './span.ts';

/** A secret-like last word of a name, what may close the name, and what assigns. The value is read by hand. */
const ASSIGNMENT =
  /(?:pass(?:word|wd|phrase|code)?s?|pwd|secrets?|token|key|jwt|auth|authorization|credentials?|cookies?|mnemonic|seed_phrase|key_base|connection_?string)(?:[_-](?:id|value|base64|b64|prod|production|dev|development|staging|stage|test|live|old|new|primary|secondary|\d{1,3})|\d{1,3})?(\\{0,8}["'`]?\]?)([ \t]{0,16}(?::[ \t]{0,4}[A-Za-z_][\w<>[\]|.]{0,40}[ \t]{0,4}=(?![=>])|:=|=>|=(?![=>])|:(?![:=]))[ \t]{0,16}|[ \t]{1,4}|>)/gi;
const OPENING = /[bfru@]{0,2}(\\{0,8})(["'`])/iy;
const ENV_RUN = /[^\s\\"'`]{1,4096}/y;
const ELEMENT_RUN = /[^<\r\n]{1,512}/y;
const BARE_RUN = /[^\s"'`,;<>{}()[\]|&\\]{1,4096}/y;
const NAME_TAIL = /[A-Za-z0-9_.-]*$/;
const VALUE_CHARS = 8192;
/** A longer bare value is not searched for names inside it, which keeps hostile text linear. */
const RESCANNED_CHARS = 256;
/** What code and schemas put where a value could stand. */
const CODE_WORD =
  /^(?:true|false|null|none|nil|undefined|strings?|str|secretstr|number|int|integer|bool(?:ean)?|any|object|unknown|required|optional|void|bytes?|buffer|text|varchar|char|value|val|input|data|hash|self|this|new|await|async|function|return|not|typeof|yes|no|on|off|default|vault|file|env)[;,?!|)]*$/i;
/** A variable that is named after the secret that it holds: `inputPassword`, `api_key`. */
const isVariable = (value: string): boolean =>
  /^[&*!]?[A-Za-z_-]{1,60}$/.test(value) &&
  splitWords(value).some((word) =>
    /^(?:pass(?:word|wd|phrase)?|pwd|secret|token|key|cred(?:ential)?s?|auth)$/.test(word),
  );
const MEMBER = /^[!&*]?[A-Za-z_]\w*(?:\??\.[A-Za-z_]\w*)+$/;
/** A file's path; base64 may begin with a slash too, but has other signs or long random stretches. */
const isPath = (value: string): boolean =>
  /^(?:~|\.{0,2})\/[\w.@/-]*$/.test(value) && !value.split('/').some((part) => looksRandom(part, 16));
const FLAG_PROSE =
  /^(?:flags?|options?|arguments?|args?|is|are|and|or|to|was|for|value|parameter|in|with|from|instead|if|when|must|should|can|as|on|at|of|the|a|an|has|will|that|which|because|then|so|it|this|not|via|by|stdin|file)$/i;

interface Assignment {
  name: string;
  env: boolean;
  flag: boolean;
  spaced: boolean;
  element: boolean;
  yamlLine: boolean;
}

/** PWD is a password in connection strings and the current directory everywhere else. */
const isWorkingDirectory = (value: string, at: Assignment): boolean =>
  /pwd$/i.test(at.name) && /[\\/~]|^[A-Za-z]:/.test(value);

function isSecretQuoted(value: string, strength: 'strong' | 'weak', at: Assignment): boolean {
  if (isPlaceholder(value) || CODE_WORD.test(value) || isWorkingDirectory(value, at)) return false;
  if (at.env) return strength === 'strong' || looksRandom(value, 8);
  if (isProse(value)) return false;
  return strength === 'strong' ? value.length >= 4 : looksRandom(value, at.flag ? 8 : 16);
}

function isSecretBare(value: string, next: string, strength: 'strong' | 'weak', at: Assignment): boolean {
  if (at.element) return isSecretQuoted(value, strength, at);
  if (isPlaceholder(value) || CODE_WORD.test(value) || isWorkingDirectory(value, at)) return false;
  if (at.env) return strength === 'strong' || looksRandom(value, 8);
  if (at.flag) {
    if (at.spaced && (value.startsWith('-') || FLAG_PROSE.test(value))) return false;
    return strength === 'strong' ? value.length >= 3 : looksRandom(value, 8);
  }
  if ('([{'.includes(next || ' ') || MEMBER.test(value) || isPath(value)) return false;
  if (isVariable(value) || /^pass$/i.test(at.name)) return false;
  if (strength === 'weak') return looksRandom(value, 16);
  if (/^\d+$/.test(value)) return value.length >= 6;
  if (value.length >= 4 && /[^A-Za-z_.-]/.test(value) && /[A-Za-z0-9]/.test(value)) return true;
  return at.yamlLine && /^[a-z]{5,}$/.test(value);
}

/**
 * End of a quoted value whose opening quote had `depth` backslashes before it (a string inside a JSON string has one);
 * -1 when it is not closed on its line.
 */
function endOfQuoted(text: string, from: number, depth: number, quote: string): number {
  const limit = Math.min(text.length, from + VALUE_CHARS);
  let backslashes = 0;
  for (let at = from; at < limit; at += 1) {
    const char = text[at];
    if (char === '\n') return -1;
    if (char === quote) {
      const escaped = depth === 0 ? backslashes % 2 === 1 : backslashes === 2 * depth + 1;
      if (!escaped) return at - (depth === 0 ? 0 : backslashes);
    }
    backslashes = char === '\\' ? backslashes + 1 : 0;
  }
  return -1;
}

function readBare(text: string, from: number, at: Assignment): Span {
  const run = at.element ? ELEMENT_RUN : at.env ? ENV_RUN : BARE_RUN;
  run.lastIndex = from;
  return [from, from + (run.exec(text)?.[0].length ?? 0)];
}

/** Reads the value that stands at `from`: its span, whether it is a secret, and where to read on when it is not. */
function valueAt(
  text: string,
  from: number,
  at: Assignment,
): { span: Span; secret: boolean; next: number } | null {
  const strength = nameStrength(at.name);
  if (strength === null) return null;
  OPENING.lastIndex = from;
  const opening = at.element ? null : OPENING.exec(text);
  const start = opening === null ? from : OPENING.lastIndex;
  const end = opening === null ? -1 : endOfQuoted(text, start, opening[1]?.length ?? 0, opening[2] ?? '');
  if (end !== -1)
    return { span: [start, end], secret: isSecretQuoted(text.slice(start, end), strength, at), next: start };
  const span = readBare(text, start, at);
  const value = text.slice(...span);
  const yamlLine = at.yamlLine && /^(?:\r?(?:\n|$)|\\[nr])/.test(text.slice(span[1], span[1] + 2));
  const secret = value !== '' && isSecretBare(value, text[span[1]] ?? '', strength, { ...at, yamlLine });
  return { span, secret, next: value.length > RESCANNED_CHARS ? span[1] : start };
}

function assignmentAt(text: string, match: RegExpExecArray): Assignment | null {
  const [whole, closer = '', operator = ''] = match;
  const before = text.slice(Math.max(0, match.index - 64), match.index);
  const run = NAME_TAIL.exec(before)?.[0] ?? '';
  // In a string inside JSON a line break is the two characters \\n, and its n is no part of the name.
  const escaped = /^[nrt]/.test(run) && before[before.length - run.length - 1] === '\\';
  const tail = escaped ? run.slice(1) : run;
  const word = whole.slice(0, whole.length - closer.length - operator.length);
  const flag = /(?:^-|--)[A-Za-z0-9_.-]*$/.test(tail);
  const spaced = operator.trim() === '';
  if (spaced && !(tail.includes('--') && closer === '')) return null;
  if (operator === '>' && !/<[A-Za-z0-9_.:-]*$/.test(before)) return null;
  const upper = word === word.toUpperCase() && !/[a-z]/.test(tail.slice(-12));
  const lineStart = /(?:^|\n|\\n)[ \t]*(?:- )?$/.test(before.slice(0, before.length - tail.length));
  return {
    name: tail + word,
    env: operator === '=' && closer === '' && upper,
    flag,
    spaced,
    element: operator === '>',
    yamlLine: lineStart && /^(?:: +|=)$/.test(operator),
  };
}

/** Finds literal values that are assigned to secret-like names: env files, YAML, JSON (escaped too), code, XML, CLI flags. */
export function findAssignments(text: string): Span[] {
  const spans: Span[] = [];
  ASSIGNMENT.lastIndex = 0;
  let match = ASSIGNMENT.exec(text);
  while (match !== null) {
    const at = assignmentAt(text, match);
    const from = match.index + match[0].length;
    const value = at === null ? null : valueAt(text, from, at);
    if (value?.secret) spans.push(value.span);
    ASSIGNMENT.lastIndex =
      value === null ? from - (match[2] ?? '').length : value.secret ? value.span[1] : value.next;
    match = ASSIGNMENT.exec(text);
  }
  return spans;
}
