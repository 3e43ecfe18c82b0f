import { asFields, type Fields, listAt, stringAt, wordAt } from '../fields.ts';
import { blankReport, type Report } from '../generic/report.ts';
import { blocksText } from '../tool-text.ts';

/** What a file of another agent holds: one session. */
export interface Log {
  agent: string;
  session: string;
  directory: string | null;
  reports: Report[];
  /** Types of entries that are not known, with how many there were. */
  unknown: Record<string, number>;
}

/** A file as it is read: one JSON object, or lines of them. */
export interface Source {
  /** Name of the file without folder and ending. */
  name: string;
  whole: Fields | null;
  lines: readonly Fields[];
}

/** Takes a file apart; null where it is of another form. */
export type Format = (source: Source) => Log | null;

/** A log under way; `add` numbers what has no id, so that the same file gives the same identities. */
export function openLog(agent: string, session: string, directory: string | null) {
  const log: Log = { agent, session, directory, reports: [], unknown: {} };
  const turns = { current: null as string | null };
  const add = (kind: Report['kind'], said: Partial<Report>): void => {
    const place = log.reports.length;
    const id = said.id ?? null;
    if (kind === 'prompt') turns.current = id ?? `${session}#${place}`;
    const base = { ...blankReport, cwd: directory, turn: turns.current };
    log.reports.push({ ...base, kind, agent, session, content: `${session}\n${place}`, ...said, id });
  };
  const skip = (type: string): void => {
    log.unknown[type.slice(0, 100)] = (log.unknown[type.slice(0, 100)] ?? 0) + 1;
  };
  return { log, add, skip };
}

export type OpenLog = ReturnType<typeof openLog>;

/** Text of a message: a string, or blocks of which some are text. */
export function textOf(message: Fields | null): string {
  const content = stringAt(message, 'content');
  if (content !== null) return content.trim();
  const blocks = (listAt(message, 'content') ?? []).map(asFields);
  return blocksText(blocks.filter((block) => block?.type === 'text')).trim();
}

export const blocksOf = (message: Fields | null, type: string): Fields[] =>
  (listAt(message, 'content') ?? []).flatMap((item): Fields[] => {
    const block = asFields(item);
    return block !== null && block.type === type ? [block] : [];
  });

const editing = /^(edit|write|create|multiedit|edit_file|create_file|str_replace.*)$/i;

const sharedNames: Readonly<Record<string, string>> = {
  ...{ bash: 'Bash', shell: 'Bash', execute: 'Bash', run_command: 'Bash', read: 'Read', view_file: 'Read' },
  ...{ edit: 'Edit', edit_file: 'Edit', write: 'Write', create: 'Write', create_file: 'Write' },
};

/** A call in our words: its tool, its command line, the file that it is about. */
export function callOf(name: string, input: unknown): Partial<Report> & Pick<Report, 'kind'> {
  const fields = asFields(input);
  const path = wordAt(fields, 'file_path') ?? wordAt(fields, 'filepath') ?? wordAt(fields, 'path');
  const key = name.toLowerCase();
  const tool = (Object.hasOwn(sharedNames, key) ? sharedNames[key] : undefined) ?? name;
  const command = tool === 'Bash' ? (wordAt(fields, 'command') ?? wordAt(fields, 'cmd')) : null;
  const kind = editing.test(name) && path !== null ? 'edit' : 'tool';
  return { kind, tool, command, input, path };
}
