import { HandoffOffered } from '../schema/bodies/handoff.ts';
import { ReviewPlace } from '../schema/bodies/review.ts';
import type { Event } from '../schema/event.ts';
import { durationText } from './amount-text.ts';
import { contentLines, wholeHandoff } from './handoff-text.ts';
import { safeLine, safeText } from './safe-text.ts';

/** One line of a diff, as it is coloured. */
export interface DiffLine {
  kind: 'add' | 'remove' | 'context' | 'hunk';
  text: string;
}

/** A labelled part of a step's detail. */
export type StepSection = { label: string; text: string } | { label: string; diff: DiffLine[] };

/** One event as people read it; all text is safe for a terminal. */
export interface StepView {
  /** What it is in one word: prompt, reply, a tool's name, edit. */
  kind: string;
  /** What it says in one line. */
  title: string;
  failed: boolean;
  /** Small facts: exit code, duration, path. */
  facts: string[];
  sections: StepSection[];
}

type Body = Record<string, unknown>;

const stringOf = (value: unknown): string => (typeof value === 'string' ? safeText(value) : '');

function inputText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return safeText(value);
  if (typeof value === 'object' && 'command' in value && typeof value.command === 'string') {
    const { command, ...rest } = value;
    return [safeText(command), Object.keys(rest).length > 0 ? inputText(rest) : '']
      .filter(Boolean)
      .join('\n');
  }
  return safeText(JSON.stringify(value, null, 2) ?? '');
}

const section = (label: string, text: string): StepSection[] => (text.trim() === '' ? [] : [{ label, text }]);

const kindOfDiffLine = (line: string): DiffLine['kind'] =>
  line.startsWith('+') ? 'add' : line.startsWith('-') ? 'remove' : 'context';

function hunkLines(hunk: unknown): DiffLine[] {
  if (typeof hunk !== 'object' || hunk === null) return [];
  const { oldStart, oldLines, newStart, newLines, lines } = hunk as Body;
  const [from, fromLines, to, toLines] = [oldStart, oldLines, newStart, newLines].map(numberOrUnknown);
  const header: DiffLine = { kind: 'hunk', text: `@@ -${from},${fromLines} +${to},${toLines} @@` };
  const text = Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [];
  return [
    header,
    ...text.map((line): DiffLine => ({ kind: kindOfDiffLine(line), text: safeLineKeepingIndent(line) })),
  ];
}

const numberOrUnknown = (value: unknown): string => (typeof value === 'number' ? String(value) : '?');

const safeLineKeepingIndent = (line: string): string => safeText(line).replaceAll('\n', ' ');

function editSections(body: Body): StepSection[] {
  const diff = Array.isArray(body.hunks) ? body.hunks.flatMap(hunkLines) : [];
  if (diff.length > 0) return [{ label: 'diff', diff }];
  const content = stringOf(body.content);
  if (content === '') return [];
  const added = content.replace(/\n$/, '').split('\n');
  return [{ label: 'new file', diff: added.map((line): DiffLine => ({ kind: 'add', text: `+${line}` })) }];
}

function cutNotes(body: Body): string[] {
  if (typeof body.cut !== 'object' || body.cut === null) return [];
  return Object.entries(body.cut as Record<string, Body | null>).map(
    ([field, cut]) => `${safeLine(field)} cut, ${numberOrUnknown(cut?.bytes)} bytes in all`,
  );
}

function factsOf(event: Event): string[] {
  const { exitCode, durationMs, mcpServer, role, model } = event.body;
  return [
    ...(typeof exitCode === 'number' ? [`exit ${exitCode}`] : []),
    ...(typeof durationMs === 'number' ? [`${durationText(durationMs)}`] : []),
    ...(typeof mcpServer === 'string' ? [`MCP server ${safeLine(mcpServer)}`] : []),
    ...(typeof role === 'string' ? [`role ${safeLine(role)}`] : []),
    ...(typeof model === 'string' ? [safeLine(model)] : []),
    ...cutNotes(event.body),
  ];
}

function sectionsOf(event: Event): StepSection[] {
  const { body } = event;
  switch (event.type) {
    case 'turn.prompted':
      return section('prompt', stringOf(body.prompt) || safeText(event.text));
    case 'turn.replied':
      return section('reply', stringOf(body.message) || safeText(event.text));
    case 'tool.called':
      return [
        ...section('input', inputText(body.input)),
        ...section('error', stringOf(body.error)),
        ...section('output', stringOf(body.output)),
      ];
    case 'file.edited':
      return [...section('error', stringOf(body.error)), ...editSections(body)];
    case 'merge.reviewed':
      return [
        ...section('verdict', stringOf(body.verdict).replaceAll('-', ' ')),
        ...section('about', placeText(body.place)),
        ...section('comment', stringOf(body.comment)),
      ];
    case 'handoff.offered':
      return section('handoff', handoffText(event));
    default:
      return [...section('text', safeText(event.text)), ...section('body', inputText(emptyAsNothing(body)))];
  }
}

/** What a review is about in one line: a file and its line, a commit, a step, a record. */
export function placeText(place: unknown): string {
  const read = ReviewPlace.safeParse(place);
  if (!read.success) return '';
  const { path, line, commit, event, record } = read.data;
  const file = path === undefined ? '' : `${path}${line === undefined ? '' : `:${line}`}`;
  const made = commit === undefined ? '' : `commit ${commit.slice(0, 12)}`;
  return safeLine([file, made, event ?? '', record ?? ''].filter((part) => part !== '').join(' · '));
}

/** What it says, line by line; one that is not as it should be is shown as its text. */
function handoffText({ text, body }: Event): string {
  const content = HandoffOffered.safeParse(body);
  if (!content.success) return safeText(text);
  return contentLines(content.data, wholeHandoff)
    .map((line) => line.trimStart())
    .join('\n');
}

const emptyAsNothing = (body: Body): Body | undefined => (Object.keys(body).length === 0 ? undefined : body);

const KINDS: Record<string, string> = {
  'turn.prompted': 'prompt',
  'turn.replied': 'reply',
  'session.started': 'start',
  'session.ended': 'end',
  'session.compacted': 'compact',
  'session.titled': 'title',
  'turn.measured': 'tokens',
  'handoff.offered': 'handoff',
  'merge.reviewed': 'review',
};

function kindOf(event: Event): string {
  const tool = stringOf(event.body.tool);
  if (event.type === 'tool.called' || event.type === 'file.edited') return safeLine(tool) || event.type;
  return KINDS[event.type] ?? safeLine(event.type);
}

function titleOf(event: Event): string {
  if (event.type === 'turn.measured') return measuredText(event.body.tokens);
  const path = event.type === 'file.edited' ? stringOf(event.body.path) : '';
  const text = path === '' ? event.text : `${stringOf(event.body.change)} ${path}`;
  return safeLine(text.slice(0, 2000)) || safeLine(inputText(event.body.input).slice(0, 2000));
}

function measuredText(tokens: unknown): string {
  const { input, output } = (tokens ?? {}) as Body;
  return `${numberOrUnknown(input)} in, ${numberOrUnknown(output)} out`;
}

/** What a step of a replay shows, for the terminal viewer and the plain text alike. Takes any event, also of unknown type. */
export const viewStep = (event: Event): StepView => ({
  kind: kindOf(event),
  title: titleOf(event),
  failed: event.status !== 'ok',
  facts: factsOf(event),
  sections: sectionsOf(event),
});
