import { pad, truncate, wrapLines } from '../../core/display-width.ts';
import { safeLine, safeText } from '../../core/safe-text.ts';
import type { MergeConflict, Resolution } from '../../schema/records.ts';
import type { Line, Tone } from '../lines.ts';
import { editorText } from './editor.ts';
import { keyHelp } from './keys.ts';
import { type ResolveState, shownConflict, unsettledCount } from './state.ts';

/** Says how long ago something was. */
export type Ago = (at: number) => string;

type Side = MergeConflict['ours'];

/** From here on the two sides stand next to each other. */
const BESIDE_COLUMNS = 60;
const MOST_BASE_LINES = 3;

const wrapped = (text: string, tone: Tone, columns: number): Line[] =>
  wrapLines(text, columns).map((line) => ({ text: line.trimEnd(), tone }));

const nothing = (value: unknown): boolean => value === null || value === undefined || value === '';

/** A value as text; what is in a list stands on lines of its own. */
function valueText(value: unknown): string {
  if (nothing(value)) return '(nothing)';
  if (typeof value === 'string') return safeText(value);
  if (Array.isArray(value))
    return value.length === 0 ? '(none)' : value.map((one) => `- ${shortText(one)}`).join('\n');
  return safeText(JSON.stringify(value) ?? '');
}

/** The same on one line. */
function shortText(value: unknown): string {
  if (nothing(value)) return '(nothing)';
  return safeLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

/** Two names in `columns` cells: a short one leaves its room to the other. */
function pairText(from: string, to: string, columns: number): string {
  const room = Math.max(4, columns - 3);
  const half = Math.floor(room / 2);
  const left = truncate(from, Math.max(half, room - [...to].length * 2));
  return `${left} → ${truncate(to, Math.max(2, room - half))}`;
}

export function headLine(state: ResolveState, columns: number): Line {
  const total = state.conflicts.length;
  const done = total - unsettledCount(state);
  const place =
    columns < BESIDE_COLUMNS ? `${state.at + 1}/${total}` : `conflict ${state.at + 1} of ${total}`;
  const tail = ` · ${place} · ${done} settled`;
  const names = pairText(safeLine(state.source), safeLine(state.into), columns - tail.length);
  return { text: truncate(names + tail, columns), tone: 'label' };
}

/** What the conflict is about, and what both sides had seen. */
export function aboutLines(conflict: MergeConflict, columns: number): Line[] {
  if (conflict.why === 'opposed')
    return wrapped('two decisions that contradict each other', 'label', columns);
  const title = `${conflict.kind} · ${conflict.field} · ${safeLine(conflict.theirs.title)}`;
  const base = wrapLines(`it was: ${valueText(conflict.base)}`, columns);
  const shown = base.slice(0, MOST_BASE_LINES);
  if (base.length > MOST_BASE_LINES) shown[MOST_BASE_LINES - 1] = '… (in full below)';
  return [
    { text: truncate(title, columns), tone: 'label' },
    ...shown.map((text): Line => ({ text, tone: 'dim' })),
  ];
}

interface Column {
  name: 'ours' | 'theirs';
  side: Side;
  isTaken: boolean;
}

function sideLines(
  { name, side, isTaken }: Column,
  conflict: MergeConflict,
  ago: Ago,
  columns: number,
): Line[] {
  const mark = isTaken ? '✓ ' : '';
  const agent = safeLine(side.agent);
  const by = safeLine(side.by);
  const who = [by, ...(agent === '' || agent === by ? [] : [agent]), ago(side.at)].join(' · ');
  const about = conflict.why === 'opposed' ? wrapped(`on ${safeLine(side.title)}`, 'plain', columns) : [];
  const reason = side.reason === '' ? [] : wrapped(`because ${safeText(side.reason)}`, 'plain', columns);
  const later = conflict.latest === name ? ' · later' : '';
  const branch = truncate(safeLine(side.branch), columns - mark.length - name.length - later.length - 3);
  return [
    { text: truncate(`${mark}${name} · ${branch}${later}`, columns), tone: isTaken ? 'add' : 'hunk' },
    ...wrapped(who, 'dim', columns),
    ...about,
    { text: '', tone: 'plain' },
    ...wrapped(valueText(side.value), 'plain', columns),
    ...(reason.length === 0 ? [] : [{ text: '', tone: 'plain' as const }, ...reason]),
  ];
}

export interface Body {
  /** One block of lines, or two next to each other. */
  blocks: Line[][];
  columns: number;
  /** Lines of the longest block. */
  length: number;
}

/** Everything about the two sides of a conflict, side by side where there is room. */
export function bodyOf(
  conflict: MergeConflict,
  resolution: Resolution | undefined,
  ago: Ago,
  columns: number,
): Body {
  const taken = resolution !== undefined && 'take' in resolution ? resolution.take : null;
  const isBeside = columns >= BESIDE_COLUMNS;
  const width = isBeside ? Math.floor((columns - 3) / 2) : columns;
  const linesOf = (name: 'ours' | 'theirs'): Line[] =>
    sideLines(
      { name, side: conflict[name], isTaken: taken === name || taken === 'both' },
      conflict,
      ago,
      width,
    );
  const [ours, theirs] = [linesOf('ours'), linesOf('theirs')];
  const rest = baseInFull(conflict, width, columns);
  const blocks = isBeside
    ? [[...ours, ...rest], theirs]
    : [[...ours, { text: '', tone: 'plain' as const }, ...theirs, ...rest]];
  return { blocks, columns: width, length: Math.max(...blocks.map(({ length }) => length)) };
}

function baseInFull({ why, base }: MergeConflict, width: number, columns: number): Line[] {
  const text = `it was: ${valueText(base)}`;
  if (why === 'opposed' || wrapLines(text, columns).length <= MOST_BASE_LINES) return [];
  return [{ text: '', tone: 'plain' }, ...wrapped(text, 'dim', width)];
}

/** How the conflict is settled, or what is being typed. */
export function settledLine(state: ResolveState, columns: number): Line {
  if (state.mode === 'edit') {
    const label = 'value: ';
    return { text: label + editorText(state.editor, columns - label.length), tone: 'plain' };
  }
  if (state.mode === 'choose') {
    const values = state.options.map((option, index) =>
      index === state.choice ? `[${String(option)}]` : ` ${String(option)} `,
    );
    return { text: truncate(values.join(''), columns), tone: 'plain' };
  }
  const conflict = shownConflict(state);
  const resolution = conflict && state.settled.get(conflict.id);
  if (resolution === undefined) return { text: 'not settled', tone: 'failed' };
  const how =
    'take' in resolution ? takenText[resolution.take] : `another value: ${shortText(resolution.value)}`;
  return { text: truncate(`✓ ${how}`, columns), tone: 'add' };
}

const takenText = { ours: 'ours is taken', theirs: 'theirs is taken', both: 'both are kept' } as const;

const WIDE_KEYS = 'o ours  t theirs  e other  u undo  n next  L latest  m merge  ? help  q quit';
const MEDIUM_KEYS = 'o ours  t theirs  e other  n next  m merge  ? help  q quit';
const NARROW_KEYS = 'o ours  t theirs  n next  m merge  ?';

function keysText(state: ResolveState, columns: number): string {
  if (state.mode === 'edit')
    return columns < BESIDE_COLUMNS
      ? 'Enter takes it  Esc leaves'
      : 'Enter takes it  Esc leaves it  Ctrl+U empties';
  if (state.mode === 'choose') return '← → choose  Enter takes it  Esc leaves';
  if (state.mode === 'merging') return 'merging…';
  return [WIDE_KEYS, MEDIUM_KEYS].find((keys) => keys.length <= columns) ?? NARROW_KEYS;
}

export const footLine = (state: ResolveState, columns: number): Line =>
  state.message === ''
    ? { text: truncate(keysText(state, columns), columns), tone: 'dim' }
    : { text: truncate(safeLine(state.message), columns), tone: 'hunk' };

export const helpLines = (): Line[] =>
  keyHelp.map(([keys, meaning]) => ({ text: `${pad(keys, 10)}${meaning}`, tone: 'plain' }));
