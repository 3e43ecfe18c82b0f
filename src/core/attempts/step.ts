import type { Event } from '../../schema/event.ts';
import { quote } from '../quote.ts';
import { callOf, changedLines } from '../warnings/call.ts';
import { linesOfHunks } from '../warnings/finished.ts';

/** What attempts are derived from: an event, cut down to what they need. */
export interface Step {
  id: string;
  session: string;
  agent: string;
  /** Who did it, in words. */
  by: string;
  turn: string | null;
  at: number;
  hlc: string;
  branch: string;
  writer: string;
  seq: number;
  kind: 'prompt' | 'reply' | 'edit' | 'call';
  status: Event['status'];
  tool: string;
  /** What was asked for or done, fit to be quoted. */
  said: string;
  /** What came back: an error, or the reason of a refusal. */
  answer: string;
  /** Of a call: who refused it. */
  refusedBy: string;
  /** Of a shell call: its command. */
  command: string | null;
  /** Of a shell call: what makes it the same as another. */
  key: string;
  paths: readonly string[];
  /** Of an edit: what went and what came, without blank lines. */
  removed: readonly string[];
  added: readonly string[];
}

/** Types of events that attempts are derived from. */
export const stepTypes: readonly string[] = ['turn.prompted', 'turn.replied', 'tool.called', 'file.edited'];

/** Longest quotations: of what was tried, and of why it ended so. */
const saidChars = 400;
const answerChars = 600;
const commandChars = 2_000;
const mostLines = 200;

const shells = new Set(['Bash', 'PowerShell', 'shell', 'exec_command', 'local_shell']);

/** Null: nothing to derive from, or not the words of a person. */
export function stepOf(event: Event): Step | null {
  if (event.agent === 'hivemind' || !stepTypes.includes(event.type)) return null;
  const { body } = event;
  const base = {
    id: event.id,
    session: event.session,
    agent: event.agent,
    by: event.actor.name,
    turn: event.turn,
    at: event.at,
    hlc: event.hlc,
    branch: event.branch,
    writer: event.writer,
    seq: event.seq,
    status: event.status,
    paths: event.paths,
    ...blank,
  };
  if (event.type === 'turn.prompted') {
    if (event.actor.kind !== 'human') return null;
    return { ...base, kind: 'prompt', said: quote(textAt(body, 'prompt') || event.text, answerChars) };
  }
  if (event.type === 'turn.replied')
    return { ...base, kind: 'reply', said: quote(textAt(body, 'message') || event.text, answerChars) };
  const tool = textAt(body, 'tool');
  return event.type === 'file.edited'
    ? { ...base, kind: 'edit', tool, ...editOf(event, tool) }
    : { ...base, kind: 'call', tool, ...callStepOf(event, tool) };
}

const blank = {
  tool: '',
  said: '',
  answer: '',
  refusedBy: '',
  command: null,
  key: '',
  removed: [],
  added: [],
} as const;

function editOf({ paths, body }: Event, tool: string) {
  const lines = linesOfHunks(body.hunks);
  return {
    said: quoteEdit(tool, paths[0] ?? '', lines),
    ...sides(lines),
  };
}

function callStepOf(event: Event, tool: string) {
  const { body, session } = event;
  const input = typeof body.input === 'object' && body.input !== null ? body.input : {};
  const command = shells.has(tool) ? textAt(input, 'command').slice(0, commandChars) : null;
  const lines = changedLines(textAt(input, 'old_string'), textAt(input, 'new_string'));
  const isEdit = 'old_string' in input || 'new_string' in input;
  return {
    said: isEdit
      ? quoteEdit(tool, event.paths[0] ?? '', lines)
      : quote(command ?? askedText(event), saidChars),
    answer: quote(textAt(body, 'error'), answerChars),
    refusedBy: textAt(body, 'refusedBy'),
    command,
    key: command === null ? '' : callOf(tool, input, { session, base: null }).key,
    ...sides(isEdit ? lines : []),
  };
}

const quoteEdit = (tool: string, path: string, lines: readonly string[]): string =>
  quote(`${tool} ${path}: ${lines.slice(0, mostLines).join(' ')}`, saidChars);

/** The text of a call without what it answered, which its error repeats. */
function askedText({ text, body }: Event): string {
  const error = textAt(body, 'error');
  const at = error === '' ? -1 : text.indexOf(error.slice(0, 200));
  return (at > 0 ? text.slice(0, at) : text).replace(/\s*rejected:?\s*$/, '') || textAt(body, 'tool');
}

function sides(lines: readonly string[]): Pick<Step, 'removed' | 'added'> {
  const side = (sign: string): string[] =>
    lines
      .filter((line) => line.startsWith(sign) && line.slice(1).trim() !== '')
      .slice(0, mostLines)
      .map((line) => line.slice(1).trim());
  return { removed: side('-'), added: side('+') };
}

function textAt(fields: object, name: string): string {
  const value = (fields as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}

/** As things happened, whatever the order in which they came in. */
export function inOrder(steps: Iterable<Step>): Step[] {
  return [...new Map([...steps].map((step) => [step.id, step])).values()].sort(
    (a, b) =>
      a.at - b.at ||
      (a.hlc < b.hlc ? -1 : a.hlc > b.hlc ? 1 : 0) ||
      (a.writer < b.writer ? -1 : 1) ||
      a.seq - b.seq,
  );
}
