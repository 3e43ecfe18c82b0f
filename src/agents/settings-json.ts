import {
  findNodeAtLocation,
  type JSONPath,
  type Node,
  type ParseError,
  parse,
  parseTree,
  stripComments,
} from 'jsonc-parser';
import { AppError } from '../schema/app-error.ts';
import { asFields, type Fields } from './fields.ts';

/** A JSON settings file while it is edited: what is not touched keeps its bytes, order and formatting. */
export interface SettingsText {
  /** The value at `path`; undefined when there is none. */
  get(path: JSONPath): unknown;
  /** Sets the value, making the objects above it that are missing. An index one past the end of a list appends. */
  set(path: JSONPath, value: unknown): void;
  remove(path: JSONPath): void;
  text(): string;
}

const byteOrderMark = '\uFEFF';

/** How the agent reads the file: plain JSON, or with comments and trailing commas. */
export interface Dialect {
  comments: boolean;
}

const plainJson: Dialect = { comments: false };

/**
 * Opens the text of a settings file; null or blank text is an empty object. Comments stay where they are. Throws
 * AppError FAILED_PRECONDITION when it is no JSON object in the agent's dialect: editing it could lose what is broken in it.
 */
export function openSettings(
  path: string,
  original: string | null,
  { comments }: Dialect = plainJson,
): SettingsText {
  const mark = original?.startsWith(byteOrderMark) ? byteOrderMark : '';
  const body = (original ?? '').slice(mark.length);
  let text = body.trim() === '' ? '{\n}\n' : body;
  checkObject(path, text, comments);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  const root = (): Node => {
    const tree = parseTree(text, [], { allowTrailingComma: true });
    if (tree === undefined) throw refusal(path, 'is not valid JSON');
    return tree;
  };
  const nodeAt = (at: JSONPath): Node | undefined => findNodeAtLocation(root(), at);
  return {
    get: (at) => valueAt(parse(text, [], { allowTrailingComma: true }), at),
    set: (at, value) => {
      const existing = nodeAt(at);
      if (existing !== undefined) {
        text = replace(
          text,
          existing.offset,
          existing.length,
          render(value, indentAt(text, existing.offset), unit, eol, !isInline(text, existing)),
        );
        return;
      }
      const { container, key, item } = missingPart(root(), at, value);
      text = insert(text, container, key, item, { unit, eol });
    },
    remove: (at) => {
      const node = nodeAt(at);
      if (node !== undefined) text = cutOut(text, node);
    },
    text: () => mark + text,
  };
}

function checkObject(path: string, text: string, comments: boolean): void {
  const value = comments ? readWithComments(path, text) : readPlain(path, text);
  if (asFields(value) === null) throw refusal(path, 'is not a JSON object');
  checkKeys(path, parseTree(text, [], { allowTrailingComma: true }), 0);
}

function readPlain(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const hasComments =
      parseTree(text, [], { allowTrailingComma: true }) !== undefined && /\/[/*]/.test(text);
    throw refusal(path, hasComments ? 'has comments, or is not valid JSON' : 'is not valid JSON');
  }
}

function readWithComments(path: string, text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0)
    throw new AppError('FAILED_PRECONDITION', `${path} is not valid JSON; it was not touched`, {
      hint: `mend ${path}, then run the command again`,
      details: { path },
    });
  return value;
}

/** A key that stands twice means one thing to the editor and another to the agent. */
function checkKeys(path: string, node: Node | undefined, depth: number): void {
  if (node?.type !== 'object' || depth > 2) return;
  const seen = new Set<unknown>();
  for (const property of node.children ?? []) {
    const key: unknown = property.children?.[0]?.value;
    if (seen.has(key)) throw refusal(path, `has the key ${JSON.stringify(key)} twice`);
    seen.add(key);
    checkKeys(path, property.children?.[1], depth + 1);
  }
}

export const refusal = (path: string, what: string): AppError =>
  new AppError('FAILED_PRECONDITION', `${path} ${what}; it was not touched`, {
    hint: `make ${path} plain JSON without comments, then run the command again`,
    details: { path },
  });

function valueAt(value: unknown, path: JSONPath): unknown {
  let found: unknown = value;
  for (const step of path) {
    if (Array.isArray(found) && typeof step === 'number') found = found[step];
    else {
      const fields: Fields | null = asFields(found);
      found = fields !== null && Object.hasOwn(fields, step) ? fields[step] : undefined;
    }
  }
  return found;
}

/** Deepest container that exists, and what must be put into it. */
function missingPart(
  root: Node,
  path: JSONPath,
  value: unknown,
): { container: Node; key: string | null; item: unknown } {
  let depth = path.length - 1;
  let container = findNodeAtLocation(root, path.slice(0, depth));
  let item = value;
  while (container === undefined && depth > 0) {
    const key = path[depth];
    item = typeof key === 'number' ? [item] : { [String(key)]: item };
    depth -= 1;
    container = findNodeAtLocation(root, path.slice(0, depth));
  }
  const key = path[depth];
  return { container: container ?? root, key: typeof key === 'string' ? key : null, item };
}

interface Style {
  unit: string;
  eol: string;
}

/** Puts an item at the end of an object or a list, in the style of what is there. */
function insert(
  text: string,
  container: Node,
  key: string | null,
  item: unknown,
  { unit, eol }: Style,
): string {
  const children = container.children ?? [];
  const last = children.at(-1);
  const isBroken = last === undefined ? text.trim().includes('\n') : !isInline(text, container);
  const base = indentAt(text, container.offset);
  const indent = last === undefined ? base + unit : indentAt(text, last.offset);
  const name = key === null ? '' : `${JSON.stringify(key)}: `;
  const rendered = name + render(item, indent, unit, eol, isBroken);
  if (last !== undefined) {
    return replace(
      text,
      last.offset + last.length,
      0,
      isBroken ? `,${eol}${indent}${rendered}` : `, ${rendered}`,
    );
  }
  const inner = isBroken ? `${eol}${indent}${rendered}${eol}${base}` : rendered;
  return replace(text, container.offset + 1, container.length - 2, inner);
}

/** Takes a value out, with its key and one comma: the reverse of insert. Comments beside it stay. */
function cutOut(text: string, value: Node): string {
  const item = value.parent?.type === 'property' ? value.parent : value;
  const siblings = item.parent?.children ?? [];
  const index = siblings.indexOf(item);
  const [before, after] = [siblings[index - 1], siblings[index + 1]];
  const end = item.offset + item.length;
  // jsonc-parser's own removal leaves a stray bracket behind when it takes the last item of a list.
  if (before !== undefined) {
    const start = before.offset + before.length;
    return replace(text, start, end - start, commentsIn(text.slice(start, item.offset)).trimEnd());
  }
  if (after !== undefined) {
    const kept = commentsIn(text.slice(end, after.offset)).trimStart();
    return replace(text, item.offset, after.offset - item.offset, kept);
  }
  const container = item.parent;
  if (container === undefined) return text;
  const [start, last] = [container.offset + 1, container.offset + container.length - 1];
  const kept = commentsIn(text.slice(start, item.offset)) + commentsIn(text.slice(end, last));
  return replace(text, start, last - start, kept);
}

/** What stands between two items, without its comma; nothing when there is no comment in it. */
function commentsIn(gap: string): string {
  const bare = stripComments(gap, ' ');
  if (bare === gap) return '';
  const comma = bare.indexOf(',');
  return comma < 0 ? gap : gap.slice(0, comma) + gap.slice(comma + 1);
}

function render(value: unknown, indent: string, unit: string, eol: string, isBroken: boolean): string {
  if (!isBroken) return JSON.stringify(value);
  return JSON.stringify(value, null, unit)
    .split('\n')
    .join(eol + indent);
}

const isInline = (text: string, node: Node): boolean =>
  !text.slice(node.offset, node.offset + node.length).includes('\n');

/** White space at the start of the line that `offset` is in. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

const replace = (text: string, offset: number, length: number, by: string): string =>
  text.slice(0, offset) + by + text.slice(offset + length);

export const isEmpty = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.length === 0
    : asFields(value) !== null && Object.keys(asFields(value) ?? {}).length === 0;

/** The text after `edit`; null when nothing else is left of the file, the text itself when nothing was ours. */
export function editedSettings(
  path: string,
  text: string | null,
  dialect: Dialect,
  edit: (settings: SettingsText) => void,
): string | null {
  if (text === null) return null;
  if (text.trim() === '') return text;
  const settings = openSettings(path, text, dialect);
  edit(settings);
  if (settings.text() === text) return text;
  return settings.text().replace(/\s/g, '') === '{}' ? null : settings.text();
}

/** Null for a text that is not to be edited. */
export function openOrNull(path: string, text: string | null, dialect: Dialect): SettingsText | null {
  try {
    return openSettings(path, text, dialect);
  } catch {
    return null;
  }
}
