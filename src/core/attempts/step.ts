import { createHash } from 'node:crypto';
import type { Event } from '../../schema/event.ts';
import { forgottenBy } from '../../schema/forgotten.ts';
import { callOf, changedLines, hashOf } from '../warnings/call.ts';
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
  /** What was asked for or done, as it came: whoever shows it quotes it. */
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
  /** Of an edit: hashes of the lines that went and that came, without blank ones. */
  removed: readonly number[];
  added: readonly number[];
  /** Of an edit: hash of what it changed, and of the edit that takes it back; null for edits that say too little. */
  change: string | null;
  turned: string | null;
}

/** Types of events that attempts are derived from. */
export const stepTypes: readonly string[] = ['turn.prompted', 'turn.replied', 'tool.called', 'file.edited'];

/** Longest quotations: of what was tried, and of why it ended so. */
const saidChars = 600;
const answerChars = 800;
const commandChars = 2_000;
const mostLines = 60;
/** Shorter changes are turned around by chance. */
const leastChars = 12;

const shells = new Set(['Bash', 'PowerShell', 'shell', 'exec_command', 'local_shell']);

/** Null: nothing to derive from, or not the words of a person. */
export function stepOf(event: Event): Step | null {
  if (event.agent === 'hivemind' || !stepTypes.includes(event.type) || forgottenBy(event) !== null)
    return null;
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
    return { ...base, kind: 'prompt', said: copy(textAt(body, 'prompt') || event.text, answerChars) };
  }
  if (event.type === 'turn.replied')
    return { ...base, kind: 'reply', said: copy(textAt(body, 'message') || event.text, answerChars) };
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
  change: null,
  turned: null,
} as const;

function editOf({ paths, body }: Event, tool: string) {
  const lines = linesOfHunks(body.hunks);
  return {
    said: editText(tool, paths[0] ?? '', lines),
    ...sides(paths[0] ?? '', lines),
  };
}

function callStepOf(event: Event, tool: string) {
  const { body, session } = event;
  const input = typeof body.input === 'object' && body.input !== null ? body.input : {};
  const command = shells.has(tool) ? copy(textAt(input, 'command'), commandChars) : null;
  const lines = changedLines(textAt(input, 'old_string'), textAt(input, 'new_string'));
  const isEdit = 'old_string' in input || 'new_string' in input;
  return {
    said: isEdit ? editText(tool, event.paths[0] ?? '', lines) : copy(command ?? askedText(event), saidChars),
    answer: copy(textAt(body, 'error'), answerChars),
    refusedBy: textAt(body, 'refusedBy'),
    command,
    key: command === null ? '' : callOf(tool, input, { session, base: null }).key,
    ...(isEdit ? sides(event.paths[0] ?? '', lines) : {}),
  };
}

const editText = (tool: string, path: string, lines: readonly string[]): string =>
  copy(`${tool} ${path}: ${lines.slice(0, mostLines).join(' ')}`, saidChars);

/** The beginning of a text, without keeping all of it alive. */
const copy = (text: string, most: number): string =>
  Buffer.from(text.slice(0, most), 'utf16le').toString('utf16le');

/** The text of a call without what it answered, which its error repeats. */
function askedText({ text, body }: Event): string {
  const error = textAt(body, 'error');
  const at = error === '' ? -1 : text.indexOf(error.slice(0, 200));
  return (at > 0 ? text.slice(0, at) : text).replace(/\s*rejected:?\s*$/, '') || textAt(body, 'tool');
}

function sides(path: string, lines: readonly string[]) {
  const side = (sign: string): string[] =>
    lines
      .filter((line) => line.startsWith(sign) && line.slice(1).trim() !== '')
      .map((line) => line.slice(1).trim());
  const [gone, come] = [side('-'), side('+')];
  const says = gone.join('').length + come.join('').length >= leastChars;
  return {
    removed: gone.slice(0, mostLines).map(hashOf),
    added: come.slice(0, mostLines).map(hashOf),
    change: says ? changeOf(path, gone, come) : null,
    turned: says ? changeOf(path, come, gone) : null,
  };
}

const changeOf = (path: string, gone: readonly string[], come: readonly string[]): string =>
  createHash('sha256')
    .update([path, ...gone.map((line) => `-${line}`), ...come.map((line) => `+${line}`)].join('\n'))
    .digest('hex')
    .slice(0, 24);

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
