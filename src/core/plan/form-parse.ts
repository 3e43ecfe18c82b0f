import type { PlanItem } from '../../schema/records.ts';
import type { Standpoint } from '../../schema/view.ts';
import { stateMarks } from './form-text.ts';

/** A blocker or a question, by the id that it has already. */
export interface FormMember {
  id: string | null;
  text: string;
}

/** An item as a text says it. */
export interface FormItem {
  /** Line that it begins on, 1 for the first. */
  line: number;
  /** What stands behind its ^; null: a new one. */
  token: string | null;
  /** Place of the item that it is a part of among the items of the text. */
  parent: number | null;
  title: string;
  state: PlanItem['state'];
  priority: number | null;
  owner: string | null;
  note: string;
  needs: string[];
  paths: string[];
  links: string[];
  blockers: FormMember[];
  questions: (FormMember & { answer: string | null })[];
}

export interface Form {
  /** The view that it was made from; null: somebody has written it by himself. */
  base: Standpoint | null;
  /** The one item that it is about; null: the whole plan. */
  only: string | null;
  items: FormItem[];
  /** How many lines were neither items nor about one. */
  passedBy: number;
  /** What cannot be understood, with the line. */
  faults: string[];
}

const HEAD =
  /^<!-- hivemind plan at (br_[0-9a-f]{32})((?: wr_[0-9a-f]{32}:\d{1,15}){0,1000})(?: item \^(\S{1,5000}))? \(/;
const ITEM = /^(?:[-*+]|\d{1,9}[.)])\s{1,10}\[(.)\](?:\s(.*))?$/;
const FIELD = /^[-*+]\s{1,10}([a-z]{2,20}):(.*)$/;

const stateOf = new Map<string, PlanItem['state']>([
  ...Object.entries(stateMarks).map(([state, mark]): [string, PlanItem['state']] => [
    mark,
    state as PlanItem['state'],
  ]),
  ['X', 'done'],
  ['/', 'doing'],
]);

/** Reads a check list. What a text of ours has in a wrong form is a fault; in one of somebody's own it is a note, or passed by. */
export function parseForm(text: string): Form {
  const form: Form = { base: null, only: null, items: [], passedBy: 0, faults: [] };
  const open: { indent: number; index: number }[] = [];
  let skipped: 'comment' | 'fence' | null = null;
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n?|\n/)
    .entries()) {
    const line = raw.replaceAll('\t', '    ').trimEnd();
    const bare = line.trimStart();
    const at = { number: index + 1, indent: line.length - bare.length, bare };
    if (skipped === 'comment') skipped = bare.includes('-->') ? null : 'comment';
    else if (skipped === 'fence') skipped = bare.startsWith('```') ? null : 'fence';
    else if (bare.startsWith('<!--')) {
      readHead(bare, form);
      skipped = bare.includes('-->') ? null : 'comment';
    } else if (bare.startsWith('```')) skipped = 'fence';
    else if (bare !== '') readLine(at, form, open);
  }
  return form;
}

function readHead(line: string, form: Form): void {
  const [, branch, writers = '', only] = HEAD.exec(line) ?? [];
  if (branch === undefined || form.base !== null) return;
  const cut = writers
    .trim()
    .split(' ')
    .filter((one) => one !== '')
    .map((one) => one.split(':'));
  form.base = { branch, cut: Object.fromEntries(cut.map(([writer = '', seq]) => [writer, Number(seq)])) };
  form.only = only ?? null;
}

interface Line {
  number: number;
  indent: number;
  bare: string;
}

function readLine(line: Line, form: Form, open: { indent: number; index: number }[]): void {
  const [whole, mark = '', rest = ''] = ITEM.exec(line.bare) ?? [];
  if (whole !== undefined) {
    while ((open.at(-1)?.indent ?? -1) >= line.indent) open.pop();
    const state = stateOf.get(mark);
    if (state === undefined)
      form.faults.push(
        `line ${line.number}: [${mark}] is no state: ${[...stateOf.keys()].map((one) => `[${one}]`).join(' ')}`,
      );
    const { text, token } = withoutToken(rest.trim());
    if (text === '') form.faults.push(`line ${line.number}: an item needs a title`);
    if (text.length > 500) form.faults.push(`line ${line.number}: a title has at most 500 characters`);
    form.items.push({
      ...blank(line.number),
      token,
      parent: open.at(-1)?.index ?? null,
      title: text,
      state: state ?? 'todo',
    });
    open.push({ indent: line.indent, index: form.items.length - 1 });
    return;
  }
  // What is less indented is of no item, however near it stands.
  while ((open.at(-1)?.indent ?? -1) >= line.indent) open.pop();
  const item = form.items[open.at(-1)?.index ?? -1];
  if (item === undefined) passBy(line, form);
  else readBelow(line, item, form);
}

function passBy({ number, bare }: Line, form: Form): void {
  form.passedBy += 1;
  if (form.base !== null && form.passedBy <= 20)
    form.faults.push(`line ${number}: "${bare.slice(0, 60)}" is no item and not indented below one`);
}

const blank = (line: number): FormItem => ({
  line,
  token: null,
  parent: null,
  title: '',
  state: 'todo',
  priority: null,
  owner: null,
  note: '',
  needs: [],
  paths: [],
  links: [],
  blockers: [],
  questions: [],
});

/** The text before the last ` ^token`, and that. */
function withoutToken(text: string): { text: string; token: string | null } {
  const at = text.lastIndexOf('^');
  const token = text.slice(at + 1);
  const isToken = at >= 0 && (at === 0 || text[at - 1] === ' ') && /^[\w%.!~*'()-]{1,5000}$/.test(token);
  return isToken ? { text: text.slice(0, at).trim(), token } : { text, token: null };
}

/** An id as it stands in a text, as it is. */
export function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

type Read = (item: FormItem, value: string) => string | null;

const list =
  (field: 'needs' | 'paths' | 'links'): Read =>
  (item, value) => {
    if (value !== '') item[field].push(value);
    return value === '' ? 'says nothing' : null;
  };

/** Name of a line below an item → what it does to it; returns what is wrong. */
const reads: Readonly<Record<string, Read>> = {
  priority: (item, value) => {
    if (!/^[0-4]$/.test(value)) return 'a priority is 0 (most urgent) to 4';
    item.priority = Number(value);
    return null;
  },
  owner: (item, value) => {
    item.owner = value.slice(0, 200) || null;
    return null;
  },
  needs: list('needs'),
  path: list('paths'),
  link: list('links'),
  blocker: (item, value) => {
    const { text, token } = withoutToken(value);
    item.blockers.push({ id: token === null ? null : decoded(token), text });
    return lengthFault(text);
  },
  question: (item, value) => {
    const { text, token } = withoutToken(value);
    item.questions.push({ id: token === null ? null : decoded(token), text, answer: null });
    return lengthFault(text);
  },
  answer: (item, value) => {
    const asked = item.questions.at(-1);
    if (asked === undefined) return 'an answer stands below its question';
    asked.answer = value.slice(0, 4000) || null;
    return null;
  },
};

const lengthFault = (text: string): string | null =>
  text === '' ? 'says nothing' : text.length > 1000 ? 'has at most 1000 characters' : null;

function readBelow({ number, bare }: Line, item: FormItem, form: Form): void {
  const [, name = '', value = ''] = FIELD.exec(bare) ?? [];
  if (Object.hasOwn(reads, name)) {
    const fault = reads[name]?.(item, value.trim()) ?? null;
    if (fault !== null) form.faults.push(`line ${number}: ${name}: ${fault}`);
    return;
  }
  const isNote = bare.startsWith('>');
  if (!isNote && form.base !== null) {
    form.faults.push(
      `line ${number}: "${bare.slice(0, 60)}" is neither an item nor one of: ${Object.keys(reads).join(', ')}, > note`,
    );
    return;
  }
  const said = isNote ? bare.slice(1).replace(/^ /, '') : bare;
  item.note = (item.note === '' ? said : `${item.note}\n${said}`).slice(0, 8000);
}
