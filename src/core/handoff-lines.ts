import type { WrittenHandoff } from '../schema/operations/handoff.ts';

/** A line that says nothing that a handoff has. */
export interface LineFault {
  line: number;
  message: string;
}

const texts = {
  to: 'to',
  task: 'task',
  status: 'status',
  next: 'next',
  item: 'item',
  expires: 'expires',
} as const;
const lists = {
  question: 'questions',
  questions: 'questions',
  file: 'files',
  files: 'files',
  passed: 'passed',
  failed: 'failed',
  decision: 'decisions',
  decisions: 'decisions',
  decided: 'decisions',
  rejected: 'rejected',
} as const;

type TextField = keyof typeof texts;
type ListField = (typeof lists)[keyof typeof lists];

const fieldLine = /^([A-Za-z]+):[ \t]*(.*)$/;
const memberLine = /^[ \t]*[-*][ \t]+(.+)$/;

/**
 * A handoff as plain lines: `task: …`, and for lists `questions:` with a line `- …` for each. A line that is indented goes
 * on with the one above. `failed` is NAME=MESSAGE, `rejected` APPROACH: REASON. `value` is what was read up to a fault.
 */
export function parseHandoffLines(text: string): { value: WrittenHandoff; fault: LineFault | null } {
  const said = new Map<TextField, string>();
  const members = new Map<ListField, string[]>();
  let field: TextField | ListField | null = null;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const fault = (message: string) => ({
      value: writtenOf(said, members),
      fault: { line: index + 1, message },
    });
    if (line.trim() === '') continue;
    const [, name = '', rest = ''] = fieldLine.exec(line) ?? [];
    const [, member] = memberLine.exec(line) ?? [];
    const key = name.toLowerCase();
    if (Object.hasOwn(texts, key)) {
      field = key as TextField;
      said.set(field, rest.trim());
    } else if (Object.hasOwn(lists, key)) {
      field = lists[key as keyof typeof lists];
      const list = members.get(field) ?? [];
      members.set(field, rest.trim() === '' ? list : [...list, rest.trim()]);
    } else if (name !== '') return fault(`there is no field "${name.slice(0, 40)}"`);
    else if (field === null) return fault('a line begins with its field, such as task: …');
    else if (field in texts)
      said.set(field as TextField, `${said.get(field as TextField)}\n${line.trim()}`.trim());
    else if (member !== undefined) members.get(field as ListField)?.push(member.trim());
    else if (!goOn(members.get(field as ListField), line))
      return fault(`a member of ${field} begins with "- "`);
  }
  return { value: writtenOf(said, members), fault: null };
}

function goOn(list: string[] | undefined, line: string): boolean {
  const last = list?.pop();
  if (list === undefined || last === undefined) return false;
  list.push(`${last} ${line.trim()}`);
  return true;
}

function writtenOf(
  said: ReadonlyMap<TextField, string>,
  members: ReadonlyMap<ListField, string[]>,
): WrittenHandoff {
  const { passed, failed, rejected, ...others } = Object.fromEntries(members) as Partial<
    Record<ListField, string[]>
  >;
  const tests = { ...(passed === undefined ? {} : { passed }), ...(failed === undefined ? {} : { failed }) };
  return {
    ...Object.fromEntries(said),
    ...others,
    ...(passed === undefined && failed === undefined ? {} : { tests }),
    ...(rejected === undefined ? {} : { rejected }),
  };
}
