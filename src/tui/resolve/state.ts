import { safeText } from '../../core/safe-text.ts';
import { fieldForm, fieldProblem } from '../../schema/field-form.ts';
import type { MergeConflict, Resolution } from '../../schema/records.ts';
import { applyEdit, type Edit, type Editor, openEditor, typedText } from './editor.ts';

export type Settled = ReadonlyMap<string, Resolution>;

export interface ResolveState {
  source: string;
  into: string;
  conflicts: readonly MergeConflict[];
  /** How conflicts are settled so far, by their ids. */
  settled: Settled;
  /** The conflict that is shown, from 0. */
  at: number;
  /** First visible line of its body. */
  scroll: number;
  mode: 'read' | 'edit' | 'choose' | 'help' | 'merging';
  editor: Editor;
  /** Values to choose from, and the chosen one. */
  options: readonly unknown[];
  choice: number;
  /** What to tell the user in the last line; empty for the keys. */
  message: string;
}

export type Action =
  | { type: 'take'; side: 'ours' | 'theirs' | 'both' }
  | { type: 'undo' }
  | { type: 'move'; by: number }
  | { type: 'next-unsettled' }
  | { type: 'latest' }
  | { type: 'scroll'; by: number; most: number }
  | { type: 'edit' }
  | { type: 'key'; edit: Edit }
  | { type: 'choose'; by: number }
  | { type: 'submit' }
  | { type: 'read' }
  | { type: 'help' }
  | { type: 'merge' }
  | { type: 'found'; conflicts: readonly MergeConflict[] }
  | { type: 'failed'; message: string };

export interface Found {
  source: string;
  into: string;
  conflicts: readonly MergeConflict[];
}

/** State of a screen on conflicts none of which is settled. */
export const openState = ({ source, into, conflicts }: Found): ResolveState => ({
  source,
  into,
  conflicts,
  settled: new Map(),
  at: 0,
  scroll: 0,
  mode: 'read',
  editor: openEditor(''),
  options: [],
  choice: 0,
  message: '',
});

export const shownConflict = ({ conflicts, at }: ResolveState): MergeConflict | undefined => conflicts[at];

export const unsettledCount = ({ conflicts, settled }: ResolveState): number =>
  conflicts.filter(({ id }) => !settled.has(id)).length;

/** The screen after `action`; pure. */
export function reduceResolve(before: ResolveState, action: Action): ResolveState {
  const state = { ...before, message: '' };
  switch (action.type) {
    case 'take':
      return take(state, action.side);
    case 'undo':
      return undo(state);
    case 'move':
      return show(state, state.at + action.by);
    case 'next-unsettled':
      return nextUnsettled(state);
    case 'latest':
      return takeLatest(state);
    case 'scroll':
      return { ...state, scroll: Math.max(0, Math.min(action.most, state.scroll + action.by)) };
    case 'help':
      return { ...state, mode: 'help' };
    case 'read':
      return { ...state, mode: 'read' };
    case 'merge':
      return startMerge(state);
    case 'found':
      return takeFound(state, action.conflicts);
    case 'failed':
      return { ...state, mode: 'read', message: action.message };
    default:
      return reduceInput(state, action);
  }
}

type InputAction = Extract<Action, { type: 'edit' | 'key' | 'choose' | 'submit' }>;

function reduceInput(state: ResolveState, action: InputAction): ResolveState {
  switch (action.type) {
    case 'edit':
      return startEdit(state);
    case 'key':
      return { ...state, editor: applyEdit(state.editor, action.edit) };
    case 'choose': {
      const count = Math.max(1, state.options.length);
      return { ...state, choice: (state.choice + action.by + count) % count };
    }
    case 'submit':
      return submit(state);
  }
}

const show = (state: ResolveState, at: number): ResolveState => ({
  ...state,
  at: Math.max(0, Math.min(state.conflicts.length - 1, at)),
  scroll: 0,
});

function settle(state: ResolveState, resolution: Resolution): ResolveState {
  const conflict = shownConflict(state);
  if (conflict === undefined) return state;
  const settled = new Map(state.settled).set(conflict.id, resolution);
  const done = { ...state, settled, mode: 'read' as const };
  return unsettledCount(done) === 0 ? { ...done, message: 'all settled: m merges' } : done;
}

function take(state: ResolveState, side: 'ours' | 'theirs' | 'both'): ResolveState {
  if (side === 'both' && shownConflict(state)?.why !== 'opposed')
    return { ...state, message: 'a field has one value: o, t or e (both is for opposed decisions)' };
  return settle(state, { take: side });
}

function undo(state: ResolveState): ResolveState {
  const id = shownConflict(state)?.id ?? '';
  if (!state.settled.has(id)) return { ...state, message: 'this one is not settled' };
  const settled = new Map(state.settled);
  settled.delete(id);
  return { ...state, settled };
}

function nextUnsettled(state: ResolveState): ResolveState {
  const { conflicts, settled, at } = state;
  const order = [...conflicts.keys()].map((step) => (at + 1 + step) % conflicts.length);
  const next = order.find((index) => !settled.has(conflicts[index]?.id ?? ''));
  return next === undefined ? { ...state, message: 'all settled: m merges' } : show(state, next);
}

function takeLatest(state: ResolveState): ResolveState {
  const rest = state.conflicts.filter(({ id }) => !state.settled.has(id));
  const settled = new Map(state.settled);
  for (const { id, latest } of rest) settled.set(id, { take: latest });
  const message = rest.length === 0 ? 'all settled: m merges' : `${rest.length} settled by latest: m merges`;
  return { ...state, settled, message };
}

function startMerge(state: ResolveState): ResolveState {
  const left = unsettledCount(state);
  if (left === 0) return { ...state, mode: 'merging' };
  return { ...state, message: `${left} not settled yet: n shows the next, L takes the latest` };
}

/** What is settled and is still a conflict stays so: its id holds the two values. */
function takeFound(state: ResolveState, conflicts: readonly MergeConflict[]): ResolveState {
  const known = new Set(state.conflicts.map(({ id }) => id));
  const now = new Set(conflicts.map(({ id }) => id));
  const settled = new Map([...state.settled].filter(([id]) => now.has(id)));
  const fresh = conflicts.filter(({ id }) => !known.has(id)).length;
  const found = { ...state, conflicts, settled, mode: 'read' as const };
  const first = conflicts.findIndex(({ id }) => !settled.has(id));
  return { ...show(found, Math.max(0, first)), message: `not merged: ${fresh} new, the branches went on` };
}

function startEdit(state: ResolveState): ResolveState {
  const conflict = shownConflict(state);
  if (conflict === undefined) return state;
  if (conflict.why === 'opposed')
    return { ...state, message: 'of two decisions one is withdrawn, or none: o, t or b' };
  const value = startValue(state, conflict);
  const form = fieldForm(conflict.kind, conflict.field);
  if (form.form === 'choice') {
    const choice = Math.max(0, form.options.indexOf(value));
    return { ...state, mode: 'choose', options: form.options, choice };
  }
  const isText = form.form === 'text' && (typeof value === 'string' || value === null);
  const text = isText ? safeText(String(value ?? '')) : (JSON.stringify(value) ?? '');
  return { ...state, mode: 'edit', editor: openEditor(text) };
}

/** One begins with what is settled, else with ours. */
function startValue({ settled }: ResolveState, { id, ours, theirs }: MergeConflict): unknown {
  const resolution = settled.get(id);
  if (resolution === undefined) return ours.value;
  if ('value' in resolution) return resolution.value;
  return resolution.take === 'theirs' ? theirs.value : ours.value;
}

function submit(state: ResolveState): ResolveState {
  const conflict = shownConflict(state);
  if (conflict === undefined) return { ...state, mode: 'read' };
  if (state.mode === 'choose') return settle(state, { value: state.options[state.choice] });
  const { kind, field } = conflict;
  const form = fieldForm(kind, field);
  const text = typedText(state.editor);
  const given =
    form.form === 'text' ? { value: form.emptyIsNull && text === '' ? null : text } : readJson(text);
  if (given === null) return { ...state, message: 'that is not JSON' };
  const problem = fieldProblem(kind, field, given.value);
  return problem === null ? settle(state, given) : { ...state, message: problem };
}

function readJson(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
