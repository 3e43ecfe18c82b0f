import { isDeepStrictEqual } from 'node:util';
import { type AST, getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { AppError } from '../schema/app-error.ts';
import { asFields, type Fields } from './fields.ts';

type Path = readonly (string | number)[];

/** A TOML settings file while it is edited: what is not touched keeps its bytes, order, comments and formatting. */
export interface TomlText {
  /** The value at `path`; undefined when there is none. */
  get(path: Path): unknown;
  /** Sets the table at `path` to these fields: those that are the same keep their text, others of the table go. */
  setTable(path: readonly string[], fields: Fields): void;
  remove(path: readonly string[]): void;
  text(): string;
}

const byteOrderMark = '\uFEFF';

/**
 * Opens the text of a TOML file; null is an empty one. Throws AppError FAILED_PRECONDITION when it is no TOML: editing
 * it could lose what is broken in it.
 */
export function openToml(path: string, original: string | null): TomlText {
  const mark = original?.startsWith(byteOrderMark) ? byteOrderMark : '';
  let text = (original ?? '').slice(mark.length);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  parse(path, text);
  /** Takes a new text only if it says what it should, and of all else what it said before. */
  const change = (next: string, at: Path, wanted: unknown): void => {
    const [before, after] = [text, next].map((some) => plainOf(getStaticTOMLValue(parse(path, some))));
    const isAsWanted = isDeepStrictEqual(valueAt(after, at), plainOf(wanted));
    if (!isAsWanted || !isDeepStrictEqual(without(before, at), without(after, at)))
      throw refusal(path, 'cannot be edited safely');
    text = next;
  };
  return {
    get: (at) => valueAt(getStaticTOMLValue(parse(path, text)), at),
    setTable: (at, fields) => {
      let next = text;
      const current = asFields(valueAt(getStaticTOMLValue(parse(path, text)), at));
      if (current === null) return change(added(path, next, at, fields, eol), at, fields);
      for (const key of Object.keys(current))
        if (!Object.hasOwn(fields, key)) next = cutOut(next, parse(path, next), [...at, key]);
      for (const [key, value] of Object.entries(fields))
        if (!isDeepStrictEqual(plainOf(current[key]), plainOf(value)))
          next = putKey(path, next, [...at, key], value, eol);
      change(next, at, fields);
    },
    remove: (at) => change(cutOut(text, parse(path, text), at), at, undefined),
    text: () => mark + text,
  };
}

/** Null for a text that is not to be edited. */
export function tomlOrNull(path: string, text: string | null): TomlText | null {
  try {
    return openToml(path, text);
  } catch {
    return null;
  }
}

/** The text after `edit`; null when nothing else is left of the file, the text itself when nothing was ours. */
export function editedToml(
  path: string,
  text: string | null,
  edit: (settings: TomlText) => void,
): string | null {
  if (text === null) return null;
  const settings = openToml(path, text);
  edit(settings);
  const next = settings.text();
  return next !== text && next.replace(byteOrderMark, '').trim() === '' ? null : next;
}

function parse(path: string, text: string): AST.TOMLProgram {
  try {
    return parseTOML(text, { tomlVersion: '1.1' });
  } catch {
    throw refusal(path, 'is not valid TOML');
  }
}

const refusal = (path: string, what: string): AppError =>
  new AppError('FAILED_PRECONDITION', `${path} ${what}; it was not touched`, {
    hint: `mend ${path}, then run the command again`,
    details: { path },
  });

function valueAt(value: unknown, path: Path): unknown {
  let found: unknown = value;
  for (const step of path) {
    const holder = Array.isArray(found) ? (found as unknown as Fields) : asFields(found);
    found = holder !== null && Object.hasOwn(holder, step) ? holder[step] : undefined;
  }
  return found;
}

/** The value without prototypes, so that it compares by what it says. */
const plainOf = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : JSON.parse(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? String(item) : item)));

/** A copy without what stands at `path`, and without the tables above it that are empty then. */
function without(value: unknown, [step, ...rest]: Path): unknown {
  const fields = asFields(value);
  if (fields === null || step === undefined || !Object.hasOwn(fields, step)) return value;
  const { [step]: inner, ...others } = fields;
  const left = rest.length === 0 ? {} : without(inner, rest);
  return asFields(left) !== null && isDeepStrictEqual(left, {}) ? others : { ...others, [step]: left };
}

/** A header or a key with its value, by its whole path. */
interface Entry {
  path: Path;
  node: AST.TOMLTable | AST.TOMLKeyValue;
  /** Inline table that it stands in. */
  inline: AST.TOMLInlineTable | null;
}

function entriesOf(program: AST.TOMLProgram): Entry[] {
  const entries: Entry[] = [];
  const addPair = (pair: AST.TOMLKeyValue, above: Path, inline: Entry['inline']): void => {
    const path = [...above, ...getStaticTOMLValue(pair.key)];
    entries.push({ path, node: pair, inline });
    if (pair.value.type === 'TOMLInlineTable')
      for (const inner of pair.value.body) addPair(inner, path, pair.value);
  };
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') addPair(node, [], null);
    else {
      entries.push({ path: node.resolvedKey, node, inline: null });
      for (const pair of node.body) addPair(pair, node.resolvedKey, null);
    }
  }
  return entries;
}

const isWithin = (path: Path, above: Path): boolean => above.every((step, index) => path[index] === step);

/** The text with a new table: in the inline table that its parent is, else as a block at the end. */
function added(file: string, text: string, at: readonly string[], fields: Fields, eol: string): string {
  const entries = entriesOf(parse(file, text));
  const parent = entries.find(
    ({ path, node }) => node.type === 'TOMLKeyValue' && path.length < at.length && isWithin(at, path),
  );
  const { node } = parent ?? {};
  if (node?.type === 'TOMLKeyValue' && node.value.type === 'TOMLInlineTable' && parent !== undefined) {
    const rest = at.slice(parent.path.length);
    return inlined(text, node.value, `${rest.map(keyText).join('.')} = ${valueText(fields)}`);
  }
  const lines = Object.entries(fields).map(([key, value]) => `${keyText(key)} = ${valueText(value)}`);
  const block = [`[${at.map(keyText).join('.')}]`, ...lines].join(eol);
  if (text === '') return block + eol;
  // The reverse takes one blank line in front of a header, and no more.
  return text.endsWith('\n') ? text + eol + block + eol : text + eol + eol + block;
}

function inlined(text: string, table: AST.TOMLInlineTable, item: string): string {
  const last = table.body.at(-1);
  return last === undefined
    ? replace(text, table.range[0] + 1, table.range[0] + 1, item)
    : replace(text, last.range[1], last.range[1], `, ${item}`);
}

/** The text with another value of one key of a table that is there. */
function putKey(file: string, text: string, at: readonly string[], value: unknown, eol: string): string {
  const entries = entriesOf(parse(file, text));
  const same = entries.find(
    ({ path, node }) => node.type === 'TOMLKeyValue' && path.length === at.length && isWithin(path, at),
  );
  if (same?.node.type === 'TOMLKeyValue')
    return replace(text, same.node.value.range[0], same.node.value.range[1], valueText(value));
  const table = at.slice(0, -1);
  const key = keyText(at.at(-1) ?? '');
  if (entries.some(({ path }) => path.length > at.length && isWithin(path, at)))
    return putKey(file, cutOut(text, parse(file, text), at), at, value, eol);
  const beside = entries.findLast(
    ({ path, node }) => node.type === 'TOMLKeyValue' && path.length === at.length && isWithin(path, table),
  );
  if (beside?.node.type === 'TOMLKeyValue') {
    if (beside.inline !== null) return inlined(text, beside.inline, `${key} = ${valueText(value)}`);
    const { keys } = beside.node.key;
    const line = text.slice(lineStart(text, beside.node.range[0]), keys.at(-1)?.range[0]);
    return replace(
      text,
      ...afterLine(text, beside.node.range[1], eol, `${line}${key} = ${valueText(value)}`),
    );
  }
  const whole = entries.find(({ path }) => path.length === table.length && isWithin(path, table));
  if (whole?.node.type === 'TOMLTable')
    return replace(text, ...afterLine(text, whole.node.key.range[1], eol, `${key} = ${valueText(value)}`));
  if (whole?.node.type === 'TOMLKeyValue' && whole.node.value.type === 'TOMLInlineTable')
    return inlined(text, whole.node.value, `${key} = ${valueText(value)}`);
  throw refusal(file, 'cannot be edited safely');
}

function afterLine(text: string, offset: number, eol: string, line: string): [number, number, string] {
  const end = lineEnd(text, offset);
  const isLast = text[end - 1] !== '\n';
  return [end, end, isLast ? eol + line : line + eol];
}

/** The text without what stands at `at` or below it, wherever in the file; comments on lines of their own stay. */
function cutOut(text: string, program: AST.TOMLProgram, at: Path): string {
  const gone = entriesOf(program).filter(({ path }) => path.length >= at.length && isWithin(path, at));
  let next = text;
  for (const entry of gone.reverse()) {
    // What stands in an inline table that goes as a whole goes with it.
    if (entry.inline !== null && entry.path.length > at.length) continue;
    next =
      entry.inline !== null && entry.node.type === 'TOMLKeyValue'
        ? cutInline(next, entry.inline, entry.node)
        : cutLines(next, entry.node);
  }
  return next;
}

function cutInline(text: string, table: AST.TOMLInlineTable, pair: AST.TOMLKeyValue): string {
  const index = table.body.indexOf(pair);
  const [before, after] = [table.body[index - 1], table.body[index + 1]];
  if (before !== undefined) return replace(text, before.range[1], pair.range[1], '');
  return replace(text, pair.range[0], after === undefined ? pair.range[1] : after.range[0], '');
}

function cutLines(text: string, node: Entry['node']): string {
  const end = lineEnd(text, node.type === 'TOMLTable' ? node.key.range[1] : node.range[1]);
  let start = lineStart(text, node.range[0]);
  const isLast = text[end - 1] !== '\n';
  if (node.type === 'TOMLTable') start = beforeBlank(text, start);
  if (isLast && end === text.length) start = beforeEol(text, start);
  return replace(text, start, end, '');
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

function beforeEol(text: string, offset: number): number {
  if (text[offset - 1] !== '\n') return offset;
  return text[offset - 2] === '\r' ? offset - 2 : offset - 1;
}

/** Start of the blank line in front of `offset`, else `offset`. */
function beforeBlank(text: string, offset: number): number {
  const start = beforeEol(text, offset);
  return start < offset && (start === 0 || text[start - 1] === '\n') ? start : offset;
}

const replace = (text: string, start: number, end: number, by: string): string =>
  text.slice(0, start) + by + text.slice(end);

const keyText = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : stringText(key));

/** TOML's basic strings are JSON's, but that they bear neither DEL nor half a character. */
const stringText = (text: string): string =>
  JSON.stringify(text.toWellFormed()).replaceAll('\u007f', '\\u007f');

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  const fields = asFields(value);
  if (fields === null) return typeof value === 'string' ? stringText(value) : String(value);
  const pairs = Object.entries(fields).map(([key, item]) => `${keyText(key)} = ${valueText(item)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}
